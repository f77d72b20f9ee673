"""The network's edge: websocket connections, and the few pages served on the same port."""

import asyncio
import contextlib
import http
import json
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from server.access.allowance import LimitReached
from server.access.audit import note_refusal
from server.access.auth import WRONG_KEY, MalformedRequest, is_loopback, is_same_origin, presented_key
from server.access.callers import Callers
from server.access.client_secrets import ClientSecrets, is_client_secret
from server.access.key_file import KeyFile
from server.access.keys import Scope
from server.conversations.held_conversation import HeldConversation
from server.conversations.wishes import arrival_of
from server.endpoints.application import REALTIME_PATHS, application
from server.endpoints.door import LiveSession
from server.endpoints.listener import HttpConnection, HttpServer
from server.endpoints.slots import Slots
from server.options import ServerOptions
from server.protocol.conversation import ServerRoom
from server.protocol.session import Session
from server.telemetry.meter import Meter
from server.transport.answers import as_json, code_of, refusal
from server.transport.certificates import Certificates
from server.transport.connection import WatchedConnection
from server.transport.outbox import OUTBOX_FULL_BYTES, WebSocketOutbox
from server.transport.requests import Target, parse_target
from server.turns.hot_reload import try_reload
from server.turns.log_lines import on_one_line
from server.turns.pipeline import Assistant, TurnRunner
from server.turns.worker import Worker
from server.wire.messages import ErrorCode, ProtocolError, error_event
from server.wire.session_config import SessionConfig

logger = logging.getLogger(__name__)

# 15 MiB of audio in one append, as base64, with room for the JSON around it.
MAX_FRAME_BYTES = 21 * 2**20

# Codes with which a session is closed that cannot be had, or goes on elsewhere; clients do not try again by themselves.
REFUSED = 1008
TAKEN_OVER = 4001
DELETED = 4002
TRY_AGAIN = 1013  # clients do

GRACE_SECONDS = 5  # for the last words of a session to be read
CLOSING_SECONDS = 5


_STOPPING = "The server is stopping and begins nothing new: connect again."


class ListenError(Exception):
    """The port cannot be opened, or must not be; the message names the settings."""


class _Refused(Exception):
    """A socket that its key or its page does not open; the log has a line about it."""

    def __init__(self, status: http.HTTPStatus, message: str, code: ErrorCode = ErrorCode.INVALID_VALUE) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(slots=True)
