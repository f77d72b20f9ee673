"""What the console is told, over real sockets; stand-in models, a real store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import connect

from server.conversations.reception import Reception
from server.options import ServerOptions
from server.telemetry.recent_meter import RecentMeter
from server.transport.app import App
from tests.dialogue.memory.test_archive import bot, keep, user
from tests.fakes import EchoUnderstanding
from tests.server.conftest import serving
from tests.server.endpoints.fetching import Answer, ask
from tests.server.transport.test_app import type_text

KEY = {"Authorization": "Bearer sesame"}
KEPT = "/v1/console/conversations"


@asynccontextmanager
async def console(understanding: EchoUnderstanding | None = None, **options: Any) -> AsyncIterator[tuple[App, str]]:
    """A server with two conversations, of which one was not understood."""
    async with serving(understanding, ServerOptions(port=0, **options), meter=RecentMeter()) as (app, address):
        assert app.assistant is not None
        reception = Reception()
        app.assistant = replace(app.assistant, reception=reception)
        for name, said, intent in (("first", "hello", "greet"), ("second", "grumble", "nlu_fallback")):
            keep(reception.store, name, user(said, intent), bot("Well."))
        yield app, address
        reception.close()


async def get(address: str, path: str, **headers: str) -> Answer:
    return await ask(address, "GET", path, None, **headers)


async def test_the_overview_tells_who_talks_and_what_was_done() -> None:
    async with console() as (app, address):
        async with connect(f"ws://{address}/v1/realtime") as client:
            await type_text(client, "hello")
            told = (await get(address, "/v1/console/overview")).json()
            (live,) = told["sessions"]
            assert (live["key"], live["busy"], live["items"]) == ("", False, 2)
            assert abs(live["since"] - app.wall_clock()) < 60
            assert told["readiness"]["status"] == "ready"
            (minute,) = told["recent"]["minutes"]
            assert minute["turns"] == 1
            shown = (await get(address, f"{KEPT}/{live['conversation']}")).json()
        assert [message["text"] for message in shown["said"]] == ["hello", "You said hello. That was turn 1."]
        assert (await get(address, "/v1/console/overview")).json()["sessions"] == []


async def test_conversations_are_listed_in_pages() -> None:
    async with console() as (_, address):
        first = (await get(address, f"{KEPT}?limit=1")).json()
        rest = (await get(address, f"{KEPT}?limit=1&after={first['data'][0]['id']}")).json()
        refused = [await get(address, f"{KEPT}?limit={limit}") for limit in ("0", "501", "x", "%C2%B2")]
    assert [kept["id"] for kept in first["data"] + rest["data"]] == ["second", "first"]
    assert (first["has_more"], rest["has_more"], first["count"]) == (True, False, 2)
    assert [(answer.status, answer.error["param"]) for answer in refused] == [(400, "limit")] * 4


async def test_a_conversation_and_what_was_not_understood_are_shown() -> None:
    async with console() as (_, address):
        shown = (await get(address, f"{KEPT}/second")).json()
        texts = (await get(address, "/v1/console/not_understood")).json()["data"]
        missing = await get(address, f"{KEPT}/third")
    (turn,) = shown["turns"]
    assert (turn["text"], turn["intent"], turn["replies"]) == ("grumble", "nlu_fallback", ["Well."])
    assert [(text["text"], text["reply"], text["conversation_id"]) for text in texts] == [
        ("grumble", "Well.", "second")
    ]
    assert (missing.status, missing.error["code"]) == (404, "conversation_not_found")


async def test_what_is_deleted_is_gone_from_store_and_dialogue() -> None:
    understanding = EchoUnderstanding()
    understanding.turns = {"first": 1, "second": 1}
    async with console(understanding) as (app, address):
        deleted = await ask(address, "DELETE", f"{KEPT}/first")
        again = await ask(address, "DELETE", f"{KEPT}/first")
        assert (deleted.status, again.status) == (200, 404)
        assert app.assistant is not None
        assert app.assistant.reception.store.conversation_ids() == ["second"]
    assert understanding.turns == {"second": 1}


async def test_a_session_whose_conversation_is_deleted_ends() -> None:
    async with console() as (_, address), connect(f"ws://{address}/v1/realtime") as client:
        await type_text(client, "hello")
        (live,) = (await get(address, "/v1/console/overview")).json()["sessions"]
        deleted = await ask(address, "DELETE", f"{KEPT}/{live['conversation']}")
        await client.wait_closed()
        gone = await get(address, f"{KEPT}/{live['conversation']}")
    assert (deleted.status, client.close_code, gone.status) == (200, 4002, 404)


@pytest.mark.parametrize("path", ["/v1/console/overview", KEPT, f"{KEPT}/first", "/v1/console/not_understood"])
async def test_only_an_admin_key_and_no_other_page_may_look(path: str) -> None:
    async with console(api_key="sesame", allowed_origins=("https://shop.example",)) as (_, address):
        assert (await get(address, path)).status == 401
        assert (await get(address, path, **KEY)).status == 200
        own = await get(address, path, Origin=f"http://{address}", **KEY)
        other = await get(address, path, Origin="https://shop.example", **KEY)
    assert (own.status, other.status, own.headers["cache-control"]) == (200, 403, "no-store")


async def test_the_page_asks_for_nothing_but_its_own() -> None:
    async with console(api_key="sesame") as (_, address):
        page = await get(address, "/console")
    assert (page.status, "frame-ancestors 'none'" in page.headers["content-security-policy"]) == (200, True)


async def test_without_a_key_only_this_computer_may_look() -> None:
    async with console() as (_, address):
        rebound = await get(address, KEPT, Host="evil.example")
        local = await get(address, KEPT, Host="localhost:8765")
    assert (rebound.status, local.status) == (403, 200)
    assert "heedful keys add" in rebound.error["message"]
