from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.runtime.conversion import interpretation_of, parse_data_of, reply_of
from nlu.interpretation import Entity, Intent, Interpretation

names = st.text(min_size=1, max_size=8)
confidences = st.floats(0.01, 1)
intents = st.builds(Intent, names, confidences)
entities = st.builds(
    Entity,
    name=names,
    value=names,
    start=st.integers(0, 50),
    end=st.integers(0, 50),
    extractor=names,
    confidence=confidences,
    role=st.none() | names,
    group=st.none() | names,
    heard=st.none() | names,
)
interpretations = st.builds(
    Interpretation,
    text=st.text(max_size=30),
    intent=intents | st.just(Intent("", 0.0)),
    ranking=st.lists(intents, max_size=3).map(tuple),
    entities=st.lists(entities, max_size=3).map(tuple),
)


@given(interpretations)
def test_an_interpretation_survives_the_way_through_rasa(interpretation: Interpretation) -> None:
    assert interpretation_of(parse_data_of(interpretation)) == interpretation


PARSED: dict[str, Any] = {
    "text": "when do you open",
    "intent": {"name": "faq", "confidence": 0.9},
    "entities": [],
    "response_selector": {"faq": {"response": {"intent_response_key": "faq/hours"}}},
}


def test_rasa_s_own_parse_comes_back_with_all_that_it_knows() -> None:
    assert parse_data_of(interpretation_of(PARSED)) == PARSED


def test_a_corrected_interpretation_is_not_answered_by_rasa_s_own_parse() -> None:
    corrected = replace(interpretation_of(PARSED), intent=Intent("leave", 1.0))
    assert parse_data_of(corrected)["intent"]["name"] == "leave"
    assert "response_selector" not in parse_data_of(corrected)


@pytest.mark.parametrize("raw", [None, "text", PARSED])
def test_what_another_interpreter_said_is_not_read(raw: object) -> None:
    assert "response_selector" not in parse_data_of(replace(interpretation_of(PARSED), raw=raw))


def test_information_of_other_extractors_is_no_hearing() -> None:
    parse_data: dict[str, Any] = {
        "text": "two",
        "intent": {"name": "a", "confidence": 1.0},
        "entities": [{"entity": "number", "value": 2, "additional_info": {"type": "value"}}],
    }
    assert [each.heard for each in interpretation_of(parse_data).entities] == [None]


def test_rasa_s_absent_intent_has_an_empty_name() -> None:
    parse_data: dict[str, Any] = {"text": "", "intent": {"name": None, "confidence": 0.0}, "entities": []}
    interpretation = interpretation_of(parse_data)
    assert interpretation == Interpretation("", Intent("", 0.0))
    assert parse_data_of(interpretation)["intent"] == {"name": None, "confidence": 0.0}


def test_a_reply_gathers_texts_and_each_source_once() -> None:
    messages: list[dict[str, Any]] = [
        {"recipient_id": "me", "text": "One."},
        {"recipient_id": "me", "custom": {"source_ids": ["a", "b"]}},
        {"recipient_id": "me", "text": "Two.", "buttons": [{"title": "x"}]},
        {"recipient_id": "me", "custom": {"source_ids": ["b", "c"]}},
        {"recipient_id": "me", "image": "http://example.org/x.png"},
        {"recipient_id": "me", "custom": {"payload": 1}},
        {"recipient_id": "me", "custom": ["not", "a", "mapping"]},
        {"recipient_id": "me", "custom": {"source_ids": 7}},
        {"recipient_id": "me", "custom": {"source_ids": [7, None, "", "x" * 501]}},
    ]
    reply = reply_of(messages, ())
    assert reply.texts == ("One.", "Two.")
    assert reply.text == "One. Two."
    assert reply.source_ids == ("a", "b", "c")


def test_a_reply_leaves_out_listening() -> None:
    assert reply_of([], ["utter_x", "action_listen"]).actions == ("utter_x",)


def test_what_messages_carry_besides_text_is_passed_on_without_ids_of_sources() -> None:
    buttons = [{"title": "Great", "payload": "/great"}, {"title": "Sad", "payload": "/sad"}]
    messages: list[dict[str, Any]] = [
        {"recipient_id": "me", "text": "How are you?", "buttons": buttons},
        {
            "recipient_id": "me",
            "text": "Plain.",
            "buttons": [{"payload": "/nameless"}],
            "custom": {"source_ids": ["faq:1"]},
        },
        {"recipient_id": "me", "image": "https://example.org/tiger.jpg"},
        {"recipient_id": "me", "custom": {"source_ids": ["faq:1"], "map": [1, 2]}},
    ]
    reply = reply_of(messages, ())
    assert reply.messages == (
        {"text": "How are you?", "buttons": buttons},
        {"image": "https://example.org/tiger.jpg"},
        {"custom": {"map": [1, 2]}},
    )
    assert (reply.choices, reply.texts, reply.source_ids) == (["Great", "Sad"], ("How are you?", "Plain."), ("faq:1",))
