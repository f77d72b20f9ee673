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
from asr.samples import SAMPLE_RATE_HZ, Samples

FRAME_SAMPLES = 512  # 32 ms
CONTEXT_SAMPLES = 64  # of the frame before, put in front of each frame as the model was trained
STATE_SHAPE = (2, 1, 128)
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

    def probability(self, frame: Samples) -> float:
        """How likely the next frame, float32 [512] at 16 kHz, holds voice: 0..1."""
        ...

    def reset(self) -> None:
        """Forgets what was heard."""
        ...


class SileroVad:
    """The Silero model (https://github.com/snakers4/silero-vad), read from its package without importing it.

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
        self._rate = np.array(SAMPLE_RATE_HZ, dtype=np.int64)
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard."""
        self._state = np.zeros(STATE_SHAPE, dtype=np.float32)
        self._context = np.zeros(CONTEXT_SAMPLES, dtype=np.float32)

    def probability(self, frame: Samples) -> float:
        """How likely the next frame, float32 [512] at 16 kHz, holds voice: 0..1."""
        window = np.concatenate([self._context, frame])[None]
        output, self._state = self._session.run(None, {"input": window, "state": self._state, "sr": self._rate})
        self._context = frame[-CONTEXT_SAMPLES:].copy()
        return float(output[0, 0])


def _installed_path() -> Path:
    spec = find_spec("silero_vad")  # does not import the package
    folders = (spec.submodule_search_locations if spec else None) or ()
    for folder in folders:
        return Path(folder) / "data" / "silero_vad.onnx"
    raise CheckpointError("the package silero-vad is not installed; run: pip install silero-vad")
