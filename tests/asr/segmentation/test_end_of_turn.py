import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.segmentation.end_of_turn import Completeness, judge_completeness

COMPLETE, UNDECIDED, UNFINISHED = Completeness.COMPLETE, Completeness.UNDECIDED, Completeness.UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        "Where is my order?",
        "How much is it?",
        "Who are you?",
        "Who am I?",
        "Turn on the living room lamp.",
        "And the price?",
        "I'd like two.",
        "A table for two.",
        "The blue one.",
        "It costs $79.99.",
        "What do you have under 50%?",
        "I have one minute.",
        "Wake me at 5 AM.",
        "I sent my account number, now the other one.",
        'He said "stop now."',
        "Can you help me?",
        "I was wondering. Is the kettle heavy?",
        "Yes.",
        "nevermind",
        "Thank you!",
    ],
)
def test_a_sentence_with_all_its_words_is_complete(text: str) -> None:
    assert judge_completeness(text) is COMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "I would like to return the",
        "I would like to return the.",
        "The parcel arrived on Monday and",
        "I was wondering if",
        "Is the tablet, um",
        "Um.",
        "I would like a large coffee with.",
        "Show me phones under.",
        "Where is my order, the number is?",
        "My name is",
        "What is the difference between the pulse buds and?",
        "Could you?",
        "Tell me.",
        "I'm looking for.",
        "Can I have",
        "How many",
        "What can I",
        "How do you.",
        "Tell me when it",
        "Can you help me if you",
        "What is",
        "I think we",
        "I want a 16 ounce.",
        "I have a question, it’s about my",
    ],
)
def test_what_ends_before_a_word_that_must_come_is_unfinished(text: str) -> None:
    assert judge_completeness(text) is UNFINISHED


@pytest.mark.parametrize(
    "text", ["I want...", "Give me a large…", "Well, the dou-", "Because the box was damaged,", "Add:"]
)
def test_what_the_recogniser_marks_as_broken_off_is_unfinished_in_every_language(text: str) -> None:
    assert judge_completeness(text, "en") is judge_completeness(text, "de") is UNFINISHED


@pytest.mark.parametrize("text", ["Well, I sent it back,", "I need it for my... old phone...", "J'ai… faim…"])
def test_a_mark_that_stands_within_the_text_too_tells_nothing_at_its_end(text: str) -> None:
    language = "fr" if "faim" in text else "en"
    assert judge_completeness(text, language) is UNDECIDED


def test_words_that_wait_for_others_do_so_whatever_stands_after_them() -> None:
    assert judge_completeness("I need it... for my...") is UNFINISHED


@pytest.mark.parametrize(
    "text",
    [
        "What is it for?",
        "Where are you from?",
        "Tell me where it is.",
        "What do you want?",
        "Yes it is.",
        "How can I do it?",
    ],
)
def test_questions_and_answers_that_end_in_such_words_are_not_kept_waiting(text: str) -> None:
    assert judge_completeness(text) is not UNFINISHED


@pytest.mark.parametrize(
    "text",
    ["Turn it on.", "I would like a large.", "It is new, is it?", "turn on the lamp", "Kettle.", "Do you have any?"],
)
def test_what_may_go_on_or_not_is_undecided(text: str) -> None:
    assert judge_completeness(text) is UNDECIDED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My order number is 482.", UNFINISHED),
        ("The code is four eight", UNFINISHED),
        ("My order number is 48213.", UNDECIDED),
        ("My order number is four eight two one three.", UNDECIDED),
        ("Set a timer for 10.", UNDECIDED),
        ("Find me a phone under 300.", UNDECIDED),
        ("I'd like number 2.", UNDECIDED),
        ("The code is four", UNDECIDED),
        ("21.", UNDECIDED),
        ("four eight", UNDECIDED),
    ],
)
def test_a_number_may_always_go_on_and_a_few_digits_of_a_code_do(text: str, expected: Completeness) -> None:
    assert judge_completeness(text) is expected


@pytest.mark.parametrize("text", ["", "   ", "...", "?", "♪"])
def test_a_text_without_a_word_is_undecided(text: str) -> None:
    assert judge_completeness(text) is UNDECIDED


@pytest.mark.parametrize(
    ("text", "language"), [("Ich will die.", "de"), ("Je veux un café.", "fr"), ("お願いします。", "ja")]
)
def test_english_words_mean_nothing_in_other_languages(text: str, language: str) -> None:
    assert judge_completeness(text, language) is UNDECIDED


@given(st.text())
def test_every_text_can_be_judged_and_space_around_it_does_not_count(text: str) -> None:
    assert judge_completeness(f"  {text}\n") is judge_completeness(text)


@given(st.lists(st.sampled_from(["show", "the", "order", "is", "it", "two", "what", "and"]), min_size=1), st.booleans())
def test_capitals_do_not_count(words: list[str], closed: bool) -> None:
    text = " ".join(words) + ("." if closed else "")
    assert judge_completeness(text.upper()) is judge_completeness(text)
