"""Turns of speech whose end is known: whole ones, and ones with a pause put into the middle of the sentence.

The recordings are those in ../shared/bench; the halves of sentences are said by the built-in voice. Everything is drawn
by seed, so that two runs hear the same.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from asr.audio.audio_files import read_audio
from asr.audio.resampler import Resampler
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.segmentation.vad import FRAME_SAMPLES, SileroVad
from asr.transcript import Transcript, Word
from benchmarks.asr import DATA, read_entries
from server.turns.speech import HibariSynthesizer
from server.wire.audio_formats import SPEECH_RATE_HZ

NOISE = DATA / "noise" / "soundpy_fridge.flac"
NOISE_BELOW_SPEECH_DB = 35.0
LEAD_SECONDS = 0.5
TAIL_SECONDS = 9.0  # longer than any turn is waited for
LONGEST_SECONDS = 14.0
PAUSES_SECONDS = (0.4, 0.8, 1.2, 1.6, 2.0)
VOICE_PROBABILITY = 0.5
FEWEST_WORDS = 6

# What people say to a shop, broken where they stop to think or to look something up: first what was tuned on.
TUNED_HALVES = (
    ("I would like to return the", "kettle that I bought last week."),
    ("Where is my order, the number is", "four eight two one three."),
    ("Do you have any headphones that are", "good for running?"),
    ("How much does the", "Pulse Buds 2 cost?"),
    ("I am looking for a laptop with", "at least sixteen gigabytes of memory."),
    ("Can you tell me whether", "the kettle is in stock?"),
    ("I need a charger for my", "old phone."),
    ("What is the difference between the Pulse Buds and", "the Pulse Buds Pro?"),
    ("My order number is four eight two", "one three."),
    ("I want to buy a present for my mother, who", "reads a lot."),
    ("Is the tablet um", "waterproof?"),
    ("I would like a large coffee with", "two sugars."),
    ("Set a timer for", "ten minutes."),
    ("Please turn off the lights in the", "kitchen and the hall."),
    ("I ordered a printer but", "I got a scanner."),
    ("Could you", "repeat that please?"),
    ("I was wondering if", "you ship to Canada."),
    ("The parcel arrived on Monday and", "it was broken."),
    ("What do people say about the", "battery of the phone?"),
    ("Remind me to call", "the dentist tomorrow."),
    ("I would like to know", "when the shop opens."),
    ("Add milk,", "bread and butter to the list."),
    ("Because the box was damaged,", "I want my money back."),
    ("I am not sure, maybe", "the blue one."),
    ("Which of your monitors is", "best for films?"),
    ("If I do not like it, can I", "send it back?"),
    ("I think I want the one that has", "the bigger screen."),
    ("Show me phones under", "three hundred dollars."),
    ("Well, uh,", "I have a question about my bill."),
    ("Does the speaker come in", "any other colours?"),
)
MEASURED_HALVES = (
    ("Good morning, I would like to change my", "delivery address."),
    ("Can you look up the order that I", "placed yesterday?"),
    ("I bought a blender from you and", "it does not turn on."),
    ("How many days do I have to", "send something back?"),
    ("Is there a warranty on the", "robot vacuum?"),
    ("We need a projector for our", "meeting room."),
    ("The card that I paid with was", "replaced last month."),
    ("What would you recommend for", "a small kitchen?"),
    ("Tell me when the", "new phones arrive."),
    ("I have tried to call you but", "nobody picked up."),
    ("Does the watch work with", "my telephone?"),
    ("Please put the camera in my basket, and", "the memory card as well."),
    ("My name is", "Catherine Miller."),
    ("The code on the label is seven three", "nine one two."),
    ("I am calling about", "a letter that I received."),
    ("Do I pay for shipping if", "I return only one of them?"),
    ("Which one of these two", "has the longer battery life?"),
    ("I saw a lamp on your page that", "I cannot find any more."),
    ("Let me think,", "the black one, please."),
    ("There is a scratch on the screen", "of the laptop that you sent me."),
)


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """Somebody's turn: float32 [n] mono 16 kHz, where it ends, and how likely each of Silero's frames holds voice."""

    name: str
    samples: Samples
    end_ms: float
    voice: tuple[float, ...]

    @property
    def is_heard(self) -> bool:
        """Whether voice is found in the turn at all."""
        voiced = np.array(self.voice) >= VOICE_PROBABILITY
        return bool((voiced[:-1] & voiced[1:]).any())


def complete_turns(entries: Iterable[dict[str, Any]]) -> Iterator[Turn]:
    """Each recording with silence after it; those whose voice is not found in the noise are left out."""
    noise, detector = read_audio(NOISE), SileroVad.load()
    for seed, entry in enumerate(entries):
        turn = _turn(entry["audio"], [read_audio(DATA / entry["audio"])], 0.0, noise, detector, seed)
        if turn.is_heard:
            yield turn


def broken_recordings(
    entries: Iterable[dict[str, Any]], align: Callable[[Samples], Transcript]
) -> Iterator[tuple[float, Turn]]:
    """Recordings cut between two words in their middle, once for each length of pause.

    Those of few words, and those whose voice is not found in the noise, are left out.
    """
    noise, detector = read_audio(NOISE), SileroVad.load()
    for seed, entry in enumerate(entries):
        samples = read_audio(DATA / entry["audio"])
        words = [word for segment in align(samples).segments for word in segment.words]
        if len(words) >= FEWEST_WORDS:
            cut = _cut(samples, words, seed)
            halves, name = [samples[:cut], samples[cut:]], f"{entry['audio']} in halves"
            turns = ((seconds, _turn(name, halves, seconds, noise, detector, seed)) for seconds in PAUSES_SECONDS)
            yield from ((seconds, turn) for seconds, turn in turns if turn.is_heard)


def broken_sentences(halves: Sequence[tuple[str, str]]) -> Iterator[tuple[float, Turn]]:
    """Sentences said by the built-in voice in two halves, once for each length of pause."""
    noise, detector, voice = read_audio(NOISE), SileroVad.load(), HibariSynthesizer()
    for seed, texts in enumerate(halves):
        spoken = [_to_16_khz(voice.synthesize(text)) for text in texts]
        for seconds in PAUSES_SECONDS:
            yield seconds, _turn(" | ".join(texts), spoken, seconds, noise, detector, seed)


def chosen_entries(parity: int, every: int) -> list[dict[str, Any]]:
    """Every n-th of the odd (1) or even (0) recordings that are short enough for a turn."""
    chosen: list[dict[str, Any]] = []
    for name in ("command", "barista", "read", "misc"):
        fit = [entry for entry in read_entries(name) if entry["seconds"] <= LONGEST_SECONDS]
        chosen += fit[parity::2][::every]
    return chosen


def _turn(
    name: str, parts: Sequence[Samples], pause_seconds: float, noise: Samples, detector: SileroVad, seed: int
) -> Turn:
    gap = np.zeros(int(pause_seconds * SAMPLE_RATE_HZ), np.float32)
    lead, tail = (np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32) for seconds in (LEAD_SECONDS, TAIL_SECONDS))
    trimmed = [_spoken(part, detector) for part in parts]
    speech = np.concatenate([piece for part in trimmed for piece in (gap, part)][1:])
    samples = np.concatenate([lead, speech, tail])
    samples += _floor(noise, len(samples), np.concatenate(trimmed), seed)
    end_ms = (len(lead) + len(speech)) * 1000 / SAMPLE_RATE_HZ
    return Turn(name, samples, end_ms, tuple(_voice(samples, detector).tolist()))


def _floor(noise: Samples, length: int, speech: Samples, seed: int) -> Samples:
    """A stretch of the noise, as far below the speech as is set; turns of one seed begin with the same."""
    start = int(np.random.default_rng(seed).integers(len(noise)))
    gain = float(np.sqrt(np.square(speech).mean() / np.square(noise).mean())) * 10 ** (-NOISE_BELOW_SPEECH_DB / 20)
    return np.resize(np.roll(noise, -start), length).astype(np.float32) * np.float32(gain)


def _spoken(samples: Samples, detector: SileroVad) -> Samples:
    """The samples from the first to the last frame that holds voice."""
    voiced = np.flatnonzero(_voice(samples, detector) >= VOICE_PROBABILITY)
    if not len(voiced):
        return samples
    return samples[voiced[0] * FRAME_SAMPLES : (voiced[-1] + 1) * FRAME_SAMPLES]


def _voice(samples: Samples, detector: SileroVad) -> Samples:
    """The voice probability of each whole frame."""
    return detector.stream().probabilities(samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES])


def _cut(samples: Samples, words: Sequence[Word], seed: int) -> int:
    """The quietest moment between two words of the middle third."""
    rng = np.random.default_rng(seed)
    after = int(rng.integers(len(words) // 3, 2 * len(words) // 3 + 1))
    first = int((words[after - 1].end_seconds - 0.06) * SAMPLE_RATE_HZ)
    last = int((words[after].start_seconds + 0.06) * SAMPLE_RATE_HZ)
    step = SAMPLE_RATE_HZ // 50
    starts = range(max(0, first), max(first + 1, last - step), step // 4)
    return min(starts, key=lambda at: float(np.square(samples[at : at + step]).sum())) + step // 2


def _to_16_khz(samples: Samples) -> Samples:
    resampler = Resampler(SPEECH_RATE_HZ, SAMPLE_RATE_HZ)
    return np.concatenate([resampler.push(samples), resampler.flush()])
