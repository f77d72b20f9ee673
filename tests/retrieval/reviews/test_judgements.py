"""Which questions ask for a judgement."""

import pytest

from retrieval.index.name_index import tokens_of
from retrieval.reviews.judgements import LIKE, asks_how_much, is_measured, judged_in, side_of


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("are the rooms clean", ["clean"]),
        ("how clean is the bathroom", ["clean"]),
        ("how do I clean it", []),
        ("can I clean the filter", []),
        ("is it a quiet place", ["quiet"]),
        ("do they have large portions and nice views", ["large", "nice"]),
        ("is the staff friendly", ["friendly"]),
        ("is it pet friendly", []),
        ("does it get good scores for cleanliness", ["good", "cleanliness"]),
        ("what is the phone number", []),
        ("yes, that sounds good, what is the address", []),
        ("great, is the wifi fast", ["fast"]),
        ("is it good", ["good"]),
        ("what are the tents like", [LIKE]),
        ("how is the food there", [LIKE]),
        ("how is the battery charged", []),
        ("is it known for its desserts", [LIKE]),
    ],
)
def test_finds_the_words_by_which_a_thing_is_judged(text: str, judged: list[str]) -> None:
    assert judged_in(tokens_of(text)) == judged


def test_a_record_may_measure_how_large_a_thing_is_and_not_how_lovely() -> None:
    assert is_measured("large")
    assert not is_measured("lovely")


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [("loud", "how loud is it", True), ("loud", "is it loud", False), ("clean", "how clean is it", False)],
)
def test_an_amount_is_asked_for_by_how_and_a_measure(word: str, text: str, expected: bool) -> None:
    assert asks_how_much(word, text.split()) is expected


@pytest.mark.parametrize(
    ("words", "side"),
    [(["clean", "quiet"], 1), (["noisy"], -1), (["clean", "noisy"], 0), (["heavy"], 0), ([], 0)],
)
def test_words_are_on_one_side_where_all_of_them_are(words: list[str], side: int) -> None:
    assert side_of(words) == side
