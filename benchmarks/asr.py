"""Recognition beside faster-whisper (int8, beam 1) with the same weights and threads, clip by clip. `make bench-asr`.

Reads the public clips in ../shared/bench/asr and says so when they are absent. The systems, each in its own process,
take each clip in turn, so that the ratio of their times holds on a machine whose speed drifts; MiB is the peak of
their memory up to there. `--only` measures one alone. Where whisper.cpp (float16) is installed, it is measured beside
ours afterwards, on the sets that it gets through in a few minutes, the read one thinned out.
"""

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asr.audio.audio_files import read_audio
from asr.evaluation.recognition import Clip, ClipResult, judge, normalized, summarize
from asr.model.checkpoint import PACKAGED_MODELS
from asr.samples import SAMPLE_RATE_HZ
from benchmarks.separate import Answer, SeparateRecognizer
from benchmarks.systems import FASTER_WHISPER, LOADERS, OURS, WHISPER_CPP, has_whisper_cpp, prepare

DATA = Path(__file__).parents[2] / "shared" / "bench" / "asr"
SETS = ("command", "barista", "read", "long")
CPP_EVERY = {"command": 1, "read": 3}  # every n-th clip of these sets, for whisper.cpp


@dataclass(slots=True)
class Tally:
    """What one system did on one set."""

    results: list[ClipResult] = field(default_factory=list)
    slot_words: int = 0
    slot_words_heard: int = 0
    peak_mib: float = 0.0


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"], choices=list(PACKAGED_MODELS))
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip of a set only")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="for all systems")
    available = [system for system in LOADERS if system != WHISPER_CPP or has_whisper_cpp()]
    parser.add_argument("--only", choices=available, help="measure this system alone")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark clips are absent: {DATA}")
    print(f"{os.cpu_count()} processors, {arguments.threads} threads, load {os.getloadavg()[0]:.1f}")
    whole = dict.fromkeys(arguments.sets, arguments.every)
    thinned = {name: every * arguments.every for name, every in CPP_EVERY.items() if name in whole}
    if arguments.only:
        measure([arguments.only], arguments.models, whole, arguments.threads)
        return
    measure([OURS, FASTER_WHISPER], arguments.models, whole, arguments.threads)
    if WHISPER_CPP in available and thinned:
        measure([OURS, WHISPER_CPP], arguments.models, thinned, arguments.threads)


def measure(chosen: Sequence[str], models: Sequence[str], sets: Mapping[str, int], threads: int) -> None:
    """Print a table of these systems; `sets` says of which every how many-th clip is taken."""
    print(header(chosen))
    for model in models:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            systems = {
                system: stack.enter_context(SeparateRecognizer(system, prepare(system, model, Path(folder)), threads))
                for system in chosen
            }
            for name, every in sets.items():
                print(row(model, name, compare(read_entries(name)[::every], systems)), flush=True)


def read_entries(name: str) -> list[dict[str, Any]]:
    """The lines of a manifest."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def compare(entries: Sequence[dict[str, Any]], systems: Mapping[str, SeparateRecognizer]) -> dict[str, Tally]:
    """All systems on every clip, in an order that changes from clip to clip."""
    tallies = {system: Tally() for system in systems}
    for recognizer in systems.values():
        recognizer.hear(read_audio(DATA / entries[0]["audio"]))
    order = list(systems)
    for entry in entries:
        samples = read_audio(DATA / entry["audio"])
        for system in order:
            note(tallies[system], entry, len(samples) / SAMPLE_RATE_HZ, systems[system].hear(samples))
        order.append(order.pop(0))
    return tallies


def note(tally: Tally, entry: dict[str, Any], audio_seconds: float, answer: Answer) -> None:
    """One clip recognised by one system."""
    clip = Clip(DATA / entry["audio"], entry["text"] or "", entry["kind"])
    tally.results.append(judge(clip, answer.text, audio_seconds, answer.seconds))
    tally.peak_mib = answer.peak_mib
    heard = set(normalized(answer.text).split())
    wanted = list(slot_words(entry))
    tally.slot_words += len(wanted)
    tally.slot_words_heard += sum(word in heard for word in wanted)


def slot_words(entry: dict[str, Any]) -> Iterator[str]:
    """The words of the slot values a clip is labelled with."""
    for value in (entry.get("slots") or {}).values():
        yield from normalized(str(value)).split()


SHORT = {OURS: "our", FASTER_WHISPER: "their", WHISPER_CPP: "cpp"}


def header(systems: Sequence[str]) -> str:
    """The heading of the table, for the systems in it."""
    titles = [f"{SHORT[system]} ms" for system in systems]
    titles += [f"{SHORT[system]}/our" for system in systems if system != OURS and OURS in systems]
    for title in ("WER", "loops", "slots", "MiB"):
        titles += [f"{SHORT[system]} {title}" for system in systems]
    return f"{'model':9}{'set':9}{'clips':>6}" + "".join(f"{title:>12}" for title in titles)


def row(model: str, name: str, tallies: Mapping[str, Tally]) -> str:
    """One line of the table; a ratio is the median over the clips of their time by ours."""
    sums = {system: summarize(tally.results) for system, tally in tallies.items()}
    cells = [f"{summary.median_ms:.0f}" for summary in sums.values()]
    if OURS in tallies:
        cells += [f"{ratio(tallies[OURS], tally):.2f}" for system, tally in tallies.items() if system != OURS]
    cells += [f"{summary.words.rate:.1%}" if summary.words.length else "-" for summary in sums.values()]
    cells += [str(summary.loops) for summary in sums.values()]
    cells += [f"{t.slot_words_heard / t.slot_words:.1%}" if t.slot_words else "-" for t in tallies.values()]
    cells += [f"{tally.peak_mib:.0f}" for tally in tallies.values()]
    clips = next(iter(sums.values())).clips
    return f"{model:9}{name:9}{clips:6}" + "".join(f"{cell:>12}" for cell in cells)


def ratio(ours: Tally, theirs: Tally) -> float:
    """How many times as long they took, the median over the clips."""
    pairs = zip(theirs.results, ours.results, strict=True)
    return statistics.median(their.seconds / our.seconds for their, our in pairs)


if __name__ == "__main__":
    main()
