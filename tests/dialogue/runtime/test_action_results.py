"""What is left of an action's events and messages."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.errors import ActionError
from dialogue.runtime.action_results import MOST_CHARACTERS, checked

pytestmark = pytest.mark.heavy

SLOT = {"event": "slot", "timestamp": None, "name": "colour", "value": "red"}


def test_what_is_sound_comes_through_as_it_is() -> None:
    buttons = [{"title": "Yes", "payload": "/affirm"}]
    message = {"text": "Red?", "buttons": buttons, "custom": {"source_ids": ["a"], "more": 1}, "response": "utter_x"}
    result = checked([SLOT], [message])
    assert result.as_answer() == {"events": [SLOT], "responses": [message]}
    assert result.complaints == ()


def test_the_copy_shares_nothing_with_what_the_action_keeps() -> None:
    values = ["red"]
    result = checked([{**SLOT, "value": values}], [{"custom": values}])
    values.append("blue")
    assert result.events[0]["value"] == result.responses[0]["custom"] == ["red"]


def test_nothing_is_nothing() -> None:
    assert checked(None, []).as_answer() == {"events": [], "responses": []}


@pytest.mark.parametrize("events", ["garbage" * 1000, 7, {"event": "slot"}])
def test_what_is_no_list_of_events_is_left_out_with_one_complaint(events: object) -> None:
    result = checked(events, [{"text": "said"}])
    assert result.events == []
    assert result.responses == [{"text": "said"}]
    assert [type(events).__name__ in complaint for complaint in result.complaints] == [True]


def test_items_that_are_no_events_or_messages_are_left_out() -> None:
    result = checked(["x", 7, {}, SLOT], [None, "x", {"text": "said"}])
    assert (result.events, result.responses) == ([SLOT], [{"text": "said"}])
    assert [complaint[:6] for complaint in result.complaints] == ["3 of 4", "2 of 3"]


@pytest.mark.parametrize(
    "event",
    [
        {"event": "nonsense"},
        {"event": "slot"},
        {"event": 7},
        {"event": "slot", "name": "secret", "value": {1, 2}},
        {"event": "slot", "name": "secret", "value": float("inf")},
    ],
)
def test_an_event_that_rasa_does_not_know_is_refused_and_not_quoted(event: dict[str, Any]) -> None:
    with pytest.raises(ActionError) as raised:
        checked([event], [])
    assert "secret" not in str(raised.value)


def test_a_message_that_is_an_event_can_be_said_as_well() -> None:
    (event,) = checked([{"event": "bot", "text": 7, "data": {"buttons": 7}, "timestamp": None}], []).events
    assert (event["text"], event["data"]) == ("7", {"buttons": []})


def test_texts_become_texts_that_can_be_said() -> None:
    said = [12345, "bad \ud800 half", "\x1b[31mred\x00\r\n\tand so on \u202e", None]
    result = checked([], [{"text": text} for text in said])
    texts = [response["text"] for response in result.responses]
    assert texts == ["12345", "bad \ufffd half", "[31mred\n\tand so on \u202e", None]


def test_parts_of_a_message_that_have_another_type_are_left_out() -> None:
    message = {"text": "a", "buttons": 7, "elements": ["x", {"y": 1}], "response": ["utter_x"]}
    assert checked([], [message]).responses == [{"text": "a", "buttons": [], "elements": [{"y": 1}]}]


def test_ids_of_sources_are_short_texts() -> None:
    result = checked([], [{"text": "a", "custom": {"source_ids": ["x" * 5000, 7, None, "policy:returns"]}}])
    assert result.responses[0]["custom"] == {"source_ids": ["policy:returns"]}


def test_a_million_words_are_cut_at_a_word() -> None:
    result = checked([], [{"text": "word " * 1_000_000}, {"text": "and more"}])
    texts = [response["text"] for response in result.responses]
    assert MOST_CHARACTERS - 10 < sum(map(len, texts)) <= MOST_CHARACTERS
    assert texts[0].endswith("word")
    assert "5,000,000" in result.complaints[0]


@pytest.mark.parametrize(
    ("events", "messages"),
    [([{**SLOT, "value": "x" * 1_000_000}], []), ([], [{"custom": ["x"] * 500_000}]), ([SLOT] * 20_000, [])],
)
def test_what_fills_the_memory_is_refused(events: list[object], messages: list[object]) -> None:
    with pytest.raises(ActionError, match="1,000,000"):
        checked(events, messages)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=10,
)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("text", "custom", "buttons"), json_values))))
def test_whatever_is_said_can_be_sent_as_utf_8(messages: list[dict[str, Any]]) -> None:
    json.dumps(checked([], messages).as_answer(), ensure_ascii=False).encode("utf-8")
