"""What the requests need of the server: its parts, and what it is at."""

import math
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from server.access.allowance import LimitReached
from server.access.audit import note_refusal
from server.access.auth import WRONG_KEY, MalformedRequest, is_loopback, is_same_origin, presented_key
from server.access.callers import Caller, Callers
from server.access.client_secrets import ClientSecrets
from server.access.keys import Scope
from server.endpoints.errors import ApiError, Refusal
from server.endpoints.slots import Slots
from server.options import ServerOptions
from server.telemetry.meter import Meter
from server.turns.log_lines import on_one_line
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is open: whose key it shows, since when (seconds since 1970), and whether a turn is under way."""

    id: str
    conversation: str
    key: str
    since: float
    items: int
    busy: bool


class Door(Protocol):
    """The server as its requests see it."""

    @property
    def options(self) -> ServerOptions:
        """Where it listens and how much it takes on."""

    @property
    def session_defaults(self) -> SessionConfig:
        """The configuration of a session before its client changes it."""

    @property
    def meter(self) -> Meter:
        """What takes the server's figures."""

    @property
    def callers(self) -> Callers:
        """Who may come in."""

    @property
    def secrets(self) -> ClientSecrets:
        """The keys that were made for clients."""

    @property
    def slots(self) -> Slots:
        """The places of requests that hold models."""

    @property
    def worker(self) -> Worker:
        """The threads on which models run."""

    @property
    def assistant(self) -> Assistant | None:
        """The models; None until they are loaded."""

    @property
    def draining(self) -> bool:
        """Whether the server is about to stop."""

    def readiness(self) -> dict[str, Any]:
        """Tell what the server is at; `status` is `ready` when it takes turns."""

    def versions(self) -> Mapping[str, str]:
        """Name the `model` and the `index` that are built now."""

    def live_sessions(self) -> Sequence[LiveSession]:
        """List the sessions that are open."""

    async def reload(self) -> str | None:
        """Load what was trained and indexed since; None when done, else why it was refused."""


ABOUT_KEYS = (Refusal.INVALID_API_KEY, Refusal.FOREIGN_ORIGIN, Refusal.NOT_ALLOWED, Refusal.LIMIT_REACHED)
"""Refusals that the log has a line about."""

Endpoint: TypeAlias = Callable[[Door, Request], Awaitable[Response]]
Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


def open_to_all(door: Door, endpoint: Endpoint) -> Answering:
    """Answer whoever asks."""

    async def answer(request: Request) -> Response:
        return await endpoint(door, request)

    return answer


def behind_key(door: Door, endpoint: Endpoint, scope: Scope = Scope.TALK) -> Answering:
    """Answer those whose key opens `scope`, from the server's own page, or no page at all.

    Pages that are allowed may talk, and do nothing else.

    The endpoint finds the caller in `request.state.caller`.
    """

    async def answer(request: Request) -> Response:
        shown = None
        try:
            (check_own_origin(request) if scope is Scope.ADMIN else check_origin(request, door.options))
            shown = presented_key(request.headers.getlist)
            request.state.caller = await _identified(door, shown, scope)
            return await endpoint(door, request)
        except MalformedRequest as error:
            raise ApiError(Refusal.MALFORMED, str(error)) from error
        except ApiError as error:
            if error.refusal in ABOUT_KEYS:
                address = request.client.host if request.client else "?"
                note_refusal(address, on_one_line(request.url.path), shown, error.message)
            raise

    return answer


async def _identified(door: Door, shown: str | None, scope: Scope) -> Caller:
    caller = await door.callers.find(shown)
    if caller is None:
        raise ApiError(Refusal.INVALID_API_KEY, WRONG_KEY, headers={"WWW-Authenticate": "Bearer"})
    if scope not in caller.scopes:
        raise ApiError(Refusal.NOT_ALLOWED, f"the key {caller.name!r} does not open this: it needs {scope.value}")
    return caller


def caller_of(request: Request) -> Caller:
    """The caller whose key was shown with a request that is answered behind a key."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller


@contextmanager
def metered() -> Iterator[None]:
    """Refuse what a key may not ask for now, in the form of our refusals."""
    try:
        yield
    except LimitReached as error:
        wait = {"Retry-After": str(math.ceil(error.retry_seconds))}
        raise ApiError(Refusal.LIMIT_REACHED, str(error), headers=wait) from error


def check_origin(request: Request, options: ServerOptions) -> None:
    """Raises ApiError for a page of somebody else: browsers name the page, and let it send requests anywhere."""
    origin = request.headers.get("origin")
    if origin is not None and not is_same_origin(origin, request.headers.get("host"), options.allowed_origins):
        raise ApiError(
            Refusal.FOREIGN_ORIGIN, f"pages of {origin} are not allowed here: add it to server.allowed_origins"
        )


def check_own_origin(request: Request) -> None:
    """Raises ApiError for every page but the server's own: those that may talk here may not govern."""
    origin = request.headers.get("origin")
    if origin is not None and not is_same_origin(origin, request.headers.get("host"), ()):
        raise ApiError(Refusal.FOREIGN_ORIGIN, f"pages of {origin} cannot do this: the console of this server can")


def check_nearness(door: Door, request: Request) -> None:
    """Raises ApiError where no key is needed and somebody asks from another computer, or by a name that is not ours.

    A page can have a name of its own lead to this computer, and would be of the same origin then.
    """
    if door.callers.needs_key:
        return
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if not (request.client and is_loopback(request.client.host) and is_loopback(host)):
        raise ApiError(
            Refusal.NOT_ALLOWED,
            "this server needs no key, so that only this computer sees its conversations, as localhost: "
            "`heedful keys add NAME --scope admin` makes a key",
        )


def loaded(door: Door) -> Assistant:
    """The models. Raises ApiError while there are none, and when the server is about to stop."""
    if door.assistant is None:
        raise ApiError(Refusal.BUSY, "the models are loading: try again shortly", headers={"Retry-After": "2"})
    if door.draining:
        raise ApiError(Refusal.BUSY, "the server is stopping", headers={"Retry-After": "10"})
    return door.assistant
