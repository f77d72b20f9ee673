"""`POST /v1/realtime/client_secrets` and `/sessions`: a key for a client that must not know the server's own.

Source: the OpenAI API reference, https://platform.openai.com/docs/api-reference/realtime-sessions.
"""

import secrets
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.access.callers import Caller
from server.access.client_secrets import TooManySecrets
from server.endpoints.bodies import CLOSE, parse_json, read_body
from server.endpoints.door import Door, caller_of
from server.endpoints.errors import ApiError, Refusal
from server.options import LimitOptions
from server.wire.messages import StrictModel, validate
from server.wire.session_config import SessionConfig, echo, updated

SESSION_SECONDS = 60


class ExpiresAfter(StrictModel):
    """How long a key is valid."""

    anchor: Literal["created_at"] = "created_at"
    seconds: Annotated[int, Field(ge=10, le=7200)] = 600


class SecretRequest(StrictModel):
    """The body of a request for a key."""

    expires_after: ExpiresAfter = ExpiresAfter()
    session: dict[str, Any] = {}


async def create_secret(door: Door, request: Request) -> Response:
    """Make a key that opens sessions of the configuration given."""
    limits = _limits(door)
    sent = await _read(door, request, limits)
    async with door.slots.alone():
        body = parse_json(sent)
        asked = validate(SecretRequest, {name: value for name, value in body.items() if value is not None}, "body")
        caller, seconds = caller_of(request), asked.expires_after.seconds
        key, expires_at, config = _grant(door, caller, asked.session, seconds, limits)
        return JSONResponse({"value": key, "expires_at": expires_at, "session": _shown(config, expires_at)})


async def create_session(door: Door, request: Request) -> Response:
    """Make a key, asked for and answered in the older form: the configuration itself, with the key in it."""
    limits = _limits(door)
    sent = await _read(door, request, limits)
    async with door.slots.alone():
        key, expires_at, config = _grant(door, caller_of(request), parse_json(sent), SESSION_SECONDS, limits)
        return JSONResponse({**_shown(config, expires_at), "client_secret": {"value": key, "expires_at": expires_at}})


async def _read(door: Door, request: Request, limits: LimitOptions) -> bytes:
    """Read the body, if there is room for one more key: refusing costs little that way."""
    try:
        door.secrets.check_room()
    except TooManySecrets as error:
        raise _no_room(error) from error
    return await read_body(request, limits.max_configuration_bytes)


def _no_room(error: TooManySecrets) -> ApiError:
    return ApiError(Refusal.BUSY, str(error), headers={"Retry-After": "10", **CLOSE})


def _shown(config: SessionConfig, expires_at: int) -> dict[str, Any]:
    return echo(config, f"sess_{secrets.token_hex(12)}", expires_at)


def _limits(door: Door) -> LimitOptions:
    return door.assistant.limits if door.assistant else LimitOptions()


def _grant(
    door: Door, caller: Caller, session: dict[str, Any], seconds: int, limits: LimitOptions
) -> tuple[str, int, SessionConfig]:
    defaults, patch = door.session_defaults, {"type": "realtime", **session}
    config = updated(defaults, patch, defaults, audio_was_sent=False, max_bytes=limits.max_configuration_bytes)
    if isinstance(model := session.get("model"), str):
        config = config.model_copy(update={"model": model})
    try:
        return *door.secrets.grant(config, caller, seconds), config
    except TooManySecrets as error:
        raise _no_room(error) from error
