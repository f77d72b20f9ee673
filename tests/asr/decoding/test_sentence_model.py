"""What words cost where a project's sentences are expected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.decoding.sentence_model import SentenceModel, TextState
from asr.expected_sentences import ExpectedSentences, Gap

SIZE, DRINK = Gap("size"), Gap("drink")
COFFEE = ExpectedSentences(
    sentences=(
        ("a", SIZE, DRINK, "please"),
        ("i'd", "like", "a", DRINK),
        ("make", "me", "a", SIZE, DRINK),
        ("a", DRINK),
    ),
    entries={
        "size": {("small",): 3, ("twelve", "ounce"): 2},
        "drink": {("mocha",): 3, ("iced", "mocha"): 2, ("latte",): 2},
        "empty": {},
    },
    spellings={"twelve": ("12",)},
)
MODEL = SentenceModel(COFFEE)


def read(text: str) -> TextState:
    return MODEL.final(MODEL.after(MODEL.start(), text))


def test_an_expected_sentence_costs_next_to_nothing_and_has_only_expected_words() -> None:
    state = read("I'd like a mocha.")
    assert (state.words, state.expected) == (4, 4)
    assert -2 < state.cost <= 0


@pytest.mark.parametrize(
    ("expected", "other"),
    [
        ("a small mocha", "a small marker"),
        ("make me a twelve ounce latte", "make me a valve once latte"),
        ("an iced mocha", "an ice mocha"),
        ("make me a small latte", "make may a small latte"),
    ],
)
def test_what_is_expected_costs_less_than_what_sounds_like_it(expected: str, other: str) -> None:
    assert read(expected).cost > read(other).cost + 2


def test_a_value_that_was_never_said_there_costs_less_than_a_strange_word() -> None:
    assert read("I'd like a small mocha").cost > read("I'd like a smell mocha").cost


def test_other_spellings_signs_and_capitals_are_the_same_words() -> None:
    assert read("make me a 12-ounce latte").cost == pytest.approx(read("Make me a Twelve Ounce latte!").cost)
    assert read("I\u2019d like a mocha") == read("I'd like a mocha")


def test_an_entry_that_breaks_off_is_not_expected() -> None:
    assert read("a twelve latte").cost < read("a twelve ounce latte").cost - 2


def test_a_sentence_may_follow_another() -> None:
    assert read("a mocha. a latte").cost > read("a mocha a latte").cost


def test_words_of_something_else_are_counted_but_not_expected() -> None:
    state = read("the weather was fine in May")
    assert state.words == 6
    assert state.expected <= 1


def test_how_a_word_begins_costs_as_little_as_the_best_it_may_become() -> None:
    next_words = MODEL.next_words(MODEL.after(MODEL.start(), "a "))
    assert next_words.cost_with("moc") == next_words.cost_with("mocha") > next_words.cost_with("mog")
    assert next_words.cost_with("") == MODEL.after(MODEL.start(), "a ").cost


def test_what_the_sentences_say_anywhere_is_known() -> None:
    assert all(map(MODEL.knows, ("please", "ounce", "12", "twelve")))
    assert not any(map(MODEL.knows, ("marker", "</s>", "")))


@given(st.text("mocha a.smlT'12 ", max_size=30), st.text("mocha a.", max_size=8))
def test_no_text_gains_by_more_words_and_pieces_do_not_matter(text: str, more: str) -> None:
    whole = MODEL.closed(MODEL.after(MODEL.start(), text + more))
    assert MODEL.closed(MODEL.after(MODEL.after(MODEL.start(), text), more)) == whole
    assert (
        MODEL.closed(MODEL.after(MODEL.start(), f"{text} {more}")).cost
        <= MODEL.after(MODEL.start(), text + " ").cost
        <= 0
    )
    assert whole.expected <= whole.words
