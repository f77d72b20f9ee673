"""What can go wrong, and what an error says."""

import pytest

from retrieval.errors import CorpusError, IndexUnusableError, MapError, RetrievalError


def test_a_corpus_error_says_where_before_what() -> None:
    error = CorpusError("shop.csv:7", "price is 'x'; write a number", "price is not usable")
    assert str(error) == "shop.csv:7: price is 'x'; write a number"
    assert (error.place, error.problem, error.reason) == (
        "shop.csv:7",
        "price is 'x'; write a number",
        "price is not usable",
    )


def test_errors_without_a_reason_are_counted_together() -> None:
    assert CorpusError("a:1", "x").reason == CorpusError("b:2", "y").reason


@pytest.mark.parametrize("error", [CorpusError("a:1", "x"), MapError("x"), IndexUnusableError("x")])
def test_whoever_catches_the_base_catches_all(error: RetrievalError) -> None:
    with pytest.raises(RetrievalError, match="x"):
        raise error
