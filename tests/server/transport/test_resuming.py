"""Conversations that go on over another connection, over real sockets; stand-in models."""

import asyncio
import json
from typing import Any

import pytest
from openai import AsyncOpenAI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.conversations.wishes import CONVERSATION_HEADER, TOKEN_HEADER, USER_HEADER
from tests.fakes import EchoUnderstanding, GatedUnderstanding, wait_until
from tests.server.conftest import serving
from tests.server.transport.test_app import receive, receive_until, type_text
from tests.server.turns.test_tool_turns import LOOK, Looking


def transcript(response: dict[str, Any]) -> str:
    text: str = response["output"][0]["content"][0]["transcript"]
    return text


async def created(socket: ClientConnection) -> dict[str, Any]:
    """What the session says of its conversation."""
    event = await receive(socket)
    assert event["type"] == "session.created"
    about: dict[str, Any] = event["session"]["heedful"]
    return about


def address_of(about: dict[str, Any], address: str, more: str = "") -> str:
    query = f"conversation={about['conversation_id']}&resume_token={about['resume_token']}"
    return f"ws://{address}/v1/realtime?model=shop&{query}{more}"


async def test_a_client_that_comes_back_finds_its_items_and_the_dialogue() -> None:
    async with serving() as (_, address):
        async with connect(f"ws://{address}/v1/realtime") as socket:
            about = await created(socket)
            assert (about["resumed"], about["items"]) == (False, 0)
            reply = (await type_text(socket, "hello"))["output"][0]
        async with connect(address_of(about, address)) as socket:
            assert await created(socket) == {**about, "resumed": True, "items": 2}
            await socket.send(json.dumps({"type": "conversation.item.retrieve", "item_id": reply["id"]}))
            assert (await receive_until(socket, "conversation.item.retrieved"))[-1]["item"] == reply
            assert "turn 2" in transcript(await type_text(socket, "again"))
            update = {"type": "realtime", "heedful": {"conversation_id": "another"}}
            await socket.send(json.dumps({"type": "session.update", "session": update}))
            assert "heedful" not in (await receive_until(socket, "session.updated"))[-1]["session"]


async def test_a_function_that_was_called_may_return_over_another_connection() -> None:
    offer = {"type": "session.update", "session": {"type": "realtime", "tools": [LOOK]}}
    async with serving(Looking()) as (_, address):
        async with connect(f"ws://{address}/v1/realtime") as socket:
            about = await created(socket)
            await socket.send(json.dumps(offer))
            call = (await type_text(socket, "look there"))["output"][-1]
        async with connect(address_of(about, address)) as socket:
            await created(socket)
            output = {"type": "function_call_output", "call_id": call["call_id"], "output": "a tree"}
            await socket.send(json.dumps({"type": "conversation.item.create", "item": output}))
            await socket.send(json.dumps({"type": "response.create"}))
            done = (await receive_until(socket, "response.done"))[-1]["response"]
            assert transcript(done) == "look returned a tree."
        async with connect(address_of(about, address)) as socket:
            await created(socket)
            assert transcript(await type_text(socket, "hello")).startswith("You said hello.")


async def test_items_are_shown_again_to_a_client_that_asks_for_it() -> None:
    async with serving() as (_, address):
        async with connect(f"ws://{address}/v1/realtime") as socket:
            about = await created(socket)
            reply = (await type_text(socket, "hello"))["output"][0]
        headers = {CONVERSATION_HEADER: about["conversation_id"], TOKEN_HEADER: about["resume_token"]}
        async with connect(f"ws://{address}/v1/realtime?replay_items=true", additional_headers=headers) as socket:
            await created(socket)
            events = [await receive(socket) for _ in range(4)]
    assert [event["type"].rpartition(".")[2] for event in events] == ["added", "done"] * 2
    assert [event["item"]["role"] for event in events] == ["user", "user", "assistant", "assistant"]
    assert (events[-1]["item"], events[-1]["previous_item_id"]) == (reply, events[0]["item"]["id"])


async def test_a_client_without_the_token_is_turned_away_with_what_to_do() -> None:
    async with serving() as (_, address):
        async with connect(f"ws://{address}/v1/realtime?conversation=conv_1&resume_token=guess") as socket:
            event = await receive(socket)
            assert event["error"]["code"] == "conversation_not_found"
            assert "Connect without them" in event["error"]["message"]
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def test_the_newer_of_two_connections_has_the_conversation() -> None:
    async with serving() as (app, address), connect(f"ws://{address}/v1/realtime") as older:
        about = await created(older)
        await type_text(older, "hello")
        async with connect(address_of(about, address)) as newer:
            assert (await created(newer))["resumed"]
            with pytest.raises(ConnectionClosed) as closed:
                await receive_until(older, "never")
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, "another connection" in closed.value.rcvd.reason) == (4001, True)
            assert "turn 2" in transcript(await type_text(newer, "again"))


