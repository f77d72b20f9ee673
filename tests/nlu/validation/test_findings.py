"""What is promised of a finding."""

from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import get_args

import pytest

from nlu.data.examples import Place
from nlu.validation.findings import SEVERITIES, Finding, Severity

FOUND = Finding("warning", "same-text", "'hi' stands twice", "remove one", Place(Path("nlu.yml"), 3))


def test_every_severity_is_listed_the_worst_first() -> None:
    assert set(SEVERITIES) == set(get_args(Severity))
    assert (SEVERITIES[0], SEVERITIES[-1]) == ("error", "hint")


def test_a_finding_may_be_about_no_line() -> None:
    nowhere = Finding("error", "no-intents", "no example has an intent", "write some")
    assert (nowhere.place, nowhere.also) == (None, ())


def test_equal_findings_are_one_and_cannot_be_changed() -> None:
    again = Finding("warning", "same-text", "'hi' stands twice", "remove one", Place(Path("nlu.yml"), 3))
    assert len({FOUND, again}) == 1
    with pytest.raises(FrozenInstanceError):
        FOUND.severity = "hint"  # type: ignore[misc]
