"""Finds which property of a product a question asks for, from the words that customers have for it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.document import Document
from retrieval.language.labels import extra_words, plain_label, singular
from retrieval.language.wording import words

# How the facts of a concept's document are labelled.
LABEL, ABROAD, MORE, LESS, UNIT, VALUE, HAS = "label", "abroad", "more", "less", "unit", "value", "has"
DESCRIPTION = "description"  # the concept of the product as a whole
NAMED_BONUS = 0.1  # for a concept whose name or first label stands in the question
NAMED_SCORE = 0.45  # the least that such a concept has before the bonus: "and the weight?" is too short to be like much
PLACES_REMEMBERED = 4096  # of labels, by each concept
RANKING_SCORE = 0.7  # of a concept that a word of the question ranks by: "lighter" says more than its sentence


@dataclass(frozen=True, slots=True)
class Concept:
    """A property of products.

    `labels` are the fact labels that state it, best first. `more` and `less` match the words that rank products by it
    ("heavier", "lightest"). `abroad` are labels in other languages. `units` are base units of its values; `values` are
    words of which a value has one or a few; `has` says that a mere yes or no may state it.
    """

    name: str
    labels: tuple[str, ...]
    more: re.Pattern[str] | None = None
    less: re.Pattern[str] | None = None
    abroad: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    has: bool = False
    is_general: bool = False
    """Whether it is known of things in general, not from the shop's own file."""
    _places: dict[str, tuple[int, int] | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def place_of(self, label: str) -> tuple[int, int] | None:
        """How well a record's label states it, (0, 0) best: the words that it has more, and how many labels fit better.

        None when it does not state it.
        """
        try:
            return self._places[label]
        except KeyError:
            place = _place((*self.labels, *self.abroad), label, self.is_general)
        if len(self._places) >= PLACES_REMEMBERED:
            self._places.clear()
        self._places[label] = place
        return place

    def spoken(self, label: str) -> str:
        """What to call a property that stands under `label`: by the concept's name where that is another language's."""
        place = self.place_of(label)
        return self.name if place and place[1] >= len(self.labels) else label


def _place(labels: tuple[str, ...], label: str, is_general: bool) -> tuple[int, int] | None:
    lower = label.lower()
    if lower in labels:
        return 0, labels.index(lower)
    if not is_general:
        return None
    said = plain_label(label).words
    known = [(extra_words(said, plain_label(each).words), at) for at, each in enumerate(labels)]
    return min(((extra, at) for extra, at in known if extra is not None), default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A concept, how sure it is that a question asks for it, and the word of the question that ranks by it."""

    concept: Concept
    score: float
    ranking: int = 0  # +1 for the most of it ("heavier"), -1 for the least, 0 when it does not rank
    trigger: str = ""


def concept_of(document: Document, *, is_general: bool = False) -> Concept:
    """The concept that a document of that kind describes."""
    texts: dict[str, list[str]] = {}
    for fact in document.facts:
        texts.setdefault(fact.label, []).append(fact.text.lower())
    name = document.title.lower()
    return Concept(
        name,
        tuple(texts.get(LABEL, [name])),
        _any_of(texts.get(MORE)),
        _any_of(texts.get(LESS)),
        tuple(texts.get(ABROAD, ())),
        frozenset(texts.get(UNIT, ())),
        frozenset(texts.get(VALUE, ())),
        HAS in texts,
        is_general,
    )


def labels_of(document: Document) -> tuple[str, ...]:
    """The labels of records that a concept's document names."""
    return tuple(fact.text for fact in document.facts if fact.label in (LABEL, ABROAD))


def _any_of(phrases: list[str] | None) -> re.Pattern[str] | None:
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A concept, the documents whose wordings ask for it, and the words that name it."""

    concept: Concept
    ids: tuple[str, ...]
    names: tuple[frozenset[str], ...]
    is_stated: bool


class Concepts:
    """All the concepts; immutable and thread-safe."""

    def __init__(
        self,
        documents: Iterable[Document],
        general: Iterable[Document] = (),
        is_stated: Callable[[Concept], bool] = lambda _: True,
    ) -> None:
        """`documents` are the shop's own, which go before those that are `general`; `is_stated` says whether any record
        of the catalogue has what a general one asks for.
        """
        documents, general = list(documents), list(general)
        own = {document.id: concept_of(document) for document in documents}
        names = {_key(name): own_id for own_id, each in own.items() for name in (each.labels[0], each.name)}
        more: dict[str, list[str]] = {}
        others: dict[str, Concept] = {}
        for document in general:
            concept = concept_of(document, is_general=True)
            if same := names.get(_key(concept.name)):
                more.setdefault(same, []).append(document.id)
                own[same] = _joined(own[same], concept)
            else:
                others[document.id] = concept
        self._entries = [_entry(concept, (own_id, *more.get(own_id, ())), True) for own_id, concept in own.items()]
        self._entries += [_entry(each, (general_id,), is_stated(each)) for general_id, each in others.items()]

    def asked(self, text: str, likeness: Mapping[str, float]) -> tuple[Asked, ...]:
        """Rank the concepts that `text` may ask for, most likely first; those that no record states are left out.

        `likeness` maps concept ids to their cosines with `text`.
        """
        said = _singulars(text)
        entries = [entry for entry in self._entries if entry.is_stated]
        ranked = self._ranked(text, entries, likeness)
        found = []
        for entry in entries:
            score = _score(entry, said, likeness)
            if entry.concept is ranked[0]:
                found.append(Asked(entry.concept, max(score, RANKING_SCORE), *ranked[1:]))
            else:
                found.append(Asked(entry.concept, score))
        return tuple(sorted(found, key=lambda asked: -asked.score))

    def unstated(self, text: str, likeness: Mapping[str, float]) -> Asked | None:
        """The likeliest of the general concepts that no record of the catalogue states."""
        said = _singulars(text)
        found = [Asked(each.concept, _score(each, said, likeness)) for each in self._entries if not each.is_stated]
        return max(found, key=lambda asked: asked.score, default=None)

    def _ranked(
        self, text: str, entries: Sequence[_Entry], likeness: Mapping[str, float]
    ) -> tuple[Concept | None, int, str]:
        """The concept that `text` ranks products by, in which direction, and the words that say so.

        The longest words count; where several concepts have them ("faster"), the most likely of those.
        """
        found = [
            (len(match[0]), _likeness(entry, likeness), -match.start(), (entry.concept, direction, match[0]))
            for entry in entries
            for pattern, direction in ((entry.concept.more, 1), (entry.concept.less, -1))
            if pattern and (match := pattern.search(text))
        ]
        return max(found, key=lambda candidate: candidate[:3])[3] if found else (None, 0, "")


def _entry(concept: Concept, ids: tuple[str, ...], is_stated: bool) -> _Entry:
    names = {frozenset(_singulars(name)) for name in (concept.name, concept.labels[0])}
    return _Entry(concept, ids, tuple(filter(None, names)), is_stated)


def _joined(own: Concept, general: Concept) -> Concept:
    """A shop's own concept, with what is known of it in general."""
    labels = tuple(dict.fromkeys((*own.labels, *general.labels)))
    return replace(
        own, labels=labels, abroad=general.abroad, units=general.units, values=general.values, has=general.has
    )


def _likeness(entry: _Entry, likeness: Mapping[str, float]) -> float:
    return max(likeness.get(concept_id, 0.0) for concept_id in entry.ids)


def _score(entry: _Entry, said: set[str], likeness: Mapping[str, float]) -> float:
    score = _likeness(entry, likeness)
    return max(score, NAMED_SCORE) + NAMED_BONUS if any(name <= said for name in entry.names) else score


def _key(name: str) -> str:
    return " ".join(map(singular, words(name)))


def _singulars(text: str) -> set[str]:
    """The words of `text`, less a plural's s; no other form counts: "light" does not name the lighting."""
    return {word.removesuffix("s") for word in words(text)}
