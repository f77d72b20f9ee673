"""Who gets which conversation."""

import asyncio
from pathlib import Path

import pytest

from dialogue.memory.conversation_store import ConversationStore
from server.conversations.held_conversation import HeldConversation
from server.conversations.reception import Reception
from server.conversations.wishes import Named, New, Resumed
from server.options import LimitOptions
from server.protocol.conversation import Opening
from server.protocol.items import Item, Part
from server.wire.messages import ErrorCode, ProtocolError


def opening_of(held: HeldConversation) -> Opening:
    assert held.opening is not None
    return held.opening


async def say(held: HeldConversation, name: str) -> None:
    opening_of(held).items.insert(Item(name, role="user", parts=[Part("input_text", name)]))
    await held.write(ends_turn=True)


async def held_by_a_session(held: HeldConversation) -> None:
    """Lasts until another connection takes over."""
    async with asyncio.timeout(60) as life:
        with held.ending_with(life):
            await asyncio.Event().wait()


async def begun(reception: Reception) -> Resumed:
    """A conversation with one turn, which is closed."""
    held = await reception.open(New(), "ann")
    await say(held, "a")
    await held.close()
    opening = opening_of(held)
    assert opening.resume_token is not None
    return Resumed(opening.conversation_id, opening.resume_token)


async def test_a_client_goes_on_with_the_token_that_it_was_given() -> None:
    reception = Reception()
    resumed = await begun(reception)
    assert resumed.conversation_id.startswith("conv_")
    held = await reception.open(resumed)
    opening = opening_of(held)
    assert (opening.resumed, opening.resume_token) == (True, resumed.resume_token)
    assert [item.id for item in opening.items] == ["a"]
    reception.close()


async def test_a_wrong_token_and_an_unknown_conversation_look_the_same() -> None:
    reception = Reception()
    resumed = await begun(reception)
    await (await reception.open(Named("alice"))).close()
    refusals = []
    for wish in (
        Resumed(resumed.conversation_id, "wrong"),
        Resumed("conv_unknown", resumed.resume_token),
        Resumed("alice", ""),
    ):
        with pytest.raises(ProtocolError) as refused:
            await reception.open(wish)
        refusals.append((refused.value.code, refused.value.message))
    assert set(refusals) == {(ErrorCode.CONVERSATION_NOT_FOUND, refusals[0][1])}
    assert opening_of(await reception.open(resumed)).resumed
    reception.close()


async def live(held: HeldConversation) -> None:
    """As long as the session may."""
    async with asyncio.timeout(None) as life:
        with held.ending_with(life):
            await asyncio.Event().wait()


async def test_what_is_deleted_is_gone_and_its_session_is_asked_to_end() -> None:
    reception = Reception()
    resumed = await begun(reception)
    held = await reception.open(resumed)
    deleting = asyncio.create_task(reception.delete(resumed.conversation_id))
    with pytest.raises(TimeoutError):
        await live(held)
    assert (held.deleted, held.taken_over, deleting.done()) == (True, False, False)
    await held.close()
    assert await deleting
    assert not await reception.delete(resumed.conversation_id)
    with pytest.raises(ProtocolError):
        await reception.open(resumed)
    reception.close()


async def test_the_file_has_no_token(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    reception = Reception(ConversationStore(path))
    resumed = await begun(reception)
    reception.close()
    assert resumed.resume_token.encode() not in path.read_bytes()
    again = Reception(ConversationStore(path))
    assert [item.id for item in opening_of(await again.open(resumed)).items] == ["a"]
    again.close()


async def test_a_door_names_its_conversations() -> None:
    reception = Reception()
    for names in (["a"], ["a", "b"]):
        held = await reception.open(Named("alice"), "ann")
        opening = opening_of(held)
        assert (opening.conversation_id, opening.resume_token) == ("alice", None)
        assert opening.resumed == (names != ["a"])
        await say(held, names[-1])
        assert [item.id for item in opening.items] == names
        await held.close()
    assert [kept.id for kept in reception.store.conversations("ann")] == ["alice"]
    reception.close()


async def test_a_newer_connection_takes_over_after_what_the_older_one_has_written() -> None:
    reception = Reception()
    resumed = await begun(reception)
    older = await reception.open(resumed)
    newer = asyncio.create_task(reception.open(resumed))
    with pytest.raises(TimeoutError):
        await held_by_a_session(older)
    opening_of(older).items.insert(Item("b", role="user", parts=[Part("input_text", "b")]))
    await older.close()
    assert [item.id for item in opening_of(await newer).items] == ["a", "b"]
    assert older.taken_over
    reception.close()


async def test_a_door_may_wait_for_its_turn_instead() -> None:
    reception = Reception()
    first = await reception.open(Named("alice"))
    second = asyncio.create_task(reception.open(Named("alice"), takes_over=False))
    await say(first, "a")
    assert not first.taken_over
    await first.close()
    assert [item.id for item in opening_of(await second).items] == ["a"]
    reception.close()


async def test_one_that_was_deleted_while_another_session_held_it_is_not_found() -> None:
    reception = Reception()
    resumed = await begun(reception)
    older = await reception.open(resumed)
    newer = asyncio.create_task(reception.open(resumed))
    with pytest.raises(TimeoutError):
        await held_by_a_session(older)
    reception.store.delete([resumed.conversation_id])
    await older.close()
    with pytest.raises(ProtocolError):
        await newer
    assert opening_of(await reception.open(Named(resumed.conversation_id.removeprefix("conv_")))).resumed is False
    reception.close()


async def test_one_that_cannot_be_held_is_let_go() -> None:
    reception = Reception(limits=LimitOptions(max_items=1))
    resumed = await begun(reception)
    narrow = Reception(reception.store, LimitOptions(max_session_bytes=1))
    for _ in range(2):  # the second is not kept waiting
        with pytest.raises(ProtocolError, match="1"):
            await narrow.open(resumed)
    reception.close()


async def test_what_has_been_kept_for_long_enough_is_deleted() -> None:
    reception = Reception(ConversationStore(retention_days=1e-9))
    resumed = await begun(reception)
    await reception.expire()
    assert reception.store.conversations() == []
    with pytest.raises(ProtocolError):
        await reception.open(resumed)
    reception.close()
