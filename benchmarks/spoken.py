"""What reading spoken forms and matching names by sound buy. Part of `make bench-nlu`.

Numbers and spellings: recordings of people in ../shared/bench (AN4), as they were said and as Whisper writes them. The
odd lines were there for development, the even ones are counted; the texts of both had been read before.

Product names: spoken by the built-in voice in kitchen noise at 5 dB and recognised without favoured words. Every second
product was there for development, in other sentences; the others are counted. `--fit` prints the weights of the
confidence from the development half, which stand in `SoundOptions`.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
import yaml

from asr.audio.audio_files import read_audio
from asr.audio.resampler import Resampler
from asr.evaluation.acoustics import mix
from asr.evaluation.recognition import normalized
from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer
from asr.samples import SAMPLE_RATE_HZ
from benchmarks.answers import DEFAULT
from benchmarks.asr import DATA, read_entries
from benchmarks.corpus import name_index, read_corpus
from nlu.joint.linear import fit_softmax
from nlu.names.sound_index import CatalogueName, Evidence, SoundIndex
from nlu.spoken import find_spans
from retrieval.document import PRODUCT, Document
from retrieval.evaluation.question_files import read_expectations
from retrieval.index.name_index import tokens_of
from retrieval.questions.product_resolution import ProductNames
from server.settings import Settings, load_settings
from server.turns.speech import HibariSynthesizer
from server.wire.audio_formats import SPEECH_RATE_HZ

NOISE = DATA / "noise" / "picovoice_kitchen.flac"
SNR_DB = 5.0
CLINC = DATA.parent / "nlu" / "clinc150" / "data_full.json"
FITTED_IN = ("Do you have the {}?", "I would like to buy a {}.", "What do people say about the {}?")
COUNTED_IN = ("How much is the {}?", "Is the {} in stock?", "Tell me about the {}, please.")
FIT_L2 = 0.1
FIT_SNRS_DB = (5.0, 0.0)
CONFIDENCE_BINS = 5
FIT_RIVALS = 2

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_MONTHS = "january february march april may june july august september october november december"
FIGURES = {word: str(value) for value, word in enumerate(_SMALL.split())} | {"oh": "0", "hundred": "00"}
TENS = {word: 10 * value for value, word in enumerate(_TENS.split(), start=2)}
MONTHS = {word: value for value, word in enumerate(_MONTHS.split(), start=1)}
DAYS = {f"{word}th": int(figures) for word, figures in FIGURES.items()} | {"first": 1, "second": 2, "third": 3}

Resolve = Callable[[str], set[str]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the recogniser made of a sentence, and the product that was named in it."""

    text: str
    product: str | None