class App:
    """The server: its connections share one assistant and one worker. Lives on one event loop."""

    options: ServerOptions
    session_defaults: SessionConfig
    worker: Worker
    assistant: Assistant | None = None  # None until the models are loaded
    wall_clock: Callable[[], float] = time.time
    meter: Meter = field(default_factory=Meter)
    versions: Callable[[], Mapping[str, str]] = dict
    """Names the `model` and the `index` that are built now."""

    _sessions: dict[TurnRunner, WebSocketOutbox] = field(init=False, default_factory=dict)
    callers: Callers = field(init=False)
    secrets: ClientSecrets = field(default_factory=ClientSecrets)
    slots: Slots = field(default_factory=Slots)
    _taken: int = field(init=False, default=0)  # places of sessions, those that are being opened or closed included
    _room: ServerRoom = field(init=False)
    draining: bool = field(init=False, default=False)
    ended_sessions: int = field(init=False, default=0)
    _http: HttpServer | None = field(init=False, default=None)
    _reloading: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._room = ServerRoom(self.options.max_sessions)
        self.callers = Callers(self.options.api_key, KeyFile(Path(self.options.keys_file)))
        self.meter.watch(lambda: len(self._sessions), lambda: self.worker.waiting)

    def take(self, assistant: Assistant) -> None:
        """Serve with these models from now on."""
        self.assistant = assistant
        self.meter.loaded(self.versions())

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[Server]:
        """Open the port until the end of the block: each connection speaks HTTP until it becomes a socket.

        Raises:
            ListenError: the port cannot be opened, or would be open to a whole network without a key, or the
                certificate cannot be read.
        """
        self._check_openness()
        http_server = HttpServer(application(self), REALTIME_PATHS, self.options.unread_seconds)

        def connection(protocol: ServerProtocol, server: Server, **options: Any) -> HttpConnection:
            return HttpConnection(http_server, lambda: WatchedConnection(protocol, server, **options), protocol)

        listening = serve(
            self._serve_connection,
            self.options.host,
            self.options.port,
            process_request=self._before_upgrade,
            process_response=_before_answer,
            select_subprotocol=_select_subprotocol,
            create_connection=cast(type[ServerConnection], connection),
            ping_interval=self.options.unread_seconds / 4,
            ping_timeout=self.options.unread_seconds,
            close_timeout=CLOSING_SECONDS,
            max_size=MAX_FRAME_BYTES,
            max_queue=0,  # frames; one more is taken in while one is worked on
            compression=None,  # audio does not shrink, and compressing it costs the latency this server is about
            ssl=self._tls(),
        )
        try:
            server = await listening
        except OSError as error:
            place = f"server.host = {self.options.host!r}, server.port = {self.options.port}"
            raise ListenError(
                f"cannot listen at {place}: {error.strerror or error}; choose another with --host and --port"
            ) from error
        self._http = http_server
        async with server:
            try:
                yield server
            finally:
                await http_server.close()

    def _check_openness(self) -> None:
        if not (self.callers.needs_key or self.options.open_to_network or is_loopback(self.options.host)):
            raise ListenError(
                f"server.host = {self.options.host!r} lets the whole network talk to this server, and no key is needed:"
                " make one with `heedful keys add NAME`, or set server.open_to_network = true"
            )

    def _tls(self) -> ssl.SSLContext | None:
        if not self.options.tls_certificate:
            return None
        try:
            return Certificates(self.options.tls_certificate, self.options.tls_key or None).context()
        except (OSError, ssl.SSLError) as error:
            raise ListenError(
                f"server.tls_certificate = {self.options.tls_certificate!r}: {error}; name a PEM file with the chain "
                "and its key"
            ) from error

    async def _before_upgrade(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            refused = await self._refusal(connection, request)
        except MalformedRequest as error:
            refused = refusal(connection, http.HTTPStatus.BAD_REQUEST, str(error))
        except _Refused as error:
            path, address = on_one_line(parse_target(request.path).path), connection.remote_address
            note_refusal(address[0] if address else "?", path, presented_key(request.headers.get_all), str(error))
            refused = refusal(connection, error.status, str(error), error.code)
        if refused is not None:
            self.meter.failed(code_of(refused))
        return refused

    async def _refusal(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse a socket; None for one that is opened."""
        headers, path = request.headers, parse_target(request.path).path
        origin = headers.get("Origin")  # browsers name the page, and let any page connect anywhere
        if origin is not None and not is_same_origin(origin, headers.get("Host"), self.options.allowed_origins):
            raise _Refused(
                http.HTTPStatus.FORBIDDEN, f"pages of {origin} are not allowed: add it to server.allowed_origins"
            )
        shown = presented_key(headers.get_all)
        grant = self.secrets.find(shown) if path in REALTIME_PATHS else None
        caller = grant.caller if grant else None if is_client_secret(shown) else await self.callers.find(shown)
        if caller is None:
            raise _unauthorized(shown)
        if Scope.TALK not in caller.scopes:
            message = f"the key {caller.name!r} does not open sessions: it needs the scope talk"
            raise _Refused(http.HTTPStatus.FORBIDDEN, message)
        if self.assistant is None:
            return _busy(connection, "the models are loading")
        if self.draining:
            return _busy(connection, "the server is stopping")
        if self._taken >= self.options.max_sessions:
            return _busy(connection, self._full())
        try:
            caller.allowance.check_sessions()
        except LimitReached as error:
            raise _Refused(http.HTTPStatus.TOO_MANY_REQUESTS, str(error), ErrorCode.LIMIT_REACHED) from error
        assert isinstance(connection, WatchedConnection)
        connection.caller, connection.granted = caller, grant.config if grant else None
        return None

    def readiness(self) -> dict[str, Any]:
        """Tell what the server is at; `status` is `ready` when it takes turns."""
        if self.draining:
            return {"status": "draining", "sessions": len(self._sessions)}
        if self.assistant is None:
            return {"status": "loading"}
        if (cause := self.assistant.broken()) is not None:
            return {"status": "broken", "cause": cause}
        return {
            "status": "ready",
            "sessions": len(self._sessions),
            "max_sessions": self.options.max_sessions,
            "needs_key": self.callers.needs_key,
        }

    def live_sessions(self) -> list[LiveSession]:
        """List the sessions that are open."""
        return [self._live(runner) for runner in self._sessions]

    def _live(self, runner: TurnRunner) -> LiveSession:
        session = runner.session
        since = session.expires_at - self.options.session_minutes * 60
        items = len(session.conversation)
        return LiveSession(
            session.id, session.conversation_id, runner.allowance.name, since, items=items, busy=runner.is_busy
        )

    async def drain(self) -> None:
        """Begin no session and no turn, and wait until none is left and its events are sent; sessions stay open."""
        self.draining = True
        for runner in self._sessions:
            runner.session.stop(_STOPPING)
        while busy := [runner for runner in self._sessions if runner.is_busy]:
            await asyncio.gather(*(runner.finished() for runner in busy))
        await asyncio.gather(*(outbox.drained(0) for outbox in self._sessions.values()))
        if self._http is not None:
            await self._http.finished()

    async def cut_short(self) -> None:
        """End the turns that are left as failed, and wait a little until that is sent."""
        for runner in self._sessions:
            runner.give_up(_STOPPING)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await asyncio.gather(*(outbox.drained(0) for outbox in self._sessions.values()))

    async def reload(self) -> str | None:
        """Load what was trained and indexed since, one reload at a time; None when done, else why it was refused."""
        if self.assistant is None or self.assistant.reload is None:
            return "this server has nothing that it could load again"
        async with self._reloading:
            refused = await try_reload(self.assistant.reload)
            if refused is None:
                self.meter.loaded(self.versions())
            return refused

    def _full(self) -> str:
        return f"all {self.options.max_sessions} sessions are taken, try again shortly"

    async def _serve_connection(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        if self._taken >= self.options.max_sessions:  # by connections that came at the same time
            self.meter.failed(ErrorCode.BUSY)
            await _turn_away(connection, ProtocolError(ErrorCode.BUSY, self._full()), TRY_AGAIN)
            return
        target = parse_target(connection.request.path)  # it was understood before the upgrade
        self._taken += 1
        try:
            await self._serve_session(connection, target)
        finally:
            self._taken -= 1

    async def _serve_session(self, connection: ServerConnection, target: Target) -> None:
        # Unready servers and foreign paths were refused before the upgrade.
        assert isinstance(connection, WatchedConnection)
        try:
            with connection.caller.allowance.session():
                await self._open_session(connection, target)
        except ProtocolError as error:
            self.meter.failed(error.code)
            await _turn_away(connection, error)
        except LimitReached as error:
            self.meter.failed(ErrorCode.LIMIT_REACHED)
            await _turn_away(connection, ProtocolError(ErrorCode.LIMIT_REACHED, str(error)))

    async def _open_session(self, connection: WatchedConnection, target: Target) -> None:
        assert self.assistant is not None
        assert connection.request is not None
        arrival = arrival_of(target.query, connection.request.headers.get_all)
        held = await self.assistant.reception.open(arrival.wish, arrival.user)
        await self._hold_session(connection, target, held, replays_items=arrival.replays_items)
        if held.deleted:
            await connection.close(DELETED, "the conversation was deleted")
        elif held.taken_over:
            await connection.close(TAKEN_OVER, "the conversation goes on in another connection")

    async def _hold_session(
        self, connection: WatchedConnection, target: Target, held: HeldConversation, *, replays_items: bool
    ) -> None:
        assert self.assistant is not None
        seconds = self.options.session_minutes * 60
        config = _requested(connection.granted or self.session_defaults, target)
        expires_at = int(self.wall_clock() + seconds)
        assistant = self.assistant
        session = Session(
            config,
            assistant.new_segmenter,
            expires_at,
            turn_taking=assistant.turn_taking,
            limits=assistant.limits,
            max_turns=self.options.max_turns_per_session,
            opening=held.opening,
            languages=assistant.recognizer.languages,
        )
        session.conversation.enter(self._room)
        outbox = WebSocketOutbox()
        runner = TurnRunner(
            session, self.assistant, self.worker, outbox, held, connection.caller.allowance, meter=self.meter
        )
        self.meter.session_opened()
        writer = asyncio.create_task(outbox.write_to(connection))
        self._sessions[runner] = outbox
        if self.draining:
            session.stop(_STOPPING)
        try:
            async with asyncio.timeout(seconds) as life:
                with held.ending_with(life):
                    await _converse(connection, session, runner, outbox, replays_items=replays_items)
        except TimeoutError:
            if not (held.taken_over or held.deleted):
                await self._expire(connection, session, runner, outbox)
        except ConnectionClosed as gone:
            about = {"session": session.id, "conversation": session.conversation_id}
            logger.info("session %s: connection lost (%s)", session.id, on_one_line(gone), extra=about)
        finally:
            del self._sessions[runner]
            try:
                await runner.close()
            finally:
                session.conversation.leave()
                writer.cancel()
                self.ended_sessions += 1

    async def _expire(
        self, connection: ServerConnection, session: Session, runner: TurnRunner, outbox: WebSocketOutbox
    ) -> None:
        message = f"Your session hit the maximum duration of {self.options.session_minutes:g} minutes."
        runner.carry_out(session.refuse(ProtocolError(ErrorCode.SESSION_EXPIRED, message)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await outbox.drained(0)
        await connection.close(1001, "session expired")


async def _converse(
    connection: ServerConnection,
    session: Session,
    runner: TurnRunner,
    outbox: WebSocketOutbox,
    *,
    replays_items: bool,
) -> None:
    runner.carry_out(session.start())
    for outputs in session.replay() if replays_items else ():
        runner.carry_out(outputs)
        await outbox.drained(OUTBOX_FULL_BYTES)
        await asyncio.sleep(0)
    with contextlib.suppress(ConnectionClosedOK):
        while True:
            await _take(await connection.recv(), session, runner, outbox)  # no name keeps the frame any longer
            await outbox.drained(OUTBOX_FULL_BYTES)  # a client that does not read is not listened to


async def _take(frame: str | bytes, session: Session, runner: TurnRunner, outbox: WebSocketOutbox) -> None:
    if outbox.closed:
        return  # who has gone is not answered, though it may have asked for much before
    for outputs in session.receive(frame):
        runner.carry_out(outputs)
        await asyncio.sleep(0)  # a long append is taken in slices: other sessions go on between them


async def _turn_away(connection: ServerConnection, error: ProtocolError, close_code: int = REFUSED) -> None:
    with contextlib.suppress(ConnectionClosed):
        await connection.send(json.dumps({"event_id": "event_refused", **error_event(error)}))
        await connection.close(close_code, error.code)


def _requested(defaults: SessionConfig, target: Target) -> SessionConfig:
    model = target.query.get("model", [""])[0]
    chosen: dict[str, str] = {"model": model} if model else {}
    if target.query.get("intent") == ["transcription"]:
        chosen["type"] = "transcription"
    return defaults.model_copy(update=chosen)


def _busy(connection: ServerConnection, message: str) -> Response:
    return refusal(connection, http.HTTPStatus.SERVICE_UNAVAILABLE, message, ErrorCode.BUSY)


def _unauthorized(shown: str | None) -> "_Refused":
    """Refuse a key; one that was made for a client has expired, or another server made it."""
    message = WRONG_KEY
    if is_client_secret(shown):
        message = "this client secret is not valid, or no longer: ask for one at /v1/realtime/client_secrets"
    return _Refused(http.HTTPStatus.UNAUTHORIZED, message, ErrorCode.INVALID_API_KEY)


def _before_answer(_: ServerConnection, request: Request, response: Response) -> Response | None:
    """Give what `websockets` refuses the form of our own refusals, and a HEAD request no body."""
    if response.status_code != http.HTTPStatus.SWITCHING_PROTOCOLS:
        as_json(response)
        response.body = b"" if request.method == "HEAD" else response.body
    return None


def _select_subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    # Browsers carry the key in a second subprotocol and close unless `realtime` is chosen.
    return Subprotocol("realtime") if "realtime" in offered else None
