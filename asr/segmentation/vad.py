"""Tells voice from silence, frame by frame, with Silero VAD."""

from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    RuntimeException,
)

from asr.errors import CheckpointError
from asr.samples import Samples

FRAME_SAMPLES = 512  # 32 ms
CONTEXT_SAMPLES = 64  # of the frame before, put in front of each frame as the model was trained
STATE_SHAPE = (1, 1, 128)
CURE = "run: pip install --force-reinstall silero-vad"
LOAD_ERRORS = (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    RuntimeException,
)  # share no base of their own


class VoiceDetector(Protocol):
    """The voice probability of one stream's frames, in order."""

    def probabilities(self, samples: Samples) -> Samples:
        """How likely each of the next frames holds voice, 0..1: float32 [n * 512] at 16 kHz to float32 [n]."""
        ...

    def reset(self) -> None:
        """Forgets what was heard."""
        ...


class SileroVad:
    """The Silero model (https://github.com/snakers4/silero-vad), read from its package without importing it.

    Of the files in the package it is the one for 16 kHz that takes several frames at once: a frame by itself takes two
    thirds of the time, and of four frames each takes half, with the same probabilities.

    Immutable after loading and safe to share between threads; each stream of audio has its own `VadStream`.
    """

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @classmethod
    def load(cls, path: Path | None = None) -> "SileroVad":
        """Loads an ONNX file, by default the one in the `silero-vad` package. Raises CheckpointError."""
        path = path or _installed_path()
        if not path.is_file():
            raise CheckpointError(f"no voice detector at {path}; {CURE}")
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        try:
            return cls(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))
        except LOAD_ERRORS as error:
            raise CheckpointError(f"{path} is damaged ({error}); {CURE}") from error

    def stream(self) -> "VadStream":
        """A detector for one stream of audio."""
        return VadStream(self._session)


class VadStream:
    """One stream's place in the model's memory; not safe for several threads."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._hidden = self._cell = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)

    def probabilities(self, samples: Samples) -> Samples:
        """How likely each of the next frames holds voice, 0..1: float32 [n * 512] at 16 kHz to float32 [n]."""
        frames = samples.reshape(-1, FRAME_SAMPLES)
        if not len(frames):
            return np.zeros(0, dtype=np.float32)
        windows = np.empty((len(frames), CONTEXT_SAMPLES + FRAME_SAMPLES), dtype=np.float32)
        windows[:, CONTEXT_SAMPLES:] = frames
        windows[0, :CONTEXT_SAMPLES] = self._context
        windows[1:, :CONTEXT_SAMPLES] = frames[:-1, -CONTEXT_SAMPLES:]
        self._context = frames[-1, -CONTEXT_SAMPLES:].copy()
        heard: Samples
        heard, self._hidden, self._cell = self._session.run(
            None, {"input": windows, "h": self._hidden, "c": self._cell}
        )
        return heard


def _installed_path() -> Path:
    spec = find_spec("silero_vad")  # does not import the package
    folders = (spec.submodule_search_locations if spec else None) or ()
    for folder in folders:
        return Path(folder) / "data" / "silero_vad_16k_sequence.onnx"
    raise CheckpointError("the package silero-vad is not installed; run: pip install silero-vad")
