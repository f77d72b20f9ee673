"""How often a turn is cut off in mid-sentence, and how long is waited after its end: `make bench-asr`.

Whole turns of recorded people are followed by silence; other turns have a pause put into their middle, between two
words of a recording or between halves of sentences said by the built-in voice. Each is heard by `server_vad` with
three silences and by `semantic_vad` with three kinds of eagerness, on the audio's own time: what the words say comes
as late as recognising them took. Word lists and times were tuned on other turns than those that are measured.
"""

import argparse
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np
import torch

from asr.recognizer import WhisperRecognizer
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.end_of_turn import Completeness, judge_completeness
from asr.segmentation.pauses import condense
from asr.segmentation.speech_events import SpeechPaused, SpeechStopped, Utterance
from asr.segmentation.vad import FRAME_SAMPLES
from asr.segmentation.vad_segmenter import VadSegmenter
from benchmarks.asr import DATA
from benchmarks.paused_speech import (
    MEASURED_HALVES,
    PAUSES_SECONDS,
    TUNED_HALVES,
    Turn,
    broken_recordings,
    broken_sentences,
    chosen_entries,
    complete_turns,
)
from server.bootstrap import load_aligner, load_recognizer
from server.defaults import turn_taking
from server.protocol.turn_taking import TurnRules
from server.settings import Settings, load_settings
from server.wire.session_config import SemanticVad, ServerVad

SETS = ("recorded", "paused", "spoken")
PAUSED_EVERY = 5  # finding the words of a recording is slow
TOLERANCE_MS = 100.0  # a turn may end so much before its last frame of voice


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one turn. `pause_seconds` 0: it has no pause of ours; `added_ms` None: it was cut off."""

    pause_seconds: float
    added_ms: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """When it is known how long a pause, told with so many samples, may last."""

    at_ms: float
    sample_count: int
    silence_ms: int


class Replay:
    """A voice detector that has heard it all before."""

    def __init__(self, probabilities: Iterable[float]) -> None:
        self._probabilities = iter(probabilities)

    def probabilities(self, samples: Samples) -> Samples:
        return np.fromiter(islice(self._probabilities, len(samples) // FRAME_SAMPLES), np.float32)

    def reset(self) -> None:
        """The turn goes on."""


@dataclass(slots=True)
class Hearing:
    """Judges what was said up to a pause, and how many milliseconds later that is known; each text only once."""

    recognizer: WhisperRecognizer
    _known: dict[tuple[str, int], tuple[Completeness, float]] = field(default_factory=dict)

    def judge(self, turn: Turn, utterance: Utterance) -> tuple[Completeness, float]:
        key = (turn.name, len(utterance.samples))
        if key not in self._known:
            started = time.perf_counter()
            transcript = self.recognizer.transcribe(condense(utterance.samples, utterance.pauses).samples)
            completeness = judge_completeness(transcript.text, transcript.language)
            self._known[key] = (completeness, (time.perf_counter() - started) * 1000)
        return self._known[key]


def main() -> None:
    """Measure and print a table for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--every", type=int, default=1, help="take every n-th turn of the recordings only")
    parser.add_argument("--odd", action="store_true", help="the turns that were tuned on")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"the recordings of people are absent: {DATA}")
        return
    settings = load_settings()
    hearing = Hearing(load_recognizer(settings))
    modes = all_modes(settings)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; Whisper {settings.asr.model}")
    for name in arguments.sets:
        outcomes: dict[str, list[Outcome]] = {mode: [] for mode in modes}
        for pause_seconds, turn in turns(name, int(arguments.odd), arguments.every, settings, hearing.recognizer):
            for mode, rules in modes.items():
                outcomes[mode].append(Outcome(pause_seconds, wait_ms(turn, rules, hearing)))
        print("\n".join(table(name, outcomes)), flush=True)


def all_modes(settings: Settings) -> dict[str, TurnRules]:
    """What is compared."""
    rules = turn_taking(settings).rules
    silences = {f"server_vad {ms}": rules(ServerVad(silence_duration_ms=ms)) for ms in (200, 500, 800)}
    eager = {f"semantic_vad {name}": rules(semantic(name)) for name in ("low", "medium", "high")}
    return silences | eager


def semantic(eagerness: str) -> SemanticVad:
    """`semantic_vad` with that eagerness."""
    return SemanticVad.model_validate({"type": "semantic_vad", "eagerness": eagerness})


def turns(
    name: str, parity: int, every: int, settings: Settings, recognizer: WhisperRecognizer
) -> Iterator[tuple[float, Turn]]:
    """The turns of one set with the pause put into each."""
    if name == "spoken":
        yield from broken_sentences(TUNED_HALVES if parity else MEASURED_HALVES)
    elif name == "recorded":
        yield from ((0.0, turn) for turn in complete_turns(chosen_entries(parity, every)))
    else:
        align = load_aligner(settings)
        entries = chosen_entries(parity, every * PAUSED_EVERY)
        yield from broken_recordings(entries, lambda samples: align(samples, recognizer.transcribe(samples)))


def wait_ms(turn: Turn, rules: TurnRules, hearing: Hearing) -> float | None:
    """How long after its end the turn is taken for ended, in milliseconds; None if that was before its end."""
    options = replace(rules.segmenter, partial_ms=0)  # nobody looks at the words in between
    segmenter = VadSegmenter(options, Replay(turn.voice))
    judgement: Judgement | None = None
    for number in range(len(turn.voice)):
        start = number * FRAME_SAMPLES
        events = segmenter.push(turn.samples[start : start + FRAME_SAMPLES])
        now_ms = (start + FRAME_SAMPLES) * 1000 / SAMPLE_RATE_HZ
        if judgement is not None and now_ms >= judgement.at_ms:
            events += segmenter.hold(judgement.sample_count, judgement.silence_ms)
            judgement = None
        for event in events:
            if isinstance(event, SpeechStopped):
                added_ms = event.end_ms - turn.end_ms
                return added_ms if added_ms >= -TOLERANCE_MS else None
            if isinstance(event, SpeechPaused) and rules.holds is not None:
                completeness, after_ms = hearing.judge(turn, event.utterance)
                silence_ms = rules.holds.silence_ms(completeness)
                judgement = Judgement(now_ms + after_ms, len(event.utterance.samples), silence_ms)
    raise RuntimeError(f"{turn.name}: no voice was found in it")


def table(name: str, outcomes: dict[str, list[Outcome]]) -> Iterator[str]:
    """One line for each way of hearing: what was cut off, by length of pause, and what was waited otherwise."""
    paused = name != "recorded"
    pauses = PAUSES_SECONDS if paused else ()
    count = len(next(iter(outcomes.values())))
    yield f"{name}, {count} turns" + ("; cut off at a pause of" if paused else "")
    yield f"{'':20}" + "".join(f"{f'{pause:g} s':>8}" for pause in pauses) + f"{'cut off':>9}{'wait p50':>10}{'p95':>9}"
    for mode, heard in outcomes.items():
        shares = [cut_off([one for one in heard if one.pause_seconds == pause]) for pause in pauses]
        waits = [one.added_ms for one in heard if one.added_ms is not None]
        times = "".join(f"{np.percentile(waits, share):>7.0f} ms" for share in (50, 95)) if waits else ""
        yield f"{mode:20}" + "".join(f"{share:>8.0%}" for share in shares) + f"{cut_off(heard):>9.1%} {times}"


def cut_off(outcomes: Sequence[Outcome]) -> float:
    """The share of the turns that were ended too early."""
    return sum(one.added_ms is None for one in outcomes) / len(outcomes)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
