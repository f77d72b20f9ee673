"""Which items have changed, and what comes back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.memory.conversation_store import ConversationStore, ItemRecord
from server.conversations.kept_items import KeptConversation
from server.options import LimitOptions
from server.protocol.item_commands import parse_item
from server.protocol.items import Item, Part
from server.wire.messages import ProtocolError

LIMITS = LimitOptions()


def user(name: str, text: str = "hello") -> Item:
    return Item(name, role="user", parts=[Part("input_text", text)])


def assistant(name: str, text: str = "hello", kind: str = "output_audio") -> Item:
    return Item(name, role="assistant", parts=[Part(kind, text)])


def taken_records(kept: KeptConversation) -> list[ItemRecord]:
    return [change.record() for change in kept.take_changes()]


def wires(conversation: KeptConversation) -> list[dict[str, Any]]:
    return [item.wire() for item in conversation]


ITEMS = [
    user("a"),
    Item("b", role="user", parts=[Part("input_audio", None), Part("input_image", image_url="data:x")]),
    Item("c", role="assistant", status="incomplete", parts=[Part("output_audio", "What was")]),
    Item("d", role="system", parts=[Part("input_text", "be kind")]),
    Item("e", "function_call", extra={"call_id": "1", "name": "look", "arguments": "{}"}),
    Item("f", "function_call_output", extra={"call_id": "1", "output": "7"}),
    user("g", "and then?"),
]


def test_items_come_back_as_they_were() -> None:
    kept = KeptConversation(LIMITS)
    for item in ITEMS:
        kept.insert(item)
    again = KeptConversation(LIMITS, taken_records(kept))
    assert wires(again) == wires(kept)
    assert again.unanswered() == kept.unanswered() == ("g",)
    assert again.take_changes() == []


def call(call_id: str) -> Item:
    return Item(f"call {call_id}", "function_call", extra={"call_id": call_id, "name": "look", "arguments": "{}"})


def returned(call_id: str) -> Item:
    return Item(f"output {call_id}", "function_call_output", extra={"call_id": call_id, "output": "7"})


def make(kept: KeptConversation, *items: Item) -> None:
    for item in items:
        kept.append_reply(item)
        kept.settle(item)


def outputs_after(kept: KeptConversation, *items: Item) -> list[str]:
    """The items with outputs to go on with, where these follow in another session."""
    again = KeptConversation(LIMITS, taken_records(kept))
    for item in items:
        again.insert(item)
    return [entry.item_id for entry in again.tool_calls.take(user_spoke=False)]


def test_an_output_that_comes_in_another_session_is_gone_on_with() -> None:
    kept = KeptConversation(LIMITS)
    make(kept, call("1"), call("2"))
    kept.insert(returned("1"))
    assert outputs_after(kept, returned("2")) == ["output 1", "output 2"]


def test_an_output_waits_in_another_session_for_what_is_missing() -> None:
    kept = KeptConversation(LIMITS)
    make(kept, call("1"), call("2"))
    assert outputs_after(kept, returned("1")) == []


def test_an_output_that_was_gone_on_with_is_not_taken_again() -> None:
    for reply in (Item("reply", role="assistant", parts=[Part("output_text", "Seven.")]), call("2")):
        kept = KeptConversation(LIMITS)
        make(kept, call("1"))
        kept.insert(returned("1"))
        kept.tool_calls.take(user_spoke=False)
        make(kept, reply)
        assert outputs_after(kept) == []


def test_whoever_spoke_since_does_not_wait_for_an_output_in_another_session() -> None:
    kept = KeptConversation(LIMITS)
    make(kept, call("1"), call("2"))
    kept.insert(user("b"))
    kept.mark_answered("b")
    assert outputs_after(kept, returned("2")) == ["output 2"]


def test_a_call_that_a_client_put_in_stays_history_in_another_session() -> None:
    kept = KeptConversation(LIMITS)
    kept.insert(call("1"))
    assert outputs_after(kept, returned("1")) == []


def test_a_message_that_was_answered_with_silence_stays_answered() -> None:
    kept = KeptConversation(LIMITS)
    kept.insert(user("a"))
    kept.take_changes()
    kept.mark_answered("a")
    (record,) = taken_records(kept)
    assert KeptConversation(LIMITS, [record]).unanswered() == ()


def test_a_reply_is_taken_once_it_is_finished() -> None:
    kept = KeptConversation(LIMITS)
    reply = assistant("a")
    reply.status = "in_progress"
    kept.append_reply(reply)
    kept.settle(reply)
    assert kept.take_changes() == []
    reply.status = "completed"
    assert [record.id for record in kept.take_changes()] == ["a"]


def test_what_could_not_be_written_is_taken_again() -> None:
    kept = KeptConversation(LIMITS)
    kept.insert(user("a"))
    taken = kept.take_changes()
    kept.note_changes(*(record.id for record in taken))
    assert kept.take_changes() == taken


def test_a_conversation_that_is_beyond_the_limits_of_now_is_refused() -> None:
    kept = KeptConversation(LIMITS)
    for name in "ab":
        kept.insert(user(name))
    with pytest.raises(ProtocolError, match="1"):
        KeptConversation(LimitOptions(max_items=1), taken_records(kept))


@given(st.lists(st.tuples(st.sampled_from(["insert", "delete", "write"]), st.integers(0, 30)), max_size=40))
def test_whatever_is_done_the_store_has_the_same_items_in_the_same_order(steps: list[tuple[str, int]]) -> None:
    store, kept, count = ConversationStore(), KeptConversation(LIMITS), 0
    store.open("me")
    for step, at in [*steps, ("write", 0)]:
        names = [item.id for item in kept]
        if step == "insert":
            count += 1
            kept.insert(user(f"item_{count}"), ["root", *names][at % (len(names) + 1)])
        elif step == "delete" and names:
            kept.delete(names[at % len(names)])
        else:
            store.write(store.turn("me", taken_records(kept), ends=True))
    assert [record.id for record in store.items("me")] == [item.id for item in kept]
    assert wires(KeptConversation(LIMITS, store.items("me"))) == wires(kept)
    store.close()


def test_the_form_in_the_store_is_that_of_the_wire() -> None:
    kept = KeptConversation(LIMITS)
    kept.insert(user("a"))
    (record,) = taken_records(kept)
    form = json.loads(record.data or "")
    assert parse_item(form["item"], "", 1).wire() == user("a").wire()
    assert form["answered"] is False


def test_a_change_keeps_what_the_item_was_when_it_was_taken() -> None:
    kept = KeptConversation(LIMITS)
    kept.insert(spoken := assistant("a", "all of it"))
    (change,) = kept.take_changes()
    spoken.parts[0].text = "all"
    kept.delete("a")
    assert json.loads(change.record().data or "")["item"]["content"][0]["transcript"] == "all of it"
