"""How a recording sounds in a room and in noise, for measuring recognition there. torchaudio does the sums."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from asr.audio.audio_files import read_audio
from asr.audio.signal_processing import add_noise, convolve
from asr.errors import AudioError
from asr.samples import Samples

SOUND_FILES = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif"})  # what a folder is searched for


@dataclass(frozen=True, slots=True)
class Condition:
    """Where and in what noise a clip is heard, by the names of the recordings; by default as it was recorded."""

    room: str | None = None
    noise: str | None = None
    snr_db: float | None = None

    def __str__(self) -> str:
        noise = None if self.noise is None else f"{self.noise} at {self.snr_db:g} dB"
        return ", ".join(part for part in (self.room, noise) if part) or "as recorded"


AS_RECORDED = Condition()


@dataclass(frozen=True, slots=True, eq=False)
class Acoustics:
    """Recordings of noise, and impulse responses of rooms, by name: float32 [n] mono 16 kHz."""

    noises: Mapping[str, Samples] = field(default_factory=dict)
    rooms: Mapping[str, Samples] = field(default_factory=dict)

    @classmethod
    def read(cls, noises: Sequence[Path], rooms: Sequence[Path]) -> "Acoustics":
        """Files, or folders of them. Raises AudioError for one that cannot be read, holds silence or shares a name."""
        return cls(dict(_named(noises)), dict(_named(rooms)))

    def conditions(self, levels_db: Sequence[float]) -> list[Condition]:
        """As recorded and in each room; there without noise, then in each noise at each level."""
        heard: list[tuple[str | None, float | None]] = [(None, None)]
        heard += [(noise, level) for noise in self.noises for level in levels_db]
        return [Condition(room, noise, level) for room in (None, *self.rooms) for noise, level in heard]

    def apply(self, samples: Samples, condition: Condition, seed: int) -> Samples:
        """`samples` under that condition; the noise is a stretch of the recording, chosen by `seed`."""
        if condition.room is not None:
            samples = reverberate(samples, self.rooms[condition.room])
        if condition.noise is not None and condition.snr_db is not None:
            samples = mix(samples, self.noises[condition.noise], condition.snr_db, seed)
        return samples


def mix(samples: Samples, noise: Samples, snr_db: float, seed: int) -> Samples:
    """`samples` with a stretch of `noise`, chosen by `seed`, this many decibels below it (torchaudio's add_noise).

    Levels are those of the whole clip, its pauses included. A silent clip, or a silent stretch, stays as it is.
    """
    start = int(np.random.default_rng(seed).integers(len(noise)))
    stretch = np.resize(np.roll(noise, -start), len(samples)).astype(np.float32)
    if not (samples.any() and stretch.any()):
        return samples
    return add_noise(samples, stretch, snr_db)


def reverberate(samples: Samples, response: Samples) -> Samples:
    """`samples` as they sound in the room with this impulse response: as long, as loud, and in the same place.

    The response counts from its loudest sample, which is the sound that comes straight from the mouth.
    """
    direct = int(np.abs(response).argmax())
    wet = convolve(samples, response[direct:].copy())[: len(samples)]
    loudness = float(np.sqrt(np.square(wet).mean()))
    if loudness == 0:
        return samples
    level = np.float32(np.sqrt(np.square(samples).mean()) / loudness)
    return wet * level


def _named(paths: Iterable[Path]) -> Iterator[tuple[str, Samples]]:
    seen: dict[str, Path] = {}
    for file in (file for path in paths for file in _files(path)):
        if (other := seen.setdefault(file.stem, file)) is not file:
            raise AudioError(f"{other} and {file} have one name in the results; rename one")
        samples = read_audio(file)
        if not samples.any():
            raise AudioError(f"{file} holds nothing but silence; use a recording with sound")
        yield file.stem, samples


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in SOUND_FILES)
    if not files:
        raise AudioError(f"{path} holds no sound files; put {', '.join(sorted(SOUND_FILES))} there")
    return files
