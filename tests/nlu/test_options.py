"""Settings that no training can do anything with."""

import pytest

from nlu.errors import NluError
from nlu.options import JointOptions


@pytest.mark.parametrize(
    "options",
    [
        {"out_of_scope_loss": 2.0},
        {"out_of_scope_loss": 0.01, "calibration_folds": 1},
        {"entity_batch": 0},
        {"ranking_length": -1},
        {"fine_tuning_consistency": -1.0},
    ],
)
def test_a_setting_out_of_its_range_is_named(options: dict[str, float]) -> None:
    with pytest.raises(NluError, match=next(iter(options))):
        JointOptions(**options)  # type: ignore[arg-type]


def test_fine_tuning_needs_no_folds_to_know_what_is_in_scope() -> None:
    assert JointOptions(mode="fine_tuned", out_of_scope_loss=0.01, calibration_folds=0).out_of_scope_loss == 0.01
