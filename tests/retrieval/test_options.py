"""Settings: the defaults are good, and what makes no sense is refused by name."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from math import nan
from typing import Any

import pytest

from retrieval.options import (
    AnswerOptions,
    FactOptions,
    IndexOptions,
    IngestOptions,
    MatchOptions,
    SearchOptions,
    TaxonomyOptions,
)

ALL = (AnswerOptions, FactOptions, IndexOptions, IngestOptions, MatchOptions, SearchOptions, TaxonomyOptions)


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (IngestOptions, "max_rejected_share", -0.1),
        (IngestOptions, "max_rejected_share", 1.1),
        (IngestOptions, "max_rejected_share", nan),
        (IndexOptions, "exact_up_to", -1),
        (SearchOptions, "candidates", 0),
        (SearchOptions, "dense_weight", 1.1),
        (SearchOptions, "second_weight", -0.1),
        (SearchOptions, "title_weight", 0.0),
        (SearchOptions, "alias_weight", nan),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(options: Callable[..., object], name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        options(**{name: value})


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (IngestOptions, "max_rejected_share", 0),
        (IngestOptions, "max_rejected_share", 1),
        (IndexOptions, "exact_up_to", 0),
        (SearchOptions, "candidates", 1),
        (SearchOptions, "dense_weight", 0.0),
        (SearchOptions, "second_weight", 1.0),
        (SearchOptions, "alias_weight", 0.01),
    ],
)
def test_the_ends_of_a_range_belong_to_it(options: Callable[..., object], name: str, value: float) -> None:
    assert getattr(options(**{name: value}), name) == value


@pytest.mark.parametrize("options", ALL)
def test_settings_cannot_be_changed(options: Any) -> None:
    held = options()
    assert held == options()
    for field in fields(held):
        with pytest.raises(FrozenInstanceError):
            setattr(held, field.name, 0)


def test_what_is_clear_is_more_than_what_is_enough() -> None:
    options = AnswerOptions()
    assert options.clear_entry_score > options.min_entry_score
    assert options.clear_fact_score > options.min_follow_up_score > options.min_fact_score