async def test_a_turn_under_way_is_cut_short_when_the_client_goes_and_its_question_is_kept() -> None:
    understanding = GatedUnderstanding()
    understanding.gate.set()
    async with serving(understanding) as (_, address):
        async with connect(f"ws://{address}/v1/realtime") as socket:
            about = await created(socket)
            await type_text(socket, "hello")
            understanding.gate.clear()
            understanding.entered.clear()
            asking = asyncio.create_task(type_text(socket, "and what now"))
            await asyncio.to_thread(understanding.entered.wait)
            asking.cancel()
        understanding.gate.set()
        async with connect(address_of(about, address)) as socket:
            assert (await created(socket))["items"] == 3
            await socket.send(json.dumps({"type": "response.create"}))
            response = (await receive_until(socket, "response.done"))[-1]["response"]
            assert "You said and what now." in transcript(response)


async def test_conversations_have_the_user_that_the_client_names() -> None:
    async with serving() as (app, address):
        assert app.assistant is not None
        for headers, query in (({USER_HEADER: "ann"}, ""), ({}, "?user=bob")):
            async with connect(f"ws://{address}/v1/realtime{query}", additional_headers=headers) as socket:
                await created(socket)
                await type_text(socket, "hello")
        store = app.assistant.reception.store
        await asyncio.to_thread(wait_until, lambda: [kept.user for kept in store.conversations()] == ["bob", "ann"])


async def test_a_turn_is_in_the_store_before_its_end_is_sent() -> None:
    async with serving() as (app, address), connect(f"ws://{address}/v1/realtime") as socket:
        assert app.assistant is not None
        about = await created(socket)
        for turn in (1, 2, 3):
            await type_text(socket, "hello")
            (kept,) = app.assistant.reception.store.conversations()
            assert (kept.id, kept.turns) == (about["conversation_id"], turn)
            assert len(app.assistant.reception.store.items(kept.id)) == 2 * turn


async def test_a_closed_session_without_a_turn_leaves_nothing() -> None:
    understanding = EchoUnderstanding()
    async with serving(understanding) as (app, address):
        assert app.assistant is not None
        async with connect(f"ws://{address}/v1/realtime") as socket:
            about = await created(socket)
        async with connect(address_of(about, address)) as socket:
            assert (await receive(socket))["error"]["code"] == "conversation_not_found"


async def test_the_stock_client_passes_the_token_by_and_can_come_back() -> None:
    async with serving() as (_, address):
        client = AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1")
        async with client.realtime.connect(model="heedful") as connection:
            event = await connection.recv()
            assert event.type == "session.created"
            about = event.session.model_dump()["heedful"]
            await connection.conversation.item.create(
                item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
            )
            await connection.response.create()
            while (await connection.recv()).type != "response.done":
                pass
        query = {"conversation": about["conversation_id"], "resume_token": about["resume_token"]}
        async with client.realtime.connect(model="heedful", extra_query=query) as connection:
            event = await connection.recv()
            assert event.type == "session.created"
            assert event.session.model_dump()["heedful"]["resumed"] is True


def message(role: str, text: str) -> str:
    kind = "output_text" if role == "assistant" else "input_text"
    item = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    return json.dumps({"type": "conversation.item.create", "item": item})


HISTORY = (message("user", "hello"), message("assistant", "hi there"), message("user", "what now"))


@pytest.mark.parametrize("aside", [False, True])
async def test_the_dialogue_hears_of_the_context_that_a_client_restores(aside: bool) -> None:
    understanding = EchoUnderstanding()
    async with serving(understanding) as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        about = await created(socket)
        for frame in HISTORY:
            await socket.send(frame)
        if aside:
            await socket.send(json.dumps({"type": "response.create", "response": {"conversation": "none"}}))
            response = (await receive_until(socket, "response.done"))[-1]["response"]
            assert "You said what now." in transcript(response)
        await socket.send(json.dumps({"type": "response.create"}))
        response = (await receive_until(socket, "response.done"))[-1]["response"]
        assert "You said what now. That was turn 1." in transcript(response)
        assert understanding.past[about["conversation_id"]] == ["hello", "hi there"]
        await socket.send(message("assistant", "by the way"))
        await type_text(socket, "again")
        assert understanding.past[about["conversation_id"]] == ["hello", "hi there", "by the way"]


class Listening(EchoUnderstanding):
    """Remembers what each conversation had heard when it was forgotten."""

    def forget(self, conversation_id: str) -> None:
        self.forgotten = self.past.get(conversation_id)
        super().forget(conversation_id)


async def test_a_response_out_of_band_with_an_input_of_its_own_sees_that_alone() -> None:
    understanding = Listening()
    async with serving(understanding) as (_, address), connect(f"ws://{address}/v1/realtime") as socket:
        await type_text(socket, "hello")
        asked = {"conversation": "none", "input": [json.loads(frame)["item"] for frame in HISTORY]}
        await socket.send(json.dumps({"type": "response.create", "response": asked}))
        response = (await receive_until(socket, "response.done"))[-1]["response"]
        assert "You said what now. That was turn 1." in transcript(response)
        await asyncio.to_thread(wait_until, lambda: hasattr(understanding, "forgotten"))
        assert understanding.forgotten == ["hello", "hi there"]
