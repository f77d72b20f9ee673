"""Utterances per second, side by side: ours beside faster-whisper's batched pipeline. Part of `make bench-asr`.

On a GPU where torch finds one, in half precision; else on the CPU, which gains less. Both systems take the same clips
of ../shared/bench/asr/read.jsonl in batches of the same sizes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from asr.audio.audio_files import read_audio
from asr.evaluation.recognition import ErrorCounts, count_errors, normalized
from asr.model.checkpoint import PACKAGED_MODELS
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer
from asr.samples import SAMPLE_RATE_HZ, Samples
from benchmarks.asr import DATA, read_entries
from benchmarks.systems import FASTER_WHISPER, OURS, unpacked

HearAll = Callable[[Sequence[Samples]], list[str]]
SYSTEMS = (OURS, FASTER_WHISPER)
REST_SAMPLES = SAMPLE_RATE_HZ // 10  # between clips that are joined for a pipeline that takes one recording


def main() -> None:
    """Measure and print a line for each batch size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="base", choices=list(PACKAGED_MODELS))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8, 32])
    parser.add_argument("--clips", type=int, default=90 if torch.cuda.is_available() else 32)
    parser.add_argument("--only", choices=SYSTEMS, help="measure this one and print JSON")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark clips are absent: {DATA}")
    if arguments.only:
        measure_one(arguments)
        return
    device = arguments.device if arguments.device != "cpu" else f"cpu, {os.cpu_count()} threads"
    print(f"{arguments.clips} clips of read.jsonl, {arguments.model}, on {device}")
    print(f"{'batch':>5}{'ours /s':>10}{'theirs /s':>11}{'our WER':>10}{'their WER':>11}")
    mine, other = (measured_apart(system) for system in SYSTEMS)
    for size, one, two in zip(arguments.batches, mine, other, strict=True):
        print(f"{size:5}{one[0]:10.2f}{two[0]:11.2f}{one[1]:10.1%}{two[1]:11.1%}", flush=True)


def measured_apart(system: str) -> list[tuple[float, float]]:
    """What a process of its own measures: once CTranslate2 has run, torch's threads are no longer side by side."""
    command = [sys.executable, "-m", "benchmarks.batches", *sys.argv[1:], "--only", system]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def measure_one(arguments: argparse.Namespace) -> None:
    """Print a line of JSON for each batch size: utterances per second, and the word error rate."""
    entries = read_entries("read")[: arguments.clips]
    clips = [read_audio(DATA / entry["audio"]) for entry in entries]
    texts = [entry["text"] for entry in entries]
    with tempfile.TemporaryDirectory() as folder:
        load = heedful if arguments.only == OURS else partial(faster_whisper, folder=Path(folder))
        for size in arguments.batches:
            print(json.dumps(measure(load(arguments.model, arguments.device, size), clips, texts)), flush=True)


def measure(hear_all: HearAll, clips: Sequence[Samples], texts: Sequence[str]) -> tuple[float, float]:
    """Utterances per second, and the word error rate."""
    hear_all(clips[:2])
    started = time.perf_counter()
    heard = hear_all(clips)
    seconds = time.perf_counter() - started
    errors = [count_errors(normalized(text), normalized(said))[0] for text, said in zip(texts, heard, strict=True)]
    return len(clips) / seconds, sum(errors, ErrorCounts()).rate


def heedful(model: str, device: str, batch_size: int) -> HearAll:
    """Our recogniser as a function of clips."""
    options = RecognizerOptions(model=model, device=device, batch_size=batch_size, threads=os.cpu_count())
    recognizer = WhisperRecognizer.load(options)
    return lambda clips: [transcript.text for transcript in recognizer.transcribe_all(clips)]


def faster_whisper(model: str, device: str, batch_size: int, folder: Path) -> HearAll:
    """faster-whisper's pipeline, greedy; float16 on a GPU, 8 bits on a CPU."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    kind, _, index = device.partition(":")
    other = WhisperModel(
        str(unpacked(model, folder)),
        device=kind,
        device_index=int(index or 0),
        compute_type="float16" if kind == "cuda" else "int8",
        cpu_threads=os.cpu_count() or 1,
    )
    pipeline = BatchedInferencePipeline(other)

    def hear_all(clips: Sequence[Samples]) -> list[str]:
        joined, spans = join(clips)
        segments, _ = pipeline.transcribe(
            joined, language="en", beam_size=1, batch_size=batch_size, clip_timestamps=spans, without_timestamps=True
        )
        texts = [""] * len(clips)
        for segment in segments:
            middle = (segment.start + segment.end) / 2
            texts[min(range(len(clips)), key=lambda i: _distance(middle, spans[i]))] += f" {segment.text.strip()}"
        return texts

    return hear_all


def join(clips: Sequence[Samples]) -> tuple[Samples, list[dict[str, float]]]:
    """The clips as one recording, and where each begins and ends in seconds."""
    spans, parts, position = [], [], 0
    for samples in clips:
        spans.append({"start": position / SAMPLE_RATE_HZ, "end": (position + len(samples)) / SAMPLE_RATE_HZ})
        parts += [samples, np.zeros(REST_SAMPLES, dtype=np.float32)]
        position += len(samples) + REST_SAMPLES
    return np.concatenate(parts), spans


def _distance(seconds: float, span: dict[str, float]) -> float:
    return max(span["start"] - seconds, seconds - span["end"], 0.0)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
