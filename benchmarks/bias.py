"""What favouring expected words buys: product names in synthetic speech, slot words in spoken coffee orders.

The product names are spoken by the built-in voice, which is one voice and clean. The coffee orders are recordings of
people in ../shared/bench (left out where that is absent): every second one is heard, and what is favoured are the slot
values that the others are labelled with.
"""

from collections.abc import Callable, Iterable, Sequence

import torch

from asr.acoustics import mix
from asr.audio import SAMPLE_RATE_HZ, read_audio
from asr.evaluation import Samples, normalized
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer
from asr.resampler import Resampler
from benchmarks.asr import DATA, read_entries, slot_words
from server.bootstrap import expected_phrases
from server.settings import load_settings
from server.speech import SPEECH_RATE_HZ, HibariSynthesizer

SENTENCES = ("How much is the {}?", "Is the {} in stock?", "Tell me about the {}, please.")
NOISE = DATA / "noise" / "picovoice_kitchen.flac"
Score = Callable[[WhisperRecognizer], float]


def main() -> None:
    """Print each figure without and with favoured words."""
    settings = load_settings()
    names = expected_phrases(settings)
    clips = list(spoken_names(names[:: max(1, len(names) // 60)]))
    print(f"strength {settings.asr.bias_strength:g}{'without':>44}{'with':>9}")
    compare("product names heard, built-in voice", names, lambda recognizer: names_heard(recognizer, clips))
    if not DATA.is_dir():
        print(f"the recordings of people are absent: {DATA}")
        return
    noise = read_audio(NOISE)
    noisy = [(name, mix(samples, noise, 5.0, seed)) for seed, (name, samples) in enumerate(clips)]
    compare("the same in kitchen noise at 5 dB", names, lambda recognizer: names_heard(recognizer, noisy))
    orders = read_entries("barista")
    values = sorted({str(value).strip() for order in orders[::2] for value in order["slots"].values()})
    compare("slot words of 149 coffee orders", values, lambda recognizer: slots_heard(recognizer, orders[1::2]))


def compare(what: str, phrases: Sequence[str], score: Score) -> None:
    """One line: the score without and with the phrases."""
    without, favoured = (score(WhisperRecognizer.load(RecognizerOptions(), chosen)) for chosen in ((), phrases))
    print(f"{what:40}{without:>14.1%}{favoured:>9.1%}", flush=True)


def spoken_names(names: Iterable[str]) -> Iterable[tuple[str, Samples]]:
    """Each name in a sentence, spoken: float32 [n], mono 16 kHz."""
    voice = HibariSynthesizer()
    for number, name in enumerate(names):
        resampler = Resampler(SPEECH_RATE_HZ, SAMPLE_RATE_HZ)
        yield name, resampler.push(voice.synthesize(SENTENCES[number % len(SENTENCES)].format(name)))


def names_heard(recognizer: WhisperRecognizer, clips: Sequence[tuple[str, Samples]]) -> float:
    """The share of the names that stand in the transcripts, as Whisper's normaliser writes both."""
    heard = [normalized(name) in normalized(recognizer.transcribe(samples).text) for name, samples in clips]
    return sum(heard) / len(heard)


def slots_heard(recognizer: WhisperRecognizer, orders: Sequence[dict[str, object]]) -> float:
    """The share of the words of the slot values that stand in the transcripts."""
    heard: list[bool] = []
    for order in orders:
        said = set(normalized(recognizer.transcribe(read_audio(DATA / str(order["audio"]))).text).split())
        heard += [word in said for word in slot_words(order)]
    return sum(heard) / len(heard)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
