"""What is promised of a normalised stretch."""

from dataclasses import FrozenInstanceError, replace

import pytest

from nlu.spoken import find_spans
from nlu.spoken.span import SpanKind, SpokenSpan

SPAN = SpokenSpan(4, 16, SpanKind.PRICE, "49.95", "$49.95", "USD")


KINDS = {
    SpanKind.NUMBER: "twelve hundred",
    SpanKind.DIGITS: "double oh seven",
    SpanKind.ORDINAL: "twenty third",
    SpanKind.PRICE: "five dollars",
    SpanKind.QUANTITY: "two point five gigahertz",
    SpanKind.CODE: "w h one thousand x m five",
    SpanKind.SPELLING: "c i n d y",
    SpanKind.DATE: "march twenty third",
    SpanKind.TIME: "half past two",
}


@pytest.mark.parametrize("kind", SpanKind)
def test_a_text_has_the_kind_that_is_described(kind: SpanKind) -> None:
    (span,) = find_spans(KINDS[kind])
    assert span.kind is kind
    assert kind == kind.value  # a kind can be written where a text is wanted


def test_a_span_is_a_value_that_cannot_be_changed() -> None:
    assert len({SPAN, replace(SPAN), replace(SPAN, unit="EUR")}) == 2
    with pytest.raises(FrozenInstanceError):
        SPAN.unit = "EUR"  # type: ignore[misc]
