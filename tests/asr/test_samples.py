"""What samples are, and which are refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from asr.errors import AudioError
from asr.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples, check_finite


def test_a_millisecond_is_a_whole_number_of_samples() -> None:
    assert SAMPLES_PER_MS * 1000 == SAMPLE_RATE_HZ


@given(arrays(np.float32, st.integers(0, 50), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_finite_samples_pass_however_loud(samples: Samples) -> None:
    check_finite(samples, "the clip")


@given(
    arrays(np.float32, st.integers(1, 50), elements=st.floats(-1, 1, width=32)),
    st.integers(0),
    st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_a_single_one_that_is_not_finite_is_refused_with_its_origin(samples: Samples, at: int, bad: float) -> None:
    samples[at % len(samples)] = bad
    with pytest.raises(AudioError, match="the clip"):
        check_finite(samples, "the clip")
