"""What asks for others than those that were shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.discourse.others import says_what, without_others


@pytest.mark.parametrize(
    "text",
    [
        "any others?",
        "more",
        "more please",
        "show me more",
        "are there any more",
        "something else",
        "anything else like that?",
        "what else do you have",
        "no, find me something else",
        "another one please",
        "Can you find a different one?",
        "what are my other options",
        "is anyone else available?",
        "I am not sure about that one. Any alternatives?",
        "the next one",
        "I don't like it, show me others",
    ],
)
def test_others_of_the_same_are_asked_for(text: str) -> None:
    rest = without_others(text)
    assert rest is not None
    assert not says_what(rest)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("any other kettles?", "any kettles?"),
        ("another kettle in red", "a kettle in red"),
        ("more therapists", "therapists"),
        ("something else with wifi", "something with wifi"),
        ("do you have a different salon", "do you have a salon"),
    ],
)
def test_what_they_are_to_be_like_is_kept(text: str, rest: str) -> None:
    assert without_others(text) == rest
    assert says_what(rest)


@pytest.mark.parametrize(
    "text",
    [
        "nothing else, thanks",
        "I do not need anything else",
        "no, I don't want any more",
        "tell me more",
        "tell me more about it",
        "is it more expensive",
        "more information please",
        "anything other than blue",
        "what is the difference between them",
        "we know each other",
        "how is it different from the mini",
        "the same other criteria, but a kettle",
        "I need a kettle",
        "",
    ],
)
def test_other_things_are_no_such_request(text: str) -> None:
    assert without_others(text) is None


@given(st.text())
def test_any_text_is_heard(text: str) -> None:
    rest = without_others(text)
    assert rest is None or says_what(rest) in (True, False)
