"""Picks the fact of a product that a question asks for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.concepts import CONCEPTS, Concept
from retrieval.document import Document, Fact
from retrieval.wording import content_words, stem, words

CONCEPT_SCORE = 0.8  # of a fact whose label belongs to the concept asked for
LABEL_SCORE = 0.85  # of a fact whose label stands in the question in full
NAMED_SCORE = 0.6  # from which the words alone are enough
PARTIAL_LABEL_SCORE = 0.5  # of a fact of whose label a part does
MEANING_WEIGHT = 1.2  # of the margin of a fact's cosine over the median of the product's facts


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of a product: a concept, and its trigger in the question."""

    concept: Concept
    trigger: str
    ranking: int  # +1 for the most of it ("heavier"), -1 for the least, 0 when it does not rank


@dataclass(frozen=True, slots=True)
class ChosenFact:
    """A fact and how sure it is that it was asked for, 0 to 1."""

    fact: Fact
    score: float
    is_named: bool  # by its label or by a trigger of its concept, not by meaning alone


def concepts_asked(text: str) -> list[Asked]:
    """The concepts that `text` asks about, the one with the longest trigger first.

    A trigger that lies within the trigger of another concept does not count: "battery life" is not about
    life.
    """
    found: list[tuple[int, int, Asked]] = []
    for concept in CONCEPTS:
        for match in concept.asked.finditer(text):
            found.append((match.start(), match.end(), Asked(concept, match[0], _ranking(concept, match[0]))))
    found.sort(key=lambda item: item[0] - item[1])  # stable: the table's order breaks ties
    kept: list[tuple[int, int, Asked]] = []
    for start, end, asked in found:
        inside = any(s <= start and end <= e and end - start < e - s for s, e, _ in kept)
        if not inside and all(asked.concept is not other.concept for _, _, other in kept):
            kept.append((start, end, asked))
    return [asked for _, _, asked in kept]


def _ranking(concept: Concept, trigger: str) -> int:
    if concept.more and concept.more.fullmatch(trigger):
        return 1
    return -1 if concept.less and concept.less.fullmatch(trigger) else 0


def fact_for(product: Document, concept: Concept) -> Fact | None:
    """The fact of `product` that states `concept`, by the concept's labels in order; None when none does."""
    for label in concept.labels:
        for fact in product.facts:
            if label.search(fact.label.lower()):
                return fact
    if concept.name == "brand" and product.brand:
        return Fact("", "brand", product.brand)
    return None


def choose_fact(
    product: Document, text: str, asked: Sequence[Asked], meaning: Mapping[str, float]
) -> ChosenFact | None:
    """The fact of `product` that `text` (without the product's name) most likely asks for.

    `meaning` maps passage ids to their cosine with the question.
    """
    scores: dict[Fact, float] = {}
    for rank, each in enumerate(asked):
        fact = fact_for(product, each.concept)
        if fact is not None:
            scores[fact] = max(scores.get(fact, 0.0), CONCEPT_SCORE - 0.06 * rank)
    stems = {stem(word) for word in words(text)}
    for fact in product.facts:
        scores[fact] = max(scores.get(fact, 0.0), _label_score(fact, stems))
    median = sorted(meaning.values())[len(meaning) // 2] if meaning else 0.0
    best: ChosenFact | None = None
    for fact, words_score in scores.items():
        margin = meaning.get(f"{product.id}#{fact.slug}", median) - median
        score = words_score + MEANING_WEIGHT * max(margin, 0.0)
        if best is None or score > best.score:
            best = ChosenFact(fact, score, words_score >= NAMED_SCORE)
    return best and replace(best, score=min(best.score, 1.0))


def _label_score(fact: Fact, stems: set[str]) -> float:
    label = [stem(word) for word in content_words(fact.label)]
    if not label:
        return 0.0
    found = sum(word in stems for word in label) / len(label)
    return LABEL_SCORE if found == 1 else PARTIAL_LABEL_SCORE * found


def mentions_any(sentence: str, wanted: set[str]) -> bool:
    """Whether a sentence has one of the stems in `wanted`."""
    return any(stem(word) in wanted for word in content_words(sentence))


def is_absent(fact: Fact) -> bool:
    """Whether the fact says that the product lacks the thing: `none`, `no`, or a sentence that begins so."""
    return re.match(r"(?:none|no|not)\b", fact.text.lower()) is not None
