"""Finds the names of a catalogue in a text by spelling and by sound, so that a misheard name still resolves."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from nlu.names.pronunciation import coarse, sounds_of
from nlu.options import SoundOptions
from nlu.spoken import find_spans
from nlu.spoken.span import SpanKind
from nlu.spoken.tokens import word_set

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
# What may be left out of a name, except between figures.
_SEPARATORS = re.compile(r"(?<!\d)(?:[^\w+#%*°]|_)+|(?:[^\w+#%*°]|_)+(?!\d)")
_GRAM = 3
# "Pull spuds pro" is rather Pulse Buds Pro than Pulse Buds: what a letter more is worth.
LONGER_IS_BETTER = 0.03
# One word each, as it is written or, of a quantity, its number: the rest of a text is taken word by word.
_ONE_WORD = frozenset({SpanKind.NUMBER, SpanKind.DIGITS, SpanKind.CODE, SpanKind.SPELLING, SpanKind.QUANTITY})
# A mention neither begins nor ends with these, unless the name does.
_FUNCTION_WORDS = word_set(
    """a an the of for to in on at is are was it its and or with about do does did you i my me your have has can could
    what which how much many who that this these those any some"""
)


@dataclass(frozen=True, slots=True)
class CatalogueName:
    """A thing's name, and everything it is called."""

    name: str
    forms: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """A name that a text has at characters `start` to `end` (exclusive), and what stands there.

    `confidence` is the probability that this name was said; it is 1 where the text has the name as it is written.
    """

    name: str
    id: str
    heard: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a name; all from 0 to 1."""

    likeness: float
    """Blend of the likenesses of sounds, of consonants and of letters."""
    length: float
    """The length of the name in sounds, 1 from 16 on: a short one is soon alike."""
    ordinary: float
    """Share of the words there that people say anyway."""
    is_written: bool = False
    """Whether the text has the name as it is written, but for spaces, capitals and how numbers are said."""


WRITTEN = Evidence(1.0, 1.0, 0.0, is_written=True)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to say the name of entry number `entry`."""

    entry: int
    name: str
    letters: str
    sounds: str
    consonants: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Window:
    """The words `first` to `last` (exclusive) of a text, at characters `start` to `end`, as a name might be said."""

    first: int
    last: int
    start: int
    end: int
    letters: str
    sounds: str
    consonants: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name compared with a stretch of a text, what speaks for it, and the probability that it was said."""

    form: _Form
    window: _Window
    evidence: Evidence
    confidence: float

    @property
    def name(self) -> str:
        """The name as the catalogue has it."""
        return self.form.name


class SoundIndex:
    """All the names of a catalogue; immutable and thread-safe.

    Names are looked up by the groups of three sounds they share with a stretch of the text, the rarest first, so that
    the time grows with the length of the text, hardly with the size of the catalogue.

    `ordinary_words` are what people say around names; a stretch of nothing but these is less likely a misheard name.
    """

    def __init__(
        self,
        entries: Iterable[CatalogueName],
        options: SoundOptions | None = None,
        ordinary_words: Iterable[str] = (),
    ) -> None:
        self._options = options or SoundOptions()
        self._entries = tuple(entries)
        self._ordinary = frozenset(word.lower() for word in ordinary_words)
        self._forms = tuple(dict.fromkeys(self._all_forms()))
        self._longest = max((len(form.words) for form in self._forms), default=0)
        self._written: dict[str, list[int]] = {}
        self._by_gram: dict[str, list[int]] = {}
        for at, form in enumerate(self._forms):
            self._written.setdefault(form.letters, []).append(at)
            for gram in set(_grams(form.sounds)):
                self._by_gram.setdefault(gram, []).append(at)

    def __len__(self) -> int:
        return len(self._entries)

    def _all_forms(self) -> Iterator[_Form]:
        for number, entry in enumerate(self._entries):
            for text in (entry.name, *entry.forms):
                words = _words(text)
                if words:
                    yield _form(number, entry.name, [word.text for word in words])

    def find(self, text: str) -> tuple[SoundMatch, ...]:
        """The names in `text` in reading order, none overlapping, each more likely than the options ask."""
        least = self._options.min_confidence
        rivalries = (rivals for rivals in self.compare(text) if any(rival.confidence > least for rival in rivals))
        shared = (candidate for rivals in rivalries for candidate in _shared(rivals))  # which only lowers confidences
        likely = [candidate for candidate in shared if candidate.confidence > least]
        return tuple(self._match(text, candidate) for candidate in self._chosen(likely))

    def compare(self, text: str) -> Iterator[list[Candidate]]:
        """The names that come into question for each stretch of `text`, stretch by stretch; a name may be there twice.

        Their confidences are those before they are shared among rivals.
        """
        words = _words(text)
        for window in self._windows(words):
            yield list(self._candidates(words, window))

    def _windows(self, words: Sequence[_Word]) -> Iterator[_Window]:
        """Stretches up to one word longer than the longest name: a misheard word may become two."""
        for first in range(len(words)):
            for last in range(first + 1, min(len(words), first + self._longest + 1) + 1):
                yield _window(words, first, last)

    def _candidates(self, words: Sequence[_Word], window: _Window) -> Iterator[Candidate]:
        """The names that might be said in `window`; where one stands there as it is written, nothing else is."""
        inner = words[window.first : window.last]
        written = self._written.get(window.letters, ())
        is_name = inner[0].text not in _FUNCTION_WORDS and inner[-1].text not in _FUNCTION_WORDS
        for at in written or (self._near(window) if is_name else ()):
            form = self._forms[at]
            if _fits(form, window, words):
                evidence = WRITTEN if written else self._evidence(form, window, inner)
                yield Candidate(form, window, evidence, confidence_of(evidence, self._options))

    def _near(self, window: _Window) -> list[int]:
        """The forms that share most of the rarest groups of sounds of `window`."""
        known = sorted((g for g in set(_grams(window.sounds)) if g in self._by_gram), key=self._rarity)
        votes: Counter[int] = Counter()
        for gram in known[: self._options.grams]:
            votes.update(self._by_gram[gram])
        return [at for at, _ in votes.most_common(self._options.candidates)]

    def _rarity(self, gram: str) -> tuple[int, str]:
        return len(self._by_gram[gram]), gram

    def _evidence(self, form: _Form, window: _Window, inner: Sequence[_Word]) -> Evidence:
        """What speaks for `form` being said in `window`, whose words are `inner`."""
        own, share = self._options, Levenshtein.normalized_similarity
        rest = 1 - own.sound_weight - own.consonant_weight
        likeness = (
            own.sound_weight * share(form.sounds, window.sounds)
            + own.consonant_weight * share(form.consonants, window.consonants)
            + rest * share(form.letters, window.letters)
        )
        ordinary = sum(word.text in self._ordinary and word.text not in form.words for word in inner) / len(inner)
        return Evidence(likeness, min(len(form.sounds) / 16, 1.0), ordinary)

    def _chosen(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """What is written, then the likeliest, none overlapping; of about equally likely ones the longest."""
        ranked = sorted(candidates, key=lambda e: (not e.evidence.is_written, -_strength(e), e.form.entry))
        kept: list[Candidate] = []
        taken: set[int] = set()
        for candidate in ranked:
            places = range(candidate.window.first, candidate.window.last)
            if taken.isdisjoint(places):
                kept.append(candidate)
                taken.update(places)
        return sorted(kept, key=lambda candidate: candidate.window.first)

    def _match(self, text: str, chosen: Candidate) -> SoundMatch:
        entry = self._entries[chosen.form.entry]
        start, end = chosen.window.start, chosen.window.end
        return SoundMatch(entry.name, entry.id, text[start:end], start, end, chosen.confidence)


def _fits(form: _Form, window: _Window, words: Sequence[_Word]) -> bool:
    """Whether the numbers agree: a Falcon Book 14 is no Falcon Book 16, however alike they sound."""
    if window.numbers and window.numbers != form.numbers:
        return False
    after = words[window.last].text if window.last < len(words) else ""
    return not (form.numbers and not window.numbers and _FIGURES.search(after))


def confidence_of(evidence: Evidence, options: SoundOptions) -> float:
    """The probability that the name was said: a logistic model of the evidence."""
    if evidence.is_written:
        return 1.0
    weights = options.calibration
    features = (1.0, evidence.likeness, evidence.length, evidence.ordinary)
    return 1 / (1 + math.exp(-sum(weight * feature for weight, feature in zip(weights, features, strict=True))))


def identity_of(name: str) -> str:
    """What all ways to write one name have in common; not capitals, hyphens and spaces, but every number and unit.

    `T-Shirt` and `t shirt` are one thing; `S24` and `S24+`, 1/2 and 12, 5 kg and 5 lb are not.
    """
    parts: list[str] = []
    end = 0
    for span in find_spans(name):
        parts += [name[end : span.start], span.value + span.unit]
        end = span.end
    plain = "".join([*parts, name[end:]]).casefold()
    return _SEPARATORS.sub("", plain) or plain


def _shared(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best of each name, its confidence shared with its rivals for the same words in proportion to their odds."""
    best: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=lambda candidate: candidate.confidence):
        best[candidate.form.entry] = candidate
    odds = {entry: _odds(candidate.confidence) for entry, candidate in best.items()}
    total = sum(odds.values())
    return [
        replace(candidate, confidence=candidate.confidence * odds[entry] / total) for entry, candidate in best.items()
    ]


