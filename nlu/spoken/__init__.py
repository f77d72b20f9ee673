"""Spoken forms in a text, normalised: numbers, prices, units, dates, times, spelled letters."""

from nlu.spoken.normalizer import find_spans, written
from nlu.spoken.span import SpanKind, SpokenSpan

__all__ = ["SpanKind", "SpokenSpan", "find_spans", "numbers", "ordinals", "span", "tokens", "written"]
