"""Reading the assertions of end-to-end tests."""

import pytest

from dialogue.errors import ProjectError
from dialogue.stories.assertions import read_assertions
from dialogue.stories.story import Button, Holds, HoldsNot, Ran, Says, SaysNot


def test_each_assertion_becomes_a_check() -> None:
    described = [
        {"action_executed": "action_pay"},
        {"slot_was_set": [{"name": "amount", "value": 5}, {"name": "card"}, {"name": "note", "value": None}]},
        {"slot_was_not_set": [{"name": "limit"}, {"name": "amount", "value": 6}]},
        {"bot_uttered": {"utter_name": "utter_paid", "text_matches": "5"}},
        {"bot_did_not_utter": {"text_matches": "sorry"}},
        {"bot_uttered": {"buttons": [{"title": "Yes", "payload": "/affirm"}, {"title": "No"}]}},
    ]
    assert list(read_assertions(described, "a")) == [
        Ran("action_pay"),
        Holds("amount", 5),
        Holds("card", any_value=True),
        Holds("note", None),
        HoldsNot("limit", any_value=True),
        HoldsNot("amount", 6),
        Says("utter_paid", "5"),
        SaysNot(pattern="sorry"),
        Says(buttons=(Button("Yes", "/affirm"), Button("No"))),
    ]


@pytest.mark.parametrize(
    ("described", "named"),
    [
        ({"bot_uttered": {}}, "must be a list"),
        (["bot_uttered"], "must have one name"),
        ([{"generative_response_is_grounded": {"threshold": 0.9}}], "judged by a language model.*use|with bot_uttered"),
        ([{"flow_started": "pay"}], "Rasa 3.6 does not have: use action_executed"),
        ([{"bot_says": "hi"}], "no assertion bot_says: use action_executed, slot_was_set"),
        ([{"bot_uttered": {}}], "a: bot_uttered is empty"),
        ([{"bot_uttered": {"text_matches": "("}}], "no regular expression"),
        ([{"bot_uttered": {"buttons": [{"payload": "/affirm"}]}}], "each button needs a title"),
        ([{"bot_did_not_utter": {"text": "hi"}}], "use utter_name, text_matches or buttons"),
        ([{"slot_was_set": ["amount"]}], "each slot needs a name"),
        ([{"action_executed": None}], "must name an action"),
    ],
)
def test_what_cannot_be_checked_is_named_with_what_to_do(described: object, named: str) -> None:
    with pytest.raises(ProjectError, match=named):
        list(read_assertions(described, "a"))
