"""Keys by their form, and limits that make sense."""

import math

import pytest

from server.access.keys import KeyLimits, id_of


@pytest.mark.parametrize(
    ("shown", "key_id"),
    [("hk_1a2b_secret", "1a2b"), ("hk_1a2b", None), ("hk__secret", None), ("ek_1a2b_secret", None), ("", None)],
)
def test_the_part_that_is_no_secret_is_found(shown: str, key_id: str | None) -> None:
    assert id_of(shown) == key_id


@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan])
def test_a_limit_that_is_none_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="audio_minutes_per_hour"):
        KeyLimits(audio_minutes_per_hour=value)
