"""Picks the fact of a product that a question asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.document import Document, Fact
from retrieval.language.concepts import Asked, Concept
from retrieval.language.vocabulary import stems_of
from retrieval.options import FactOptions


@dataclass(frozen=True, slots=True)
class ChosenFact:
    """What a question asks of a product, and how sure that is, 0 to 1.

    `fact` is None when the product's record lacks it; `what` names it then.
    """

    fact: Fact | None
    what: str
    score: float


def fact_for(product: Document, concept: Concept) -> Fact | None:
    """The fact of `product` that states `concept`, by the concept's labels in order; None when none does."""
    return _stated(product, concept)[0]


def _stated(product: Document, concept: Concept) -> tuple[Fact | None, int]:
    """The fact that states `concept`, and how many labels were tried before its own."""
    for place, label in enumerate(concept.labels):
        for fact in product.facts:
            if fact.label.lower() == label:
                return fact, place
    if concept.name == "brand" and product.brand:
        return Fact("", "brand", product.brand), 0
    return None, 0


class FactChooser:
    """Chooses among the facts of a product; immutable and thread-safe."""

    def __init__(self, rarity: Callable[[str], float], options: FactOptions | None = None) -> None:
        """`rarity` says how telling a word is, 0 to 1."""
        self._rarity = rarity
        self._options = options or FactOptions()

    def choose(
        self, product: Document, text: str, asked: Sequence[Asked], meaning: Mapping[str, float]
    ) -> ChosenFact | None:
        """What `text` (without the product's name) most likely asks of `product`; None when it has no facts.

        `meaning` maps passage ids to their cosine with the question.
        """
        scores, missing = self._by_concept(product, asked)
        stems = stems_of(text)
        median = sorted(meaning.values())[len(meaning) // 2] if meaning else 0.0
        options = self._options
        best: ChosenFact | None = None
        for fact in (*product.facts, *(fact for fact in scores if not fact.slug)):
            near = max(meaning.get(f"{product.id}#{fact.slug}", median) - median, 0.0)
            score = scores[fact] if fact in scores else self._by_label(fact, stems)
            score += options.meaning_weight * near + options.word_weight * self._shared(fact, stems)
            if best is None or score > best.score:
                best = ChosenFact(fact, fact.label, score)
        if missing and missing.score > (best.score if best else 0.0) + options.missing_margin:
            best = ChosenFact(None, missing.concept.name, missing.score)
        return best and ChosenFact(best.fact, best.what, min(best.score, 1.0))

    def _by_concept(self, product: Document, asked: Sequence[Asked]) -> tuple[dict[Fact, float], Asked | None]:
        """How well each fact is asked for by a concept, and the most likely concept that no fact states."""
        scores: dict[Fact, float] = {}
        missing: Asked | None = None
        for each in asked:
            fact, place = _stated(product, each.concept)
            if fact is None:
                missing = missing or each
            else:
                score = each.score - self._options.other_label_cost * place
                scores[fact] = max(scores.get(fact, 0.0), score)
        return scores, missing

    def _by_label(self, fact: Fact, stems: set[str]) -> float:
        """The share of the label that stands in the question, for a fact that no concept knows."""
        label = stems_of(fact.label)
        return self._options.label_score * len(label & stems) / len(label) if label else 0.0

    def _shared(self, fact: Fact, stems: set[str]) -> float:
        """How telling the rarest word is that the question shares with the value, 0 to 1."""
        shared = stems_of(fact.text) & stems
        return max((self._rarity(word) for word in shared), default=0.0)


def is_absent(fact: Fact) -> bool:
    """Whether the fact says that the product lacks the thing: `none`, `no`, or a sentence that begins so."""
    return re.match(r"(?:none|no|not)\b", fact.text.lower()) is not None
