"""Recognition beside faster-whisper (int8, beam 1) with the same weights and threads, clip by clip. `make bench-asr`.

Reads the public clips in ../shared/bench/asr and says so when they are absent. The two systems take each clip in turn,
so that the ratio of their times holds on a machine whose speed drifts.
"""

import argparse
import importlib.util
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from asr.audio import SAMPLE_RATE_HZ, read_audio
from asr.checkpoint import PACKAGED_MODELS
from asr.evaluation import Clip, ClipResult, Samples, judge, normalized, summarize
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer

DATA = Path(__file__).parents[2] / "shared" / "bench" / "asr"
SETS = ("command", "barista", "read", "long")
Hear = Callable[[Samples], str]


@dataclass(slots=True)
class Tally:
    """What one system did on one set."""

    results: list[ClipResult] = field(default_factory=list)
    slot_words: int = 0
    slot_words_heard: int = 0


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"], choices=list(PACKAGED_MODELS))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip of a set only")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for both systems")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark clips are absent: {DATA}")
    print(f"{os.cpu_count()} processors, {arguments.threads} threads, load {os.getloadavg()[0]:.1f}")
    print(f"{'model':9}{'set':9}{'clips':>6}{'ours ms':>9}{'theirs ms':>10}{'ratio':>7}", end="")
    print(f"{'our WER':>9}{'their WER':>10}{'our loops':>10}{'their loops':>12}{'our slots':>10}{'their slots':>12}")
    for model in arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = heedful(model, arguments.threads), faster_whisper(model, arguments.threads, Path(folder))
            for name in arguments.sets:
                entries = read_entries(name)[:: arguments.every]
                print(row(model, name, *compare(entries, ours, theirs)), flush=True)


def heedful(model: str, threads: int) -> Hear:
    """Our recogniser as a function of samples."""
    recognizer = WhisperRecognizer.load(RecognizerOptions(model=model, threads=threads))
    return lambda samples: recognizer.transcribe(samples).text


def faster_whisper(model: str, threads: int, folder: Path) -> Hear:
    """faster-whisper on the CPU in 8 bits, greedy, without its own voice activity filter."""
    from faster_whisper import WhisperModel

    other = WhisperModel(str(unpacked(model, folder)), device="cpu", compute_type="int8", cpu_threads=threads)

    def hear(samples: Samples) -> str:
        segments, _ = other.transcribe(samples, language="en", beam_size=1, condition_on_previous_text=False)
        return " ".join(segment.text.strip() for segment in segments)

    return hear


def unpacked(model: str, folder: Path) -> Path:
    """A CTranslate2 folder with the packaged weights, joined where they come in parts."""
    for part in PACKAGED_MODELS[model]:
        spec = importlib.util.find_spec(part.package)
        assert spec is not None
        assert spec.origin is not None
        source = Path(spec.origin).parent / part.path
        for other in source.parent.iterdir():
            if other.is_file() and not other.name.startswith("model.bin"):
                (folder / other.name).write_bytes(other.read_bytes())
        with (folder / "model.bin").open("ab") as joined:
            joined.write(source.read_bytes())
    return folder


def read_entries(name: str) -> list[dict[str, Any]]:
    """The lines of a manifest."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def compare(entries: Sequence[dict[str, Any]], ours: Hear, theirs: Hear) -> tuple[Tally, Tally, list[float]]:
    """Both systems on every clip, in an order that alternates; and how many times slower they are, clip by clip."""
    tallies = (Tally(), Tally())
    warm = read_audio(DATA / entries[0]["audio"])
    ours(warm), theirs(warm)
    ratios = []
    for number, entry in enumerate(entries):
        samples = read_audio(DATA / entry["audio"])
        systems = ((ours, tallies[0]), (theirs, tallies[1]))
        for hear, tally in systems if number % 2 else systems[::-1]:
            note(tally, entry, samples, hear)
        ratios.append(tallies[1].results[-1].seconds / tallies[0].results[-1].seconds)
    return *tallies, ratios


def note(tally: Tally, entry: dict[str, Any], samples: Samples, hear: Hear) -> None:
    """One clip recognised by one system."""
    started = time.perf_counter()
    text = hear(samples)
    seconds = time.perf_counter() - started
    clip = Clip(DATA / entry["audio"], entry["text"] or "", entry["kind"])
    tally.results.append(judge(clip, text, len(samples) / SAMPLE_RATE_HZ, seconds))
    heard = set(normalized(text).split())
    wanted = list(slot_words(entry))
    tally.slot_words += len(wanted)
    tally.slot_words_heard += sum(word in heard for word in wanted)


def slot_words(entry: dict[str, Any]) -> Iterator[str]:
    """The words of the slot values a clip is labelled with."""
    for value in (entry.get("slots") or {}).values():
        yield from normalized(str(value)).split()


def row(model: str, name: str, ours: Tally, theirs: Tally, ratios: Sequence[float]) -> str:
    """One line of the table; the ratio is the median over the clips of their time by ours."""
    mine, other = summarize(ours.results), summarize(theirs.results)
    known = mine.words.length > 0
    wer = [f"{summary.words.rate:.1%}" if known else "-" for summary in (mine, other)]
    slots = [f"{t.slot_words_heard / t.slot_words:.1%}" if t.slot_words else "-" for t in (ours, theirs)]
    return (
        f"{model:9}{name:9}{mine.clips:6}{mine.median_ms:9.0f}{other.median_ms:10.0f}{statistics.median(ratios):7.2f}"
        f"{wer[0]:>9}{wer[1]:>10}{mine.loops:10}{other.loops:12}{slots[0]:>10}{slots[1]:>12}"
    )


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
