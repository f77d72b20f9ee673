"""What favouring expected words buys, and what it costs speech that has none of them.

Product names and order numbers in synthetic speech, slot words in spoken coffee orders, word errors on read speech.

Names and numbers are spoken by the built-in voice, which is one voice and clean. The coffee orders are recordings of
people in ../shared/bench (left out where that is absent): every second one is heard, and what is favoured are the slot
values that the others are labelled with. The read speech is LibriSpeech's, with the product names favoured.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import torch

from asr.audio.audio_files import read_audio
from asr.audio.resampler import Resampler
from asr.decoding.phrase_bias import DIGIT
from asr.evaluation.acoustics import mix
from asr.evaluation.recognition import Clip, ClipResult, evaluate, normalized, summarize
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer
from asr.samples import SAMPLE_RATE_HZ, Samples
from benchmarks.asr import DATA, read_entries, slot_words
from nlu.spoken import written
from server.expected_phrases import expected_phrases
from server.settings import load_settings
from server.turns.speech import HibariSynthesizer
from server.wire.audio_formats import SPEECH_RATE_HZ

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ORDERS = (
    "Where is my order {}?",
    "My order number is {}.",
    "I am calling about order number {}.",
    "Has order {} come?",
)
SENTENCES = ("How much is the {}?", "Is the {} in stock?", "Tell me about the {}, please.")
NOISE = DATA / "noise" / "picovoice_kitchen.flac"
Score = Callable[[WhisperRecognizer], float]


def main() -> None:
    """Print each figure without and with favoured words."""
    settings = load_settings()
    phrases = expected_phrases(settings)
    names = [phrase for phrase in phrases if DIGIT not in phrase]
    clips = list(spoken_names(names[:: max(1, len(names) // 60)]))
    print(f"strength {settings.asr.bias_strength:g}{'without':>44}{'with':>9}")
    compare("product names heard, built-in voice", names, lambda recognizer: names_heard(recognizer, clips))
    if not DATA.is_dir():
        print(f"the recordings of people are absent: {DATA}")
        return
    kitchen = read_audio(NOISE)
    noisy = with_noise(clips, kitchen, 5.0)
    compare("the same in kitchen noise at 5 dB", names, lambda recognizer: names_heard(recognizer, noisy))
    orders = list(spoken_numbers(40, seed=3))
    for level_db in (5.0, 0.0):
        score = partial(numbers_read, clips=with_noise(orders, kitchen, level_db))
        compare(f"40 order numbers, in kitchen noise at {level_db:g} dB", phrases, score)
    coffees = read_entries("barista")
    values = sorted({str(value).strip() for order in coffees[::2] for value in order["slots"].values()})
    compare("slot words of 149 coffee orders", values, lambda recognizer: slots_heard(recognizer, coffees[1::2]))
    read = [Clip(DATA / entry["audio"], entry["text"], entry["kind"]) for entry in read_entries("read")]
    compare("word errors on read speech, 90 clips", phrases, lambda recognizer: word_error_rate(recognizer, read))


def with_noise(clips: Sequence[tuple[str, Samples]], noise: Samples, level_db: float) -> list[tuple[str, Samples]]:
    """The clips in noise."""
    return [(text, mix(samples, noise, level_db, seed)) for seed, (text, samples) in enumerate(clips)]


def compare(what: str, phrases: Sequence[str], score: Score) -> None:
    """One line: the score without and with the phrases."""
    without, favoured = (score(WhisperRecognizer.load(RecognizerOptions(), chosen)) for chosen in ((), phrases))
    print(f"{what:40}{without:>14.1%}{favoured:>9.1%}", flush=True)


def spoken_names(names: Iterable[str]) -> Iterator[tuple[str, Samples]]:
    """Each name in a sentence, spoken: float32 [n], mono 16 kHz."""
    voice = HibariSynthesizer()
    for number, name in enumerate(names):
        yield name, speak(voice, SENTENCES[number % len(SENTENCES)].format(name))


def spoken_numbers(count: int, seed: int) -> Iterator[tuple[str, Samples]]:
    """Numbers of orders, of five digits said one by one, in sentences."""
    voice, rng = HibariSynthesizer(), np.random.default_rng(seed)
    for place in range(count):
        digits = rng.integers(0, 10, 5)
        said = " ".join(DIGITS[digit] for digit in digits)
        yield "".join(map(str, digits)), speak(voice, ORDERS[place % len(ORDERS)].format(said))


def speak(voice: HibariSynthesizer, text: str) -> Samples:
    """The text in the voice: float32 [n], mono 16 kHz."""
    return Resampler(SPEECH_RATE_HZ, SAMPLE_RATE_HZ).push(voice.synthesize(text))


def names_heard(recognizer: WhisperRecognizer, clips: Sequence[tuple[str, Samples]]) -> float:
    """The share of the names that stand in the transcripts, as Whisper's normaliser writes both."""
    heard = [normalized(name) in normalized(recognizer.transcribe(samples).text) for name, samples in clips]
    return sum(heard) / len(heard)


def numbers_read(recognizer: WhisperRecognizer, clips: Sequence[tuple[str, Samples]]) -> float:
    """The share of the numbers that can be read in the transcripts, whether written in words or digits."""
    texts = [(number, written(recognizer.transcribe(samples).text)) for number, samples in clips]
    joined = [(number, re.sub(r"(?<=\d)[ ,.-]+(?=\d)", "", text)) for number, text in texts]
    return sum(number in re.findall(r"\d+", text) for number, text in joined) / len(joined)


def slots_heard(recognizer: WhisperRecognizer, orders: Sequence[dict[str, object]]) -> float:
    """The share of the words of the slot values that stand in the transcripts."""
    heard: list[bool] = []
    for order in orders:
        said = set(normalized(recognizer.transcribe(read_audio(DATA / str(order["audio"]))).text).split())
        heard += [word in said for word in slot_words(order)]
    return sum(heard) / len(heard)


def word_error_rate(recognizer: WhisperRecognizer, clips: Sequence[Clip]) -> float:
    """Word errors per word of the clips' texts."""
    results = [result for result in evaluate(recognizer.transcribe, clips) if isinstance(result, ClipResult)]
    return summarize(results).words.rate


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
