"""Finds which property of a product a question asks for, from the words that customers have for it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retrieval.document import Document
from retrieval.language.wording import content_words, stem, words

LABEL, MORE, LESS = "label", "more", "less"  # how the facts of a concept's document are labelled
DESCRIPTION = "description"  # the concept of the product as a whole
NAMED_BONUS = 0.1  # for a concept whose name or first label stands in the question
NAMED_SCORE = 0.45  # the least that such a concept has before the bonus: "and the weight?" is too short to be like much
MAX_CONCEPTS_OF_WORD = 1  # words of more concepts do not say which of them is meant
RANKING_SCORE = 0.7  # of a concept that a word of the question ranks by: "lighter" says more than its sentence


@dataclass(frozen=True, slots=True)
class Concept:
    """A property of products.

    `labels` are the fact labels that state it, best first. `more` and `less` match the words that rank products by it
    ("heavier", "lightest").
    """

    name: str
    labels: tuple[str, ...]
    more: re.Pattern[str] | None = None
    less: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A concept, how sure it is that a question asks for it, and the word of the question that ranks by it."""

    concept: Concept
    score: float
    ranking: int = 0  # +1 for the most of it ("heavier"), -1 for the least, 0 when it does not rank
    trigger: str = ""


def concept_of(document: Document) -> Concept:
    """The concept that a document of that kind describes."""
    texts: dict[str, list[str]] = {}
    for fact in document.facts:
        texts.setdefault(fact.label, []).append(fact.text.lower())
    name = document.title.lower()
    return Concept(name, tuple(texts.get(LABEL, [name])), _any_of(texts.get(MORE)), _any_of(texts.get(LESS)))


def _any_of(phrases: list[str] | None) -> re.Pattern[str] | None:
    if not phrases:
        return None
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")


class Concepts:
    """All the concepts; immutable and thread-safe."""

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        self._by_id = {document.id: concept_of(document) for document in documents}
        self._telling = _telling_words(documents)
        self._names = {
            concept_id: [_singulars(name) for name in {concept.name, concept.labels[0]}]
            for concept_id, concept in self._by_id.items()
        }

    def asked(self, text: str, likeness: Mapping[str, float]) -> tuple[Asked, ...]:
        """Rank the concepts that `text` may ask for, most likely first.

        `likeness` maps concept ids to their cosines with `text`.
        """
        said = _singulars(text)
        ranked = self._ranked(text, likeness)
        found = []
        for concept_id, concept in self._by_id.items():
            score = likeness.get(concept_id, 0.0)
            if any(name and name <= said for name in self._names[concept_id]):
                score = max(score, NAMED_SCORE) + NAMED_BONUS
            if concept is ranked[0]:
                found.append(Asked(concept, max(score, RANKING_SCORE), *ranked[1:]))
            else:
                found.append(Asked(concept, score))
        return tuple(sorted(found, key=lambda asked: -asked.score))

    def _ranked(self, text: str, likeness: Mapping[str, float]) -> tuple[Concept | None, int, str]:
        """The concept that `text` ranks products by, in which direction, and the words that say so.

        The longest words count; where several concepts have them ("faster"), the most likely of those.
        """
        found = [
            (len(match[0]), likeness.get(concept_id, 0.0), -match.start(), (concept, direction, match[0]))
            for concept_id, concept in self._by_id.items()
            for pattern, direction in ((concept.more, 1), (concept.less, -1))
            if pattern and (match := pattern.search(text))
        ]
        return max(found, key=lambda candidate: candidate[:3])[3] if found else (None, 0, "")

    def words_of(self, concept: Concept) -> set[str]:
        """Stems by which customers speak of `concept` and of few other properties."""
        return self._telling.get(concept.name, set())


def _singulars(text: str) -> set[str]:
    """The words of `text`, less a plural's s; no other form counts: "light" does not name the lighting."""
    return {word.removesuffix("s") for word in words(text)}


def _telling_words(documents: Iterable[Document]) -> dict[str, set[str]]:
    """For each concept the stems of its name, labels, ranking words and questions that few other concepts use."""
    said = {
        document.title.lower(): {
            stem(word)
            for text in (document.title, *document.aliases, *(fact.text for fact in document.facts))
            for word in content_words(text)
        }
        for document in documents
    }
    counts = Counter(word for stems in said.values() for word in stems)
    return {
        name: {word for word in stems if counts[word] <= MAX_CONCEPTS_OF_WORD} | {stem(word) for word in words(name)}
        for name, stems in said.items()
    }
