"""What can be asked for of test conversations."""

from pathlib import Path

import pytest

from server.trials.trial import KITCHEN, Trial


def test_noise_is_a_recording_or_that_of_a_kitchen(tmp_path: Path) -> None:
    recording = tmp_path / "cafe.wav"
    recording.write_bytes(b"")
    for noise in (KITCHEN, str(recording), None):
        assert Trial(by_voice=True, noise=noise).noise == noise


@pytest.mark.parametrize(
    ("by_voice", "noise", "named"), [(False, KITCHEN, "add --voice"), (True, "nowhere.wav", "no such file")]
)
def test_noise_that_nobody_would_hear_is_refused(by_voice: bool, noise: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Trial(by_voice=by_voice, noise=noise)
