"""What is written while a session holds a conversation, and how another one gets it."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from dialogue.errors import ConversationFileError
from dialogue.memory.conversation_store import ConversationStore, Turn
from server.conversations.held_conversation import HeldConversation
from server.conversations.kept_items import KeptConversation
from server.options import LimitOptions
from server.protocol.items import Item, Part


class FullDisk(ConversationStore):
    """Refuses the first turn."""

    full = True

    def write(self, turn: Turn) -> None:
        if self.full:
            self.full = False
            raise ConversationFileError("the disk is full")
        super().write(turn)


def held_in(store: ConversationStore) -> tuple[HeldConversation, KeptConversation]:
    items = KeptConversation(LimitOptions(), store.open("me"))
    held = HeldConversation("me", store, ThreadPoolExecutor(1))
    held.begin(items, None, resumed=False)
    return held, items


def say(items: KeptConversation, name: str) -> None:
    items.insert(Item(name, role="user", parts=[Part("input_text", name)]))


async def test_turns_are_written_in_their_order_and_what_is_left_at_the_close() -> None:
    store = ConversationStore()
    held, items = held_in(store)
    for name in "abc":
        say(items, name)
        writing = held.write(ends_turn=True)
    await writing
    assert ([item.id for item in store.items("me")], store.conversations()[0].turns) == (["a", "b", "c"], 3)
    items.delete("b")
    forgotten: list[str] = []

    async def forget(conversation_id: str) -> None:
        assert not held.closed.is_set()
        forgotten.append(conversation_id)

    await held.close(forget)
    assert forgotten == []
    assert [item.id for item in store.items("me")] == ["a", "c"]


async def test_a_turn_that_cannot_be_written_is_logged_and_written_with_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FullDisk()
    held, items = held_in(store)
    say(items, "a")
    with caplog.at_level(logging.ERROR):
        await held.write(ends_turn=True)
    assert "the disk is full" in caplog.text
    say(items, "b")
    await held.write(ends_turn=True)
    assert [item.id for item in store.items("me")] == ["a", "b"]


@pytest.mark.parametrize("early", [True, False])
async def test_a_session_ends_when_another_connection_takes_over(early: bool) -> None:
    held, _ = held_in(ConversationStore())

    async def last() -> None:
        async with asyncio.timeout(60) as life:
            with held.ending_with(life):
                await asyncio.Event().wait()

    session = asyncio.create_task(last())
    if not early:
        await asyncio.sleep(0)
    held.hand_over()
    with pytest.raises(TimeoutError):
        await session
    assert held.taken_over
    held.hand_over()  # the session ends already


class CountedWrites(ConversationStore):
    """Counts what it is given to write."""

    count = 0

    def write(self, turn: Turn) -> None:
        self.count += 1
        super().write(turn)


@pytest.mark.parametrize("turns", [3, 30, 300])
async def test_turns_that_end_while_one_is_written_are_written_together(turns: int) -> None:
    store = CountedWrites()
    held, items = held_in(store)
    say(items, "first")
    first = held.write(ends_turn=True)
    await asyncio.sleep(0)  # it has begun
    writing = []
    for number in range(turns):
        say(items, f"later {number:03}")
        store.add("me", [{"event": "user", "text": str(number)}])
        writing.append(held.write(ends_turn=True))
    await asyncio.gather(first, *writing)
    assert store.count == 2
    assert store.conversations()[0].turns == 1 + turns
    assert len(store.items("me")) == len(store.read("me")) + 1 == 1 + turns
