"""What the console asks, with an admin key: how the server is, what was said to it, and what it did not understand."""

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from dialogue.memory import archive
from dialogue.memory.conversation_store import ConversationStore
from server.endpoints.door import Door, check_nearness, loaded
from server.endpoints.errors import ApiError, Refusal
from server.endpoints.server_pages import PAGE_HEADERS, WEB

PAGE_ROWS = 50
MOST_ROWS = 500


async def console(_: Door, __: Request) -> Response:
    """Answer with the page of the console; it asks for a key where one is needed."""
    return HTMLResponse((WEB / "console.html").read_text(encoding="utf-8"), headers=PAGE_HEADERS)


async def overview(door: Door, request: Request) -> Response:
    """Tell what the server is at, who talks, and the figures of the last hour."""
    check_nearness(door, request)
    sessions = [asdict(session) for session in door.live_sessions()]
    state = {"readiness": door.readiness(), "versions": dict(door.versions()), "sessions": sessions}
    return _fresh({**state, "recent": asdict(door.meter.recent())})


async def list_conversations(door: Door, request: Request) -> Response:
    """List conversations, the latest first: `limit` of them, from behind the one called `after`."""
    store = _store(door, request)
    rows, after = _number_of_rows(request), request.query_params.get("after")
    records = await asyncio.to_thread(archive.page, store, rows + 1, after)
    number = await asyncio.to_thread(archive.count, store)
    data = [asdict(record) for record in records[:rows]]
    return _fresh({"object": "list", "data": data, "count": number, "has_more": len(records) > rows})


async def show_conversation(door: Door, request: Request) -> Response:
    """Tell what was said in a conversation and how it was understood."""
    store, name = _store(door, request), request.path_params["conversation"]
    turns = await asyncio.to_thread(archive.turns_of, store, name)
    said = await asyncio.to_thread(archive.said_in, store, name)
    if not (turns or said):
        raise _unknown(name)
    shown = {"turns": [asdict(turn) for turn in turns], "said": [asdict(message) for message in said]}
    return _fresh({"object": "conversation", "id": name, **shown})


async def delete_conversation(door: Door, request: Request) -> Response:
    """Delete a conversation with all that is kept of it; a session that holds it ends."""
    check_nearness(door, request)
    name, assistant = request.path_params["conversation"], loaded(door)
    if not await assistant.reception.delete(name):
        raise _unknown(name)
    await asyncio.to_thread(assistant.understanding.forget, name)
    return _fresh({"object": "conversation.deleted", "id": name, "deleted": True})


async def list_not_understood(door: Door, request: Request) -> Response:
    """List the latest texts that were not understood."""
    texts = await asyncio.to_thread(archive.not_understood, _store(door, request), _number_of_rows(request))
    return _fresh({"object": "list", "data": [asdict(text) for text in texts]})


def _store(door: Door, request: Request) -> ConversationStore:
    check_nearness(door, request)
    return loaded(door).reception.store


def _number_of_rows(request: Request) -> int:
    shown = request.query_params.get("limit", str(PAGE_ROWS))
    if not (shown.isascii() and shown.isdigit() and 1 <= int(shown[:9]) <= MOST_ROWS):
        raise ApiError(Refusal.INVALID_VALUE, f"limit is {shown!r:.50}: give 1 to {MOST_ROWS}", "limit")
    return int(shown)


def _unknown(name: str) -> ApiError:
    return ApiError(Refusal.CONVERSATION_NOT_FOUND, f"no conversation {name!r:.200} is kept", "conversation")


def _fresh(body: dict[str, Any]) -> Response:
    """Answer with what no cache may keep."""
    return JSONResponse(body, headers={"Cache-Control": "no-store"})
