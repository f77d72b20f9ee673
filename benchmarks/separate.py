"""A recogniser in a process of its own: its memory can be told, and no other OpenMP runtime is in its way.

Once CTranslate2 has run in a process, torch's threads there are never again side by side. `python -m
benchmarks.separate SYSTEM MODEL THREADS` reads clips, a line with the number of samples, then float32 mono at 16 kHz,
and answers each with a line of JSON. MODEL is what the system's loader takes (see `benchmarks.systems`).
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from asr.samples import Samples
from benchmarks.systems import LOADERS


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    system, model, threads = sys.argv[1:]
    hear = LOADERS[system](model, int(threads))
    while line := sys.stdin.buffer.readline():
        samples = np.frombuffer(sys.stdin.buffer.read(4 * int(line)), dtype=np.float32).copy()
        started = time.perf_counter()
        text = hear(samples)
        seconds = time.perf_counter() - started
        answers.write(json.dumps([text, seconds, peak_mib()]) + "\n")
        answers.flush()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was heard, and what it took; the memory is the peak since the process began."""

    text: str
    seconds: float
    peak_mib: float


class SeparateRecognizer:
    """One system in its process; a context manager."""

    def __init__(self, system: str, model: str, threads: int) -> None:
        self._name = f"{system} {model}"
        command = [sys.executable, "-m", "benchmarks.separate", system, model, str(threads)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def hear(self, samples: Samples) -> Answer:
        """The text of `samples`. Raises RuntimeError when the process has ended; its stderr says why."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"%d\n" % len(samples) + samples.astype(np.float32).tobytes())
        self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            raise RuntimeError(f"{self._name} ended in the middle of a set")
        return Answer(*json.loads(line))

    def __enter__(self) -> "SeparateRecognizer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.communicate()


def peak_mib() -> float:
    """The most resident memory since this program began, from Linux's /proc: `getrusage` counts the parent's in."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status tells no VmHWM")


if __name__ == "__main__":
    main()
