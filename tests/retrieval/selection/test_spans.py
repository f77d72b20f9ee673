"""Stretches of a text."""

from retrieval.selection.spans import Span, keys_at, spans_of


def test_stretches_begin_and_end_with_a_word_that_says_something_the_longest_first() -> None:
    tokens = ["a", "place", "to", "stay"]
    assert [tokens[span.start : span.end] for span in spans_of(tokens)] == [
        ["place", "to", "stay"],
        ["place"],
        ["stay"],
    ]
    assert [span.start for span in spans_of(tokens, taken={3})] == [1]
    assert list(spans_of([])) == []


def test_a_value_is_said_in_several_ways() -> None:
    assert keys_at(["moderately", "priced"], Span(0, 1)) == ("moderately", "moderate")
    assert keys_at(["northern"], Span(0, 1)) == ("north",)
    assert keys_at(["guest", "houses"], Span(0, 2)) == ("guesthouse",)
