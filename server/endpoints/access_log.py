"""One line of the log a request: what was asked and what came of it."""

import logging
import time
from email.utils import formatdate

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.turns.log_lines import on_one_line

logger = logging.getLogger(__name__)

ASKED_ALL_THE_TIME = frozenset({"/healthz", "/readyz", "/metrics"})


class AccessLog:
    """Logs each request without its query, which may hold a key, and dates the answer (RFC 9110, 6.6.1)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started, status = time.monotonic(), 0

        async def dated(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["Date"] = formatdate(usegmt=True)
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, dated)
        finally:
            level = logging.DEBUG if scope["path"] in ASKED_ALL_THE_TIME else logging.INFO
            milliseconds = (time.monotonic() - started) * 1000
            asked = f"{scope['method']} {scope['path']}"
            logger.log(level, "%s: %d after %.0f ms", on_one_line(asked), status, milliseconds)
