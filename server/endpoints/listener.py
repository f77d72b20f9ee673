"""The first bytes of a connection: uvicorn reads them as HTTP, and hands it over when a socket is asked for."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from server.endpoints.errors import Refusal, error_body

MAX_HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 10.0
CLOSING_SECONDS = 1.0
MAX_CONNECTIONS = 1000
"""Connections at a time that are no open socket; a further one is closed at once."""

logger = logging.getLogger(__name__)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Leave out the traceback that uvicorn logs of an answer that is cut short."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)

AsgiApp: TypeAlias = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


class HttpServer:
    """All connections that speak HTTP, and the application that answers them."""

    def __init__(self, app: AsgiApp, socket_paths: frozenset[str], unread_seconds: float) -> None:
        """`socket_paths`: where a connection may become a socket."""
        self.config = Config(
            app,
            interface="asgi3",
            ws="none",  # each connection brings its own
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        )
        self.config.load()
        self.state = ServerState()
        self.socket_paths = socket_paths
        self.unread_seconds = unread_seconds

    async def finished(self) -> None:
        """Wait until no request is being answered."""
        while self.state.tasks:
            await asyncio.wait(set(self.state.tasks))

    async def close(self) -> None:
        """Close the connections; answers that are not ended within `CLOSING_SECONDS` are cut short."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.finished()
        for task in (cut_short := set(self.state.tasks)):
            task.cancel()
        if cut_short:
            logger.warning("requests that were cut short, since the server stops: %d", len(cut_short))
        await asyncio.gather(*cut_short, return_exceptions=True)
        for connection in set(self.state.connections):
            if connection.transport is not None:
                connection.transport.abort()


class HttpConnection(H11Protocol):
    """A connection that speaks HTTP until it becomes a socket.

    It is dropped when the head of a request takes too long, and when the client does not read its answers.
    """

    def __init__(self, server: HttpServer, new_socket: Callable[[], asyncio.Protocol], protocol: object) -> None:
        """`new_socket` makes what the transport is handed to; `websockets` finds `protocol` here meanwhile."""
        super().__init__(server.config, server.state, {})
        self.protocol = protocol
        self._http = server
        self._new_socket = new_socket
        self._head_deadline: asyncio.TimerHandle | None = None
        self._unread_deadline: asyncio.TimerHandle | None = None
        self.timeout_keep_alive = max(1, round(server.unread_seconds))
        self.ws_protocol_class = self._handed_over  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks: the client is gone."""
        self._stop_clocks()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent."""
        super().data_received(data)
        if self.transport.get_protocol() is not self:
            return
        if self.conn.their_state is not h11.IDLE:
            self._stop_head_clock()
        elif self._head_deadline is None:
            self._await_head()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the transport over, with whatever the client sent behind its request."""
        self._stop_clocks()
        super().handle_websocket_upgrade(event)
        if rest := self.conn.trailing_data[0]:
            self.transport.get_protocol().data_received(rest)  # type: ignore[attr-defined]

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, unless an answer is already under way."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        body = (json.dumps(error_body(Refusal.MALFORMED, f"{msg} Send HTTP/1.1.")) + "\n").encode()
        headers = [("content-type", "application/json"), ("content-length", str(len(body))), ("connection", "close")]
        for part in (h11.Response(status_code=400, headers=headers, reason=b"Bad Request"), h11.Data(data=body)):
            self.transport.write(self.conn.send(part) or b"")
        self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """Drop a connection on which nothing was asked for a while."""
        self.transport.abort()

    def pause_writing(self) -> None:
        """Start the clock: the client has left more unread than the transport buffers."""
        super().pause_writing()
        self._unread_deadline = self.loop.call_later(self._http.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the clock: the client reads."""
        super().resume_writing()
        self._stop_unread_clock()

    def _should_upgrade(self) -> bool:
        has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
        is_plain_get = (self.scope["method"], self.scope["http_version"], has_body) == ("GET", "1.1", False)
        return is_plain_get and self._get_upgrade() == b"websocket" and self.scope["path"] in self._http.socket_paths

    def _handed_over(self, **_: Any) -> asyncio.Protocol:
        return self._new_socket()

    def _await_head(self) -> None:
        self._head_deadline = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_clocks(self) -> None:
        self._stop_head_clock()
        self._stop_unread_clock()
        self._unset_keepalive_if_required()

    def _stop_head_clock(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _stop_unread_clock(self) -> None:
        if self._unread_deadline is not None:
            self._unread_deadline.cancel()
            self._unread_deadline = None