def main() -> None:
    """Print the figures of both parts, or the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the confidence on the development half and print it")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark recordings are absent: {DATA}")
    settings = load_settings()
    recognizer = WhisperRecognizer.load(RecognizerOptions())
    if arguments.fit:
        fit(settings, recognizer)
    else:
        count_spellings(recognizer)
        count_names(settings, recognizer)


def count_spellings(recognizer: WhisperRecognizer) -> None:
    """The share of numbers and spellings that stand in the text, as it is and as it is read."""
    entries = read_entries("spelled")[1::2]
    labels = [expected(entry["text"].lower()) for entry in entries]
    said = [entry["text"].lower() for entry in entries]
    heard = [recognizer.transcribe(read_audio(DATA / entry["audio"])).text for entry in entries]
    total = sum(map(len, labels))
    print(f"{f'{total} numbers and spellings in {len(entries)} recordings':48}{'plain':>9}{'read':>9}")
    for what, texts in (("as they were said", said), ("as Whisper writes them", heard)):
        pairs = list(zip(texts, labels, strict=True))
        plain = sum(label in re.findall(r"\w+", text.upper()) for text, each in pairs for label in each)
        read = sum(label in {span.value for span in find_spans(text)} for text, each in pairs for label in each)
        print(f"  {what:46}{plain / total:>9.1%}{read / total:>9.1%}", flush=True)


def expected(said: str) -> list[str]:
    """The values in a reference, by a rule of its own: letters and number words that follow each other are one value.

    A day with its year is an ISO date; `nine twenty three sixty three` is a number, since nobody can tell.
    """
    words = said.split()
    month = next((at for at, word in enumerate(words) if word in MONTHS), None)
    if month is not None:
        day = next(_day(word) for word in words[:month] + words[month + 1 :])
        return [f"{runs(words[max(month + 1, 2) :])[0]}-{MONTHS[words[month]]:02}-{day:02}"]
    return [value + ".5" if said.endswith("and a half") else value for value in runs(words)]


def _day(word: str) -> int:
    return DAYS.get(word) or int(FIGURES[word])


def runs(words: Sequence[str]) -> list[str]:
    """Letters and figures in a row as one value each; other words stand between."""
    values = [""]
    after_tens = False
    for word in words:
        figures = FIGURES.get(word, "")
        if after_tens and len(figures) == 1 and figures != "0":
            values[-1] = values[-1][:-1] + figures
        elif figures or word in TENS:
            values[-1] += figures or str(TENS[word])
        elif len(word) == 1 and word != "a" or (word == "a" and "half" not in words):
            values[-1] += word.upper()
        else:
            values.append("")
        after_tens = word in TENS
    return [value for value in values if value]


def count_names(settings: Settings, recognizer: WhisperRecognizer) -> None:
    """How many product names resolve, how many sentences without one have a false one, and how sure it was."""
    products = read_products(settings)
    names = [product.title for product in products][1::2]
    named = list(hear(recognizer, [(sentence.format(name), name) for name in names for sentence in COUNTED_IN]))
    others = [
        question.question.text
        for file in DEFAULT
        for question in read_expectations(settings.path(settings.paths.knowledge) / file)
        if not any(id.startswith("product") for id in question.expected_ids)
    ]
    unnamed = list(hear(recognizer, [(text, None) for text in others if not exact(products, text)]))
    typed = [Heard(text, None) for text, _ in json.loads(CLINC.read_text("utf-8"))["val"]]
    index = sound_index(settings, products)
    lexical = ProductNames(name_index(products))
    ways: tuple[tuple[str, Resolve], ...] = (
        ("the name as it is written", lambda text: exact(products, text)),
        ("spelled alike (retrieval's own)", lambda text: {m.product_id for m in lexical.find(tokens_of(text))}),
        ("by sound", lambda text: {match.id for match in index.find(text)}),
    )
    print(
        f"\n{f'{len(named)} names in kitchen noise at 5 dB':40}{'right':>9}{'wrong':>9}"
        f"{f'false in {len(unnamed)} spoken':>20}{f'in {len(typed)} of CLINC150':>22}"
    )
    ids = {product.title: product.id for product in products}
    for what, resolve in ways:
        found = [(resolve(each.text), ids[str(each.product)]) for each in named]
        right = sum(ids_found == {id} for ids_found, id in found) / len(found)
        wrong = sum(bool(ids_found - {id}) for ids_found, id in found) / len(found)
        false = [sum(bool(resolve(each.text)) for each in sentences) for sentences in (unnamed, typed)]
        print(f"  {what:38}{right:>9.1%}{wrong:>9.1%}{false[0]:>20}{false[1]:>22}", flush=True)
    print_calibration(
        [
            (match.confidence, match.id == ids.get(str(each.product)))
            for each in named + unnamed
            for match in index.find(each.text)
        ]
    )


def print_calibration(pairs: Sequence[tuple[float, bool]]) -> None:
    """The expected calibration error (Naeini et al., AAAI 2015) of pairs of confidence and whether it was right."""
    confidence, right = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs], dtype=float)
    bins = np.minimum((confidence * CONFIDENCE_BINS).astype(int), CONFIDENCE_BINS - 1)
    gaps = [
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
    ]
    print(
        f"  by sound, {len(pairs)} found: mean confidence {confidence.mean():.3f}, right {right.mean():.3f}, "
        f"calibration error {sum(gaps):.3f}"
    )


def fit(settings: Settings, recognizer: WhisperRecognizer) -> None:
    """Print the weights of a logistic model of the evidence, from the development half."""
    products = read_products(settings)
    names = [product.title for product in products][::2]
    sentences = [(sentence.format(name), name) for name in names for sentence in FITTED_IN]
    named = [heard for snr_db in FIT_SNRS_DB for heard in hear(recognizer, sentences, snr_db)]
    unnamed = [Heard(text, None) for text, _ in json.loads(CLINC.read_text("utf-8"))["train"][::10]]
    index = sound_index(settings, products)
    pairs = [pair for each in (*named, *unnamed) for pair in judged(index, each)]
    features = np.array([[e.likeness, e.length, e.ordinary] for e, _ in pairs], dtype=np.float32)
    layer = fit_softmax(features, np.array([right for _, right in pairs], dtype=np.int64), 2, FIT_L2)
    weights = [float(layer.bias[1] - layer.bias[0]), *(layer.weights[1] - layer.weights[0]).tolist()]
    print(f"calibration: {', '.join(f'{weight:.2f}' for weight in weights)} from {len(pairs)} comparisons")


def judged(index: SoundIndex, heard: Heard) -> Iterator[tuple[Evidence, bool]]:
    """The likest names of a text in which none is written, and whether each is the one that was said."""
    best: dict[str, Evidence] = {}
    for candidate in chain.from_iterable(index.compare(heard.text)):
        evidence = candidate.evidence
        if evidence.is_written:
            return
        if candidate.name not in best or evidence.likeness > best[candidate.name].likeness:
            best[candidate.name] = evidence
    ranked = sorted(best.items(), key=lambda pair: -pair[1].likeness)
    yield from ((evidence, name == heard.product) for name, evidence in ranked[:FIT_RIVALS])


def hear(
    recognizer: WhisperRecognizer, sentences: Iterable[tuple[str, str | None]], snr_db: float = SNR_DB
) -> Iterator[Heard]:
    """Each sentence spoken in kitchen noise, and recognised."""
    voice, noise = HibariSynthesizer(), read_audio(NOISE)
    for seed, (text, product) in enumerate(sentences):
        samples = Resampler(SPEECH_RATE_HZ, SAMPLE_RATE_HZ).push(voice.synthesize(text))
        yield Heard(recognizer.transcribe(mix(samples, noise, snr_db, seed)).text, product)


def exact(products: Sequence[Document], text: str) -> set[str]:
    """The products whose name or other name stands in the text, as Whisper's normaliser writes both."""
    heard = f" {normalized(text)} "
    return {one.id for one in products if any(f" {normalized(name)} " in heard for name in (one.title, *one.aliases))}


def sound_index(settings: Settings, products: Sequence[Document]) -> SoundIndex:
    """The products by sound, with the words of the assistant's examples as what people say anyway."""
    data = settings.path(settings.paths.assistant) / "data" / "nlu.yml"
    examples = " ".join(each["examples"] for each in yaml.safe_load(data.read_text("utf-8"))["nlu"] if "intent" in each)
    around = re.findall(r"[a-z']+", re.sub(r"\[[^]]*\]\(product\)", " ", examples.lower()))
    return SoundIndex((CatalogueName(one.title, one.aliases, one.id) for one in products), ordinary_words=around)


def read_products(settings: Settings) -> list[Document]:
    """The products of the demo shop."""
    return [one for one in read_corpus(settings.path(settings.paths.knowledge)) if one.kind == PRODUCT]


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    main()
