from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from asr.errors import CheckpointError
from asr.samples import Samples
from asr.segmentation.vad import FRAME_SAMPLES, SileroVad, VadStream


@pytest.fixture(scope="module")
def vad() -> SileroVad:
    return SileroVad.load()


def probabilities(stream: VadStream, samples: Samples, frames: int = 1) -> list[float]:
    """The probabilities of all whole frames, so many at a time."""
    whole, step = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES, frames * FRAME_SAMPLES
    return [
        probability
        for start in range(0, whole, step)
        for probability in stream.probabilities(samples[start : min(start + step, whole)]).tolist()
    ]


def test_speech_is_likelier_than_silence_and_noise(vad: SileroVad, speech: Samples) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, 16_000).astype(np.float32)
    assert np.median(probabilities(vad.stream(), speech)) > 0.9
    assert max(probabilities(vad.stream(), np.zeros(16_000, np.float32))) < 0.2
    assert np.median(probabilities(vad.stream(), noise)) < 0.2


def test_equals_the_packages_own_detector(vad: SileroVad, speech: Samples) -> None:
    import torch
    from silero_vad import load_silero_vad

    reference = load_silero_vad(onnx=True)
    frames = torch.from_numpy(speech[: 20 * FRAME_SAMPLES]).reshape(20, FRAME_SAMPLES)
    expected = [float(reference(frame, 16_000)) for frame in frames]
    np.testing.assert_allclose(probabilities(vad.stream(), speech[: 20 * FRAME_SAMPLES]), expected, atol=1e-5)


@pytest.mark.parametrize("frames", [2, 3, 1000])
def test_several_frames_at_once_are_heard_as_one_after_another(vad: SileroVad, speech: Samples, frames: int) -> None:
    at_once = probabilities(vad.stream(), speech, frames)
    np.testing.assert_allclose(at_once, probabilities(vad.stream(), speech), atol=1e-5)


def test_no_frame_is_no_probability(vad: SileroVad) -> None:
    assert vad.stream().probabilities(np.zeros(0, np.float32)).shape == (0,)


def test_streams_do_not_hear_each_other(vad: SileroVad, speech: Samples) -> None:
    alone = probabilities(vad.stream(), speech)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: probabilities(vad.stream(), speech), range(4)))
    assert together == [alone] * 4


def test_reset_forgets_the_stream(vad: SileroVad, speech: Samples) -> None:
    stream = vad.stream()
    first = probabilities(stream, speech)
    stream.reset()
    assert probabilities(stream, speech) == first


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"gone\.onnx.* silero-vad"):
        SileroVad.load(tmp_path / "gone.onnx")


@pytest.mark.parametrize("content", [b"", b"not a model" * 50])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.onnx").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"bad\.onnx"):
        SileroVad.load(tmp_path / "bad.onnx")
