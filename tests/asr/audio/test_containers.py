"""FFmpeg's containers: what is written can be read, from its first bytes on, and nothing else than sound."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from asr.audio.containers import ENCODINGS, Encoding, SoundEncoder, opened
from asr.errors import AudioError
from asr.samples import Samples

RATE = 24_000


def tone(seconds: float) -> Samples:
    times = np.arange(int(RATE * seconds)) / RATE
    sound: Samples = (0.4 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
    return sound


def decoded(data: bytes) -> tuple[int, NDArray[np.float32]]:
    with opened(io.BytesIO(data), "it") as (rate, blocks):
        return rate, np.concatenate(list(blocks))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_speech_is_encoded_as_it_is_made(encoding: Encoding) -> None:
    encoder = SoundEncoder(encoding, RATE)
    samples = tone(2.0)
    pieces = [encoder.push(samples[start : start + 5000]) for start in range(0, len(samples), 5000)]
    pieces += [encoder.push(samples[:0]), encoder.flush()]
    rate, heard = decoded(b"".join(pieces))
    assert len(heard) / rate == pytest.approx(2.0, abs=0.1)
    assert np.abs(heard[rate // 2 : rate]).max() == pytest.approx(0.4, abs=0.05)
    assert sum(map(len, pieces[:6])) > 2000  # not all of it at the end


def test_speech_without_a_sound_is_a_file_all_the_same() -> None:
    encoder = SoundEncoder("flac", RATE)
    assert encoder.flush().startswith(b"fLaC")


@pytest.mark.parametrize(("container", "codec"), [("mp4", "aac"), ("webm", "libopus"), ("ogg", "libopus")])
def test_what_phones_and_browsers_record_is_read(tmp_path: Path, container: str, codec: str) -> None:
    path = tmp_path / "recorded"
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=48_000, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        samples = np.ascontiguousarray(np.repeat(tone(2.0)[np.newaxis], 2, axis=0))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = 48_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    with opened(path, "it") as (rate, blocks):
        heard = np.concatenate(list(blocks))
    assert (rate, heard.shape[1]) == (48_000, 2)
    assert len(heard) == pytest.approx(48_000, abs=4000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no sound",
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x1aE\xdf\xa3" + bytes(1000),
    ],
    ids=["empty", "text", "playlist", "list", "broken"],
)
def test_what_is_no_sound_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(AudioError, match="it "):
        decoded(content)


def test_pictures_without_sound_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "film"
    with av.open(str(path), "w", format="matroska") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    with pytest.raises(AudioError, match="no sound"), opened(path, "it"):
        """Never opened."""
