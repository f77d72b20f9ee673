"""The network's edge: websocket connections, and the few pages served on the same port."""

import asyncio
import contextlib
import http
import json
import logging
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from server.options import ServerOptions
from server.protocol.messages import ErrorCode, ProtocolError, error_event
from server.protocol.session import Session
from server.protocol.session_config import SessionConfig
from server.transport.auth import is_allowed
from server.turns.hot_reload import try_reload
from server.turns.pipeline import Assistant, TurnRunner
from server.turns.worker import Worker

logger = logging.getLogger(__name__)

# 15 MiB of audio in one append, as base64, with room for the JSON around it.
MAX_FRAME_BYTES = 21 * 2**20
EXPIRY_GRACE_SECONDS = 5
REALTIME_PATHS = frozenset({"/v1/realtime", "/realtime", "/openai/v1/realtime"})
# How much may wait for a client to read before no more is made for it, and before it is no longer listened to.
OUTBOX_ENOUGH_BYTES = 512 * 1024
OUTBOX_FULL_BYTES = 2 * 2**20
RELOAD_PATH = "/v1/reload"
PAGE = Path(__file__).with_name("web") / "index.html"


class ListenError(Exception):
    """The port cannot be opened; the message names the settings."""


class WebSocketOutbox:
    """The outgoing events of one connection, in order, written by one task."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._filled = asyncio.Event()
        self._sent = asyncio.Event()
        self._closed = False

    def put(self, event: dict[str, Any]) -> None:
        """Line an event up; never waits."""
        frame = json.dumps(event, allow_nan=False)
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._filled.set()

    async def drained(self, limit_bytes: int = OUTBOX_ENOUGH_BYTES) -> None:
        """Wait until less than that is left to send, or nobody is there any more."""
        while self._waiting_bytes > limit_bytes and not self._closed:
            self._sent.clear()
            await self._sent.wait()

    async def write_to(self, connection: ServerConnection) -> None:
        """Send what comes, until cancelled or the connection is gone."""
        try:
            while True:
                await self._filled.wait()
                while self._waiting:
                    frame = self._waiting.popleft()
                    await connection.send(frame)
                    self._waiting_bytes -= len(frame)
                    self._sent.set()
                self._filled.clear()
        except ConnectionClosed:
            pass  # nobody is left to write to; the reading side ends the session
        finally:
            self._closed = True
            self._sent.set()


@dataclass(slots=True)
class App:
    """The server: its connections share one assistant and one worker. Lives on one event loop."""

    options: ServerOptions
    session_defaults: SessionConfig
    worker: Worker
    assistant: Assistant | None = None  # None until the models are loaded
    wall_clock: Callable[[], float] = time.time
    _sessions: int = field(init=False, default=0)
    _reloading: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    async def listen(self) -> Server:
        """Open the port.

        Raises:
            ListenError: the port cannot be opened or the certificate not read.
        """
        tls = _tls(self.options)
        try:
            return await serve(
                self._serve_connection,
                self.options.host,
                self.options.port,
                process_request=self._before_upgrade,
                select_subprotocol=_select_subprotocol,
                max_size=MAX_FRAME_BYTES,
                compression=None,  # audio does not shrink, and compressing it costs the latency this server is about
                ssl=tls,
            )
        except OSError as error:
            place = f"server.host = {self.options.host!r}, server.port = {self.options.port}"
            raise ListenError(
                f"cannot listen at {place}: {error.strerror or error}; choose another with --host and --port"
            ) from error

    def _before_upgrade(self, connection: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path).path
        if path == "/healthz":
            return _json(connection, http.HTTPStatus.OK, {"status": "ok"})
        if path == "/readyz":
            return self._readiness(connection)
        if path == "/":
            return _page(connection)
        if path not in REALTIME_PATHS | {RELOAD_PATH}:
            known = ", ".join(sorted(REALTIME_PATHS | {RELOAD_PATH}))
            return _refusal(connection, http.HTTPStatus.NOT_FOUND, f"nothing at {path}: sockets connect to {known}")
        if not is_allowed(request.headers, self.options.api_key):
            return _refusal(
                connection,
                http.HTTPStatus.UNAUTHORIZED,
                "wrong or missing API key: send 'Authorization: Bearer <key>'",
                ErrorCode.INVALID_API_KEY,
            )
        if self.assistant is None:
            return _refusal(connection, http.HTTPStatus.SERVICE_UNAVAILABLE, "the models are loading", ErrorCode.BUSY)
        if path == RELOAD_PATH:
            return self._before_reload(connection, request)
        if self._sessions >= self.options.max_sessions:
            return _refusal(
                connection,
                http.HTTPStatus.SERVICE_UNAVAILABLE,
                f"all {self.options.max_sessions} sessions are taken, try again shortly",
                ErrorCode.BUSY,
            )
        return None

    def _before_reload(self, connection: ServerConnection, request: Request) -> Response | None:
        # Browsers name the page's origin and let any page connect anywhere; a page is not who may reload a server.
        if "Origin" in request.headers:
            return _refusal(connection, http.HTTPStatus.FORBIDDEN, "a page cannot reload the server: `heedful reload`")
        return None

    def _readiness(self, connection: ServerConnection) -> Response:
        if self.assistant is None:
            return _json(connection, http.HTTPStatus.SERVICE_UNAVAILABLE, {"status": "loading"})
        return _json(connection, http.HTTPStatus.OK, {"status": "ready", "sessions": self._sessions})

    async def reload(self) -> str | None:
        """Load what was trained and indexed since, one reload at a time; None when done, else why it was refused."""
        if self.assistant is None or self.assistant.reload is None:
            return "this server has nothing that it could load again"
        async with self._reloading:
            return await try_reload(self.assistant.reload)

    async def _serve_connection(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        if urlsplit(connection.request.path).path == RELOAD_PATH:
            await self._serve_reload(connection)
        else:
            await self._serve_session(connection)

    async def _serve_reload(self, connection: ServerConnection) -> None:
        refused = await self.reload()
        error = refused and error_event(ProtocolError(ErrorCode.RELOAD_REFUSED, refused))
        with contextlib.suppress(ConnectionClosed):  # the client that asked need not wait for the answer
            await connection.send(json.dumps(error or {"type": "reload.done"}))

    async def _serve_session(self, connection: ServerConnection) -> None:
        # Unready servers and foreign paths were refused before the upgrade.
        assert self.assistant is not None
        assert connection.request is not None
        seconds = self.options.session_minutes * 60
        config = _requested(self.session_defaults, connection.request.path)
        expires_at = int(self.wall_clock() + seconds)
        assistant = self.assistant
        session = Session(
            config, assistant.new_segmenter, expires_at, turn_taking=assistant.turn_taking, limits=assistant.limits
        )
        outbox = WebSocketOutbox()
        runner = TurnRunner(session, self.assistant, self.worker, outbox)
        writer = asyncio.create_task(outbox.write_to(connection))
        self._sessions += 1
        try:
            async with asyncio.timeout(seconds):
                await _converse(connection, session, runner, outbox)
        except TimeoutError:
            await self._expire(connection, outbox)
        except ConnectionClosed as gone:
            logger.info("session %s: connection lost (%s)", session.id, gone)
        finally:
            self._sessions -= 1
            await runner.close()
            writer.cancel()

    async def _expire(self, connection: ServerConnection, outbox: WebSocketOutbox) -> None:
        message = f"Your session hit the maximum duration of {self.options.session_minutes:g} minutes."
        event = error_event(ProtocolError(ErrorCode.SESSION_EXPIRED, message))
        outbox.put({"event_id": "event_expired", **event})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EXPIRY_GRACE_SECONDS):
                await outbox.drained(0)
        await connection.close(1001, "session expired")


async def _converse(
    connection: ServerConnection, session: Session, runner: TurnRunner, outbox: WebSocketOutbox
) -> None:
    runner.carry_out(session.start())
    async for frame in connection:
        for outputs in session.receive(frame):
            runner.carry_out(outputs)
            await asyncio.sleep(0)  # a long append is taken in slices: other sessions go on between them
        await outbox.drained(OUTBOX_FULL_BYTES)  # a client that does not read is not listened to: nothing piles up


def _requested(defaults: SessionConfig, path: str) -> SessionConfig:
    query = parse_qs(urlsplit(path).query)
    chosen: dict[str, str] = {"model": query["model"][0]} if "model" in query else {}
    if query.get("intent") == ["transcription"]:
        chosen["type"] = "transcription"
    return defaults.model_copy(update=chosen)


def _select_subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    # Browsers carry the key in a second subprotocol and close unless `realtime` is chosen.
    return Subprotocol("realtime") if "realtime" in offered else None


def _json(connection: ServerConnection, status: http.HTTPStatus, body: dict[str, Any]) -> Response:
    response = connection.respond(status, json.dumps(body) + "\n")
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    return response


def _refusal(
    connection: ServerConnection,
    status: http.HTTPStatus,
    message: str,
    code: ErrorCode = ErrorCode.INVALID_VALUE,
) -> Response:
    return _json(connection, status, {"error": error_event(ProtocolError(code, message))["error"]})


def _page(connection: ServerConnection) -> Response:
    response = connection.respond(http.HTTPStatus.OK, PAGE.read_text(encoding="utf-8"))
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def _tls(options: ServerOptions) -> ssl.SSLContext | None:
    if not options.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(options.tls_certificate, options.tls_key or None)
    except (OSError, ssl.SSLError) as error:
        raise ListenError(
            f"server.tls_certificate = {options.tls_certificate!r}: {error}; name a PEM file with the chain and its key"
        ) from error
    return context