def _strength(candidate: Candidate) -> float:
    return candidate.confidence * (1 + LONGER_IS_BETTER * len(candidate.form.letters))


def _odds(confidence: float) -> float:
    return confidence / max(1 - confidence, 1e-6)


def _words(text: str) -> list[_Word]:
    """The words of `text` in small letters, what is spoken of numbers and letters written as one word each."""
    words: list[_Word] = []
    end = 0
    for span in find_spans(text):
        if span.kind in _ONE_WORD:
            words += _plain_words(text, end, span.start)
            shown = span.value if span.kind is SpanKind.QUANTITY else span.written
            words.append(_Word(re.sub(r"[\s,-]", "", shown).lower(), span.start, span.end))
            end = span.end
    return words + _plain_words(text, end, len(text))


def plain_words(text: str) -> list[str]:
    """Return the words of `text` as they are compared: in small letters, numbers in figures."""
    return [word.text for word in _words(text)]


def _plain_words(text: str, start: int, end: int) -> list[_Word]:
    return [_Word(_plain(found.group()), *found.span()) for found in _WORD.finditer(text, start, end)]


def _plain(word: str) -> str:
    return word.lower().replace("\u2019", "'").removesuffix("'s")


def _form(entry: int, name: str, words: Sequence[str]) -> _Form:
    sounds = "".join(map(sounds_of, words))
    return _Form(entry, name, "".join(words), sounds, coarse(sounds), tuple(words), _numbers(words))


def _window(words: Sequence[_Word], first: int, last: int) -> _Window:
    inner = [word.text for word in words[first:last]]
    sounds = "".join(map(sounds_of, inner))
    start, end = words[first].start, words[last - 1].end
    return _Window(first, last, start, end, "".join(inner), sounds, coarse(sounds), _numbers(inner))


def _numbers(words: Iterable[str]) -> tuple[str, ...]:
    """The numbers in `words`, those within model numbers too: 1000 and 5 of `wh1000xm5`."""
    return tuple(figures for word in words for figures in _FIGURES.findall(word))


def _grams(sounds: str) -> Iterator[str]:
    """Groups of three sounds, the edges marked."""
    marked = f"^{sounds}$"
    return (marked[at : at + _GRAM] for at in range(len(marked) - _GRAM + 1))
