"""The recognisers that are measured beside each other, each imported only when it is loaded."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Hear = Callable[[Any], str]  # samples (float32 [n] mono 16 kHz) to text

OURS, FASTER_WHISPER, WHISPER_CPP = "ours", "faster-whisper", "whisper.cpp"
CPP_SHORTEST_SAMPLES = 17_600  # 1.1 s; whisper.cpp hears nothing in less than a second


def heedful(model: str, threads: int) -> Hear:
    """Our recogniser."""
    import torch

    from asr.options import RecognizerOptions
    from asr.recognizer import WhisperRecognizer

    torch.set_grad_enabled(False)
    recognizer = WhisperRecognizer.load(RecognizerOptions(model=model, threads=threads))
    return lambda samples: recognizer.transcribe(samples).text


def faster_whisper(folder: str, threads: int) -> Hear:
    """faster-whisper on the CPU in 8 bits, greedy, without its own voice activity filter."""
    from faster_whisper import WhisperModel

    other = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=threads)

    def hear(samples: Any) -> str:
        segments, _ = other.transcribe(samples, language="en", beam_size=1, condition_on_previous_text=False)
        return " ".join(segment.text.strip() for segment in segments)

    return hear


def whisper_cpp(file: str, threads: int) -> Hear:
    """whisper.cpp on the CPU with matrices in float16, greedy."""
    from pywhispercpp.model import Model

    quiet = {"print_progress": False, "print_realtime": False, "redirect_whispercpp_logs_to": None}
    greedy = {"greedy": {"best_of": 1}, "no_context": True, "language": "en"}
    other = Model(file, n_threads=threads, **quiet, **greedy)

    def hear(samples: Any) -> str:
        padded = np.pad(samples, (0, max(0, CPP_SHORTEST_SAMPLES - len(samples))))
        return " ".join(segment.text.strip() for segment in other.transcribe(padded))

    return hear


LOADERS = {OURS: heedful, FASTER_WHISPER: faster_whisper, WHISPER_CPP: whisper_cpp}


def has_whisper_cpp() -> bool:
    """Whether it is installed; some machines have no build of it."""
    return importlib.util.find_spec("pywhispercpp") is not None


def prepare(system: str, model: str, folder: Path) -> str:
    """What the loader of that system takes for a packaged model; weights in its own layout are written to `folder`."""
    if system == OURS:
        return model
    if system == FASTER_WHISPER:
        return str(unpacked(model, folder))
    from asr.model.checkpoint import load_model
    from benchmarks.ggml import write_ggml

    write_ggml(load_model(model), folder / "ggml.bin")
    return str(folder / "ggml.bin")


def unpacked(model: str, folder: Path) -> Path:
    """A CTranslate2 folder with the packaged weights, joined where they come in parts."""
    from asr.model.checkpoint import PACKAGED_MODELS

    with (folder / "model.bin").open("wb") as joined:
        for part in PACKAGED_MODELS[model]:
            spec = importlib.util.find_spec(part.package)
            assert spec is not None
            assert spec.origin is not None
            source = Path(spec.origin).parent / part.path
            for other in source.parent.iterdir():
                if other.is_file() and not other.name.startswith("model.bin"):
                    shutil.copy(other, folder / other.name)
            joined.write(source.read_bytes())
    return folder
