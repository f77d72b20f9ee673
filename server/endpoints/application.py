"""Which path is answered by what, and that every answer to a request that is refused is JSON."""

import re

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from server.access.keys import Scope
from server.endpoints import (
    client_secret_requests,
    console_requests,
    server_pages,
    speech_requests,
    transcription_requests,
)
from server.endpoints.access_log import AccessLog
from server.endpoints.door import Door, behind_key, open_to_all
from server.endpoints.errors import ApiError, Refusal, error_answer, from_protocol
from server.wire.messages import ProtocolError

REALTIME_PATHS = frozenset({"/v1/realtime", "/realtime", "/openai/v1/realtime"})
PREFLIGHT_SECONDS = 600


def application(door: Door) -> Starlette:
    """Make the application that answers every request which does not become a socket."""
    pages = {
        "/": server_pages.page,
        "/console": console_requests.console,
        "/healthz": server_pages.health,
        "/readyz": server_pages.readiness,
    }
    reading = {
        "/v1/models": server_pages.list_models,
        "/v1/models/{model:path}": server_pages.show_model,
        "/v1/sources/{source:path}": server_pages.show_source,
        "/v1/suggestions": server_pages.list_suggestions,
    }
    working = {
        "/v1/realtime/client_secrets": client_secret_requests.create_secret,
        "/v1/realtime/sessions": client_secret_requests.create_session,
        "/v1/audio/speech": speech_requests.speak,
        "/v1/audio/transcriptions": transcription_requests.transcribe,
    }
    governing = {
        "/metrics": server_pages.metrics,
        "/v1/console/overview": console_requests.overview,
        "/v1/console/conversations": console_requests.list_conversations,
        "/v1/console/not_understood": console_requests.list_not_understood,
    }
    kept = "/v1/console/conversations/{conversation:path}"
    app = Starlette(
        routes=[
            *(Route(path, open_to_all(door, endpoint)) for path, endpoint in pages.items()),
            *(Route(path, behind_key(door, endpoint)) for path, endpoint in reading.items()),
            *(Route(path, behind_key(door, endpoint), methods=["POST"]) for path, endpoint in working.items()),
            *(Route(path, behind_key(door, endpoint, Scope.ADMIN)) for path, endpoint in governing.items()),
            Route(kept, behind_key(door, console_requests.show_conversation, Scope.ADMIN)),
            Route(kept, behind_key(door, console_requests.delete_conversation, Scope.ADMIN), methods=["DELETE"]),
            Route("/v1/reload", behind_key(door, server_pages.reload, Scope.ADMIN), methods=["POST"]),
            Mount("/page", server_pages.page_files()),
            *(Route(path, open_to_all(door, _needs_socket)) for path in sorted(REALTIME_PATHS)),
        ],
        middleware=[
            Middleware(AccessLog),
            Middleware(
                CORSMiddleware,
                allow_origins=door.options.allowed_origins,
                allow_methods=["GET", "POST"],
                allow_headers=["*"],
                max_age=PREFLIGHT_SECONDS,
            ),
        ],
        exception_handlers={
            HTTPException: _refuse_as_json,
            ApiError: _refuse,
            ProtocolError: _refuse_with_protocol,
            Exception: _fail,
        },
    )
    app.router.redirect_slashes = False
    app.state.meter = door.meter
    return app


async def _needs_socket(_: Door, request: Request) -> Response:
    raise ApiError(
        Refusal.UPGRADE_REQUIRED,
        f"{request.url.path} is a websocket: connect with ws:// or wss://",
        headers={"Upgrade": "websocket", "Connection": "Upgrade"},
    )


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _answer(request, error)


async def _refuse_with_protocol(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProtocolError)
    return _answer(request, from_protocol(error))


async def _refuse_as_json(request: Request, error: Exception) -> Response:
    """Give what Starlette refuses the form of our own refusals."""
    assert isinstance(error, HTTPException)
    path = request.scope["path"]
    if error.status_code == Refusal.NOT_FOUND.status:
        served = ", ".join(sorted(re.sub(r"{(\w+):path}", r"<\1>", route.path) for route in request.app.routes))
        return _answer(request, ApiError(Refusal.NOT_FOUND, f"nothing at {path}: there are {served}"))
    if error.status_code == Refusal.METHOD_NOT_ALLOWED.status:
        allowed = ", ".join(sorted((error.headers or {}).get("Allow", "GET").split(", ")))
        message = f"{request.method} is not served at {path}: send {allowed}"
        return _answer(request, ApiError(Refusal.METHOD_NOT_ALLOWED, message, headers={"Allow": allowed}))
    return _answer(request, ApiError(Refusal.MALFORMED, error.detail, headers=error.headers))


async def _fail(request: Request, _: Exception) -> Response:
    """Answer in the place of an endpoint that failed; uvicorn logs its traceback."""
    return _answer(request, ApiError(Refusal.SERVER_ERROR, "The server failed; its log has the cause."))


def _answer(request: Request, error: ApiError) -> Response:
    request.app.state.meter.failed(error.refusal.code)
    return error_answer(error)
