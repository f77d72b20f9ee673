"""What reviews say of a thing."""

import pytest

from retrieval.answering.opinions import opinions_of
from retrieval.document import Document
from retrieval.language.sentiment import polarity


def leaning_of(text: str, rating: int, about: str = "screen") -> float:
    (opinion,) = opinions_of([Document("review:a", "review", "", text, about="product:a", rating=rating)], {about})
    return opinion.leaning


@pytest.mark.parametrize("rating", [1, 3, 5])
def test_clear_words_say_whether_it_is_praise(rating: int) -> None:
    assert leaning_of("The screen is wonderful.", rating) > 0 > leaning_of("The screen is terrible.", rating)


def test_where_words_are_not_clear_the_stars_say_it() -> None:
    text = "The screen shows xylophones."
    assert abs(polarity(text, {"screen"})) < 0.5
    assert (leaning_of(text, 5), leaning_of(text, 2)) == (1.0, -0.5)
    assert leaning_of(text, 3) == polarity(text, {"screen"})


def test_each_thing_that_a_sentence_names_is_judged_by_itself() -> None:
    text = "Great sound, but the remote is flimsy."
    assert leaning_of(text, 3, "sound") > 0 > leaning_of(text, 3, "remote")
