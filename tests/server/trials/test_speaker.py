"""The sound of what a test says."""

from pathlib import Path

import numpy as np
import pytest

from asr.samples import SAMPLE_RATE_HZ, Samples
from dialogue.stories.story import Said
from server.client.wav_files import write_wav
from server.trials.speaker import AFTER_SECONDS, BEFORE_SECONDS, Speaker
from tests.fakes import ToneSynthesizer

QUIET_SECONDS = BEFORE_SECONDS + AFTER_SECONDS


def seconds_of_speech(samples: Samples) -> float:
    return len(samples) / SAMPLE_RATE_HZ - QUIET_SECONDS


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said("hello there"), 2),
        (Said("One. Two and three."), 4),
        (Said("it is 48213"), 7),
        (Said("under 1500"), 2),
        (Said("hw mch"), 2),
        (Said("hw mch", spoken="how much is it"), 4),
        (Said("!"), 1),
    ],
)
def test_the_voice_says_each_word_and_long_numbers_digit_by_digit(said: Said, words: int) -> None:
    assert seconds_of_speech(Speaker(ToneSynthesizer()).say(said)) == pytest.approx(words / 10, abs=0.01)


def test_a_recording_takes_the_place_of_the_voice(tmp_path: Path) -> None:
    recording = tmp_path / "hello.wav"
    write_wav(bytes(2 * 24_000), recording)
    samples = Speaker(ToneSynthesizer()).say(Said("hello", recording=recording))
    assert seconds_of_speech(samples) == pytest.approx(1.0, abs=0.01)
    assert not samples.any()


def test_noise_is_heard_all_the_time_at_its_level_and_the_same_each_time() -> None:
    noise = np.random.default_rng(1).normal(size=SAMPLE_RATE_HZ).astype(np.float32)
    said = Said("hello there you")
    clean, noisy = Speaker(ToneSynthesizer()).say(said), Speaker(ToneSynthesizer(), noise, 10.0).say(said)
    heard = noisy - clean
    assert np.square(clean).sum() / np.square(heard).sum() == pytest.approx(10.0, rel=0.01)
    assert heard[: SAMPLE_RATE_HZ // 10].any()
    assert np.array_equal(noisy, Speaker(ToneSynthesizer(), noise, 10.0).say(said))
