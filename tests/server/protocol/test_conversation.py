"""The conversation as an ordered list, and what of it is audio and answered."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.options import LimitOptions
from server.protocol.conversation import Conversation, Opening, ServerRoom
from server.protocol.items import Item, Part, Role
from server.wire.messages import ErrorCode, ProtocolError


def message(item_id: str, role: Role = "user", text: str = "hello") -> Item:
    kind = "output_text" if role == "assistant" else "input_text"
    return Item(item_id, role=role, parts=[Part(kind, text)])


def recording(item_id: str, audio_bytes: int = 10) -> Item:
    return Item(item_id, role="user", parts=[Part("input_audio", item_id, bytes(audio_bytes))])


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, Any, str | None]]:
    """Items put anywhere and taken out: (id, role or "delete", previous id)."""
    ids = st.sampled_from([str(number) for number in range(9)])
    roles = st.sampled_from(["user", "user", "assistant", "system", "delete"])
    return draw(st.lists(st.tuples(ids, roles, st.none() | st.just("root") | ids), max_size=40))


@given(changes())
def test_the_conversation_keeps_the_order_and_the_answers_that_a_list_would(
    changes: list[tuple[str, Any, str | None]],
) -> None:
    conversation, expected, unanswered = Conversation(LimitOptions()), list[tuple[str, str]](), set[str]()
    for item_id, role, previous in changes:
        ids = [name for name, _ in expected]
        if role == "delete":
            conversation.delete(item_id)
            expected = [(name, kind) for name, kind in expected if name != item_id]
            unanswered.discard(item_id)
        elif item_id in ids or (previous not in (None, "root") and previous not in ids):
            with pytest.raises(ProtocolError):
                conversation.insert(message(item_id, role), previous)
        else:
            at = {None: len(ids), "root": 0}.get(previous)
            at = ids.index(str(previous)) + 1 if at is None else at
            expected.insert(at, (item_id, role))
            conversation.insert(message(item_id, role), previous)
            if role == "assistant":
                unanswered -= {name for name, _ in expected[:at]}
            if role == "user" and "assistant" not in [kind for _, kind in expected[at:]]:
                unanswered.add(item_id)
    ids = [name for name, _ in expected]
    assert [item.id for item in conversation] == ids
    assert len(conversation) == len(ids)
    assert conversation.last_id == (ids[-1] if ids else None)
    assert [conversation.previous_id(item_id) for item_id in ids] == [None, *ids][: len(ids)]
    assert list(conversation.unanswered()) == [name for name in ids if name in unanswered]


@pytest.mark.parametrize("place", ["root", "0"])
def test_any_number_of_items_can_be_put_at_one_place(place: str) -> None:
    conversation = Conversation(LimitOptions())
    conversation.insert(message("0"))
    conversation.insert(message("end"))
    for number in range(1, 1000):
        conversation.insert(message(str(number)), place)
    newest_first = [str(number) for number in range(999, 0, -1)]
    expected = [*newest_first, "0", "end"] if place == "root" else ["0", *newest_first, "end"]
    assert [item.id for item in conversation] == expected
    assert list(conversation.unanswered()) == expected


def steps(work: Callable[[], object]) -> int:
    """How many instructions of Python the work takes, in all that it calls."""
    counted = 0

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal counted
        frame.f_trace_opcodes = True
        counted += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def steps_with(items: int) -> dict[str, int]:
    """What each call takes in a conversation of so many messages, half of them not answered, 20 of them recordings."""
    conversation = Conversation(LimitOptions(max_items=100_000))
    for number in range(items):
        conversation.insert(message(str(number), "assistant" if number < items / 2 and number % 2 else "user"))
        if number % 7 == 0:
            conversation.insert(recording(f"recording {number}"))
    middle = str(items // 4 * 2)
    return {
        "append": steps(lambda: conversation.insert(recording("last"))),
        "insert": steps(lambda: conversation.insert(message("after"), middle)),
        "restore": steps(lambda: conversation.insert(message("restored", "assistant"), middle)),
        "previous": steps(lambda: conversation.previous_id(middle)),
        "answer": steps(lambda: conversation.mark_answered(str(items - 1))),
        "delete": steps(lambda: conversation.delete(middle)),
        "get": steps(lambda: conversation.get(middle)),
    }


def test_no_call_takes_longer_the_more_items_there_are() -> None:
    few, many = steps_with(200), steps_with(8000)
    for name, taken in many.items():
        assert taken <= 2 * few[name] + 50, name


def test_old_audio_is_dropped_but_not_the_text_nor_that_of_a_reply_in_progress() -> None:
    conversation = Conversation(LimitOptions())
    reply = Item("reply", role="assistant", parts=[Part("output_audio", "reply", b"sound", spoken=[("reply", 1.0)])])
    conversation.append_reply(reply)
    for number in range(22):
        conversation.insert(recording(str(number)))
    silent = ["0", "1"]
    assert [item.id for item in conversation if not item.audio_bytes] == silent
    conversation.settle(reply)
    assert [item.id for item in conversation if not item.audio_bytes] == [*silent, "2"]
    assert [item.text for item in conversation][-1] == "21"


def test_old_audio_makes_room_for_new() -> None:
    conversation = Conversation(LimitOptions(max_session_bytes=50_000))
    for number in range(10):
        conversation.insert(recording(str(number), 10_000))
        assert conversation.held_bytes <= 50_000
    assert [item.id for item in conversation if item.audio_bytes] == ["7", "8", "9"]


@given(changes(), st.integers(0, 3))
def test_a_conversation_holds_what_its_items_hold(changes: list[tuple[str, Any, str | None]], said: int) -> None:
    conversation = Conversation(LimitOptions())
    for item_id, role, previous in changes:
        if role == "delete":
            conversation.delete(item_id)
            continue
        with contextlib.suppress(ProtocolError):
            item = recording(item_id, said) if role == "user" else message(item_id, role)
            conversation.insert(item, previous)
            item.parts[0].text = "é" * said
            conversation.settle(item)
    assert conversation.held_bytes == sum(item.text_bytes + item.audio_bytes for item in conversation)


def test_what_has_no_room_is_refused_and_nothing_is_lost() -> None:
    conversation = Conversation(LimitOptions(max_items=2, max_session_bytes=20_000))
    conversation.insert(recording("a", 5000))
    with pytest.raises(ProtocolError, match=r"20000") as refused:
        conversation.insert(message("big", text="x" * 20_000))
    assert refused.value.code == ErrorCode.CONVERSATION_FULL
    conversation.reserve(15_000)
    with pytest.raises(ProtocolError, match=r"20000"):
        conversation.insert(recording("while another is recognised", 5000))
    conversation.reserve(-15_000)
    conversation.insert(message("b"))
    with pytest.raises(ProtocolError, match=r"2 items") as refused:
        conversation.insert(message("c"))
    assert refused.value.code == ErrorCode.CONVERSATION_FULL
    assert [(item.id, item.audio_bytes) for item in conversation] == [("a", 5000), ("b", 0)]
    conversation.delete("a")
    conversation.insert(message("c"))


def test_a_reply_that_was_deleted_while_it_was_made_is_not_counted() -> None:
    conversation = Conversation(LimitOptions())
    reply = message("reply", "assistant")
    conversation.append_reply(reply)
    conversation.delete("reply")
    conversation.settle(reply)
    assert (conversation.held_bytes, conversation.unanswered()) == (0, ())


def test_neighbours_and_order_are_those_of_the_conversation() -> None:
    conversation = Conversation(LimitOptions())
    for item_id, previous_id in (("b", None), ("c", None), ("a", "root")):
        conversation.insert(message(item_id), previous_id)
    assert [conversation.next_id(item_id) for item_id in "abc"] == ["b", "c", None]
    assert [item.id for item in conversation.in_order(["c", "unknown", "a"])] == ["a", "c"]


def test_a_client_is_shown_the_token_where_there_is_one() -> None:
    opening = Opening("conv_1", Conversation(LimitOptions()), "secret", resumed=True)
    about = {"conversation_id": "conv_1", "resumed": True, "items": 0}
    assert opening.wire() == {**about, "resume_token": "secret"}
    assert replace(opening, resume_token=None).wire() == about


def test_what_all_sessions_hold_is_bounded_and_given_back() -> None:
    room, limits = ServerRoom(2), LimitOptions(max_server_bytes=80_000)  # 20 kB each, and 40 kB for who needs it
    greedy, polite = Conversation(limits), Conversation(limits)
    greedy.enter(room)
    polite.enter(room)
    greedy.reserve(50_000)
    with pytest.raises(ProtocolError) as refused:
        greedy.check_room(11_000)
    assert refused.value.code == "server_busy"
    polite.check_room(29_000)
    greedy.leave()
    polite.check_room(59_000)


MOST = 1000
SESSIONS = 5
SHARE = 100


@given(st.lists(st.tuples(st.integers(0, SESSIONS - 1), st.integers(0, 900)), max_size=40))
def test_all_together_hold_no_more_than_the_most_and_each_has_its_share(asked: list[tuple[int, int]]) -> None:
    room, held = ServerRoom(SESSIONS), [0] * SESSIONS
    for session, needed in asked:
        fits = room.fits(held[session], needed, MOST)
        assert fits or needed > SHARE
        if fits:
            room.change(held[session], needed, MOST)
            held[session] = needed
        assert sum(held) <= MOST
    for before in held:
        room.change(before, 0, MOST)
    assert room.fits(0, MOST // 2 + SHARE, MOST)
