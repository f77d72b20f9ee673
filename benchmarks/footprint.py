"""The memory that a recogniser needs, in a process that loads nothing else.

`python -m benchmarks.footprint SYSTEM MODEL THREADS CLIP...` recognises the clips and prints the peak of its resident
memory in MiB. MODEL is what the system's loader takes (see `benchmarks.systems`); clips are 16 kHz mono.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import soundfile

from benchmarks.systems import LOADERS


def main() -> None:
    """Recognise and print."""
    system, model, threads, *clips = sys.argv[1:]
    hear = LOADERS[system](model, int(threads))
    for clip in clips:
        samples, rate_hz = soundfile.read(clip, dtype="float32")
        if rate_hz != 16_000 or samples.ndim != 1:
            raise SystemExit(f"{clip} has {rate_hz} Hz and shape {samples.shape}; 16 kHz mono is wanted")
        hear(samples)
    print(f"{peak_mib():.0f}")


def peak_mib() -> float:
    """The most resident memory since this program began, from Linux's /proc: `getrusage` counts the parent's in."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status tells no VmHWM")


def measure(system: str, model: str, threads: int, clips: Sequence[Path]) -> float:
    """MiB at the peak, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.footprint", system, model, str(threads), *map(str, clips)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


if __name__ == "__main__":
    main()
