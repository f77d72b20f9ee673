import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.decoding.repetition import compression_ratio, echoes, repeated_tail, without_loops

phrases = st.lists(st.integers(0, 30), min_size=1, max_size=24)
tokens = st.lists(st.integers(0, 3), max_size=80)


def test_a_repeated_text_shrinks_more() -> None:
    assert compression_ratio("turn on the light " * 10) > 2.4
    assert compression_ratio("Turn on the light in the kitchen, please.") < 1.2


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], (0, 0)),
        ([7] * 11, (0, 0)),  # too little to be a loop
        ([7] * 12, (1, 12)),
        ([1, 2, 3] * 3, (0, 0)),  # three times: people do that
        ([9, 8, *[1, 2, 3] * 4], (3, 4)),
        ([*[1, 2, 3] * 4, 9], (0, 0)),  # not at the end
    ],
)
def test_a_loop_at_the_end_is_found(said: list[int], found: tuple[int, int]) -> None:
    assert repeated_tail(said) == found


def test_weaker_limits_find_a_phrase_said_twice() -> None:
    assert repeated_tail([9, *[1, 2, 3] * 2], min_repeats=2, min_tokens=6) == (3, 2)
    assert repeated_tail([9, *[1, 2] * 2], min_repeats=2, min_tokens=6) == (0, 0)


@given(st.lists(st.integers(40, 60), unique=True, max_size=10), phrases, st.integers(12, 30))
def test_a_loop_anywhere_is_cut_to_one_phrase(around: list[int], phrase: list[int], repeats: int) -> None:
    kept = without_loops([*around, *phrase * repeats, *around])
    assert kept[: len(around)] == around
    assert kept[len(kept) - len(around) :] == around
    assert len(kept) <= len(around) * 2 + len(phrase) * 3


@given(tokens)
def test_no_loop_is_left_at_the_end_of_what_is_kept(said: list[int]) -> None:
    kept = without_loops(said)
    assert len(kept) <= len(said)
    assert set(kept) == set(said)


@given(st.lists(st.integers(), unique=True))
def test_what_does_not_repeat_is_kept(said: list[int]) -> None:
    assert without_loops(said) == said


@pytest.mark.parametrize(
    "text",
    [
        "before the woodcutters, by a similar process, by a similar process.",
        "Our vanity often outruns our natural pride. Visitors know it, and our vanity often outruns our natural.",
        "no no no no no no",
    ],
)
def test_a_phrase_that_is_said_twice_is_noticed(text: str) -> None:
    assert echoes(text)


@pytest.mark.parametrize(
    "text",
    ["", "no", "no no no", "it is what it is", "is it the red one or is it the blue one", "one two, one two, three"],
)
def test_words_that_come_again_are_no_echo(text: str) -> None:
    assert not echoes(text)
