"""What the requests need of the server: its parts, and what it is at."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from server.endpoints.auth import MalformedRequest, is_allowed, is_same_origin, presented_key
from server.endpoints.client_secrets import ClientSecrets
from server.endpoints.errors import ApiError, Refusal
from server.endpoints.slots import Slots
from server.options import ServerOptions
from server.telemetry.meter import Meter
from server.turns.pipeline import Assistant
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig

WRONG_KEY = "wrong or missing API key: send 'Authorization: Bearer <key>'"


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

    async def reload(self) -> str | None:
        """Load what was trained and indexed since; None when done, else why it was refused."""


Endpoint: TypeAlias = Callable[[Door, Request], Awaitable[Response]]
Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


def open_to_all(door: Door, endpoint: Endpoint) -> Answering:
    """Answer whoever asks."""

    async def answer(request: Request) -> Response:
        return await endpoint(door, request)

    return answer


def behind_key(door: Door, endpoint: Endpoint) -> Answering:
    """Answer those who show the key, from the server's own page, a page that is allowed, or no page at all."""

    async def answer(request: Request) -> Response:
        check_origin(request, door.options)
        try:
            shown = presented_key(request.headers.getlist)
        except MalformedRequest as error:
            raise ApiError(Refusal.MALFORMED, str(error)) from error
        if not is_allowed(shown, door.options.api_key):
            raise ApiError(Refusal.INVALID_API_KEY, WRONG_KEY, headers={"WWW-Authenticate": "Bearer"})
        return await endpoint(door, request)

    return answer


def check_origin(request: Request, options: ServerOptions) -> None:
    """Raises ApiError for a page of somebody else: browsers name the page, and let it send requests anywhere."""
    origin = request.headers.get("origin")
    if origin is not None and not is_same_origin(origin, request.headers.get("host"), options.allowed_origins):
        raise ApiError(
            Refusal.FOREIGN_ORIGIN, f"pages of {origin} are not allowed here: add it to server.allowed_origins"
        )


def loaded(door: Door) -> Assistant:
    """The models. Raises ApiError while there are none, and when the server is about to stop."""
    if door.assistant is None:
        raise ApiError(Refusal.BUSY, "the models are loading: try again shortly", headers={"Retry-After": "2"})
    if door.draining:
        raise ApiError(Refusal.BUSY, "the server is stopping", headers={"Retry-After": "10"})
    return door.assistant
