"""What the server says: its health, its figures, the page, its models, the sources of replies, and the reload."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from server.endpoints.door import Door, loaded
from server.endpoints.errors import ApiError, Refusal
from server.turns.fair_line import Urgency

WEB = Path(__file__).with_name("web")
OWNER = "heedful"
# The page runs no code and shows no style but its own, and stands in no frame. Pictures are those of replies.
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def page(_: Door, __: Request) -> Response:
    """Answer with the page to talk and type with the assistant."""
    return HTMLResponse((WEB / "index.html").read_text(encoding="utf-8"), headers=PAGE_HEADERS)


def page_files() -> StaticFiles:
    """Serve the scripts, the style and the icon of the page."""
    return StaticFiles(directory=WEB)


async def health(_: Door, __: Request) -> Response:
    """Answer as soon as the port is open."""
    return JSONResponse({"status": "ok"})


async def readiness(door: Door, _: Request) -> Response:
    """Tell whether the server takes turns."""
    state = door.readiness()
    return JSONResponse(state, 200 if state["status"] == "ready" else 503)


async def metrics(door: Door, request: Request) -> Response:
    """Show the figures of the server, for Prometheus."""
    body, content_type = door.meter.shown(request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})


async def reload(door: Door, _: Request) -> Response:
    """Load what was trained and indexed since."""
    loaded(door)
    if (refused := await door.reload()) is not None:
        raise ApiError(Refusal.RELOAD_REFUSED, refused)
    return JSONResponse({"status": "reloaded"})


async def list_models(door: Door, _: Request) -> Response:
    """List the names that a client may give as `model`; any other is taken as well."""
    return JSONResponse({"object": "list", "data": [_model(name) for name in _names(door)]})


async def show_model(door: Door, request: Request) -> Response:
    """Tell of one model."""
    name = request.path_params["model"]
    if name not in _names(door):
        raise ApiError(Refusal.MODEL_NOT_FOUND, f"no model {name!r}: there are {', '.join(_names(door))}", "model")
    return JSONResponse(_model(name))


async def show_source(door: Door, request: Request) -> Response:
    """Tell what a source says, by its id in `heedful.sources`; in an address, its `#` is written as `%23`."""
    assistant = loaded(door)
    name = request.path_params["source"]
    find = assistant.source
    with door.worker.lane().turn(Urgency.TYPED) as place:
        passage = await door.worker.run(place, find, name) if find is not None else None
    if passage is None:
        raise ApiError(Refusal.SOURCE_NOT_FOUND, f"no source {name!r:.200}: give an id of heedful.sources", "source")
    facts = asdict(passage)
    del facts["score"]  # it belongs to a search
    return JSONResponse({"object": "source", **facts})


async def list_suggestions(door: Door, _: Request) -> Response:
    """List questions that somebody may begin with; none where there is no knowledge."""
    suggest = loaded(door).suggestions
    if suggest is None:
        return JSONResponse({"object": "list", "data": []})
    with door.worker.lane().turn(Urgency.TYPED) as place:
        return JSONResponse({"object": "list", "data": list(await door.worker.run(place, suggest))})


def _names(door: Door) -> list[str]:
    transcription = door.session_defaults.audio.input.transcription
    hearing = Path(transcription.model).name if transcription and transcription.model else "whisper"
    return [door.session_defaults.model, hearing]


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": OWNER}
