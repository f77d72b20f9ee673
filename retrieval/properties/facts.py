"""Picks the fact of a product that a question asks for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from retrieval.document import Document, Fact
from retrieval.language.concepts import Asked, Concept
from retrieval.language.labels import VERBS_OF_TIME
from retrieval.language.quantities import quantity_of
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import stem, word_set
from retrieval.options import FactOptions

BRAND = "brand"
MOST_LABELS_COST = 0.04  # for the place of a label in a long list of general ones
MOST_EXTRA = 2  # words of a label that count against it
_VAGUE = word_set("net gross total item detail spec value info general other misc")


@dataclass(frozen=True, slots=True)
class ChosenFact:
    """What a question asks of a product, and how sure that is, 0 to 1.

    `fact` is None when the product's record lacks it. `what` names it, in English where `concept` is known.
    """

    fact: Fact | None
    what: str
    score: float
    concept: Concept | None = None
    is_usual: bool = True
    """Whether records of this catalogue state such a thing at all."""


def fact_for(product: Document, concept: Concept) -> Fact | None:
    """The fact of `product` that states `concept`, by the concept's labels in order; None when none does."""
    return _stated(product, concept)[0]


def unclaimed_labels(product: Document, concepts: Sequence[Concept]) -> list[str]:
    """The labels of `product` that state none of `concepts` just so."""
    return [
        fact.label
        for fact in product.facts
        if not any((place := concept.place_of(fact.label)) and not place[0] for concept in concepts)
    ]


def _stated(product: Document, concept: Concept) -> tuple[Fact | None, tuple[int, int]]:
    """The fact that states `concept` best, and its label's place among those that may."""
    places = [(place, at) for at, fact in enumerate(product.facts) if (place := concept.place_of(fact.label))]
    if places and (not product.brand or concept.name != BRAND or not min(places)[0][0]):
        place, at = min(places)
        return product.facts[at], place
    if concept.name == BRAND and product.brand:
        return Fact("", BRAND, product.brand), (0, 0)
    return None, (0, 0)


def _in_units(product: Document, concept: Concept) -> Fact | None:
    """The one fact in units of `concept`, under a label that says nothing of what it is: `Net: 340 g`."""
    found = [fact for fact in product.facts if _unit_of(fact) in concept.units] if concept.units else []
    return found[0] if len(found) == 1 and stems_of(found[0].label) <= _VAGUE else None


def _unit_of(fact: Fact) -> str:
    quantity = quantity_of(fact.text)
    return quantity.unit if quantity else ""


class FactChooser:
    """Chooses among the facts of a product; immutable and thread-safe."""

    def __init__(self, rarity: Callable[[str], float], options: FactOptions | None = None) -> None:
        """`rarity` says how telling a word is, 0 to 1."""
        self._rarity = rarity
        self._options = options or FactOptions()

    def choose(
        self,
        product: Document,
        text: str,
        asked: Sequence[Asked],
        meaning: Mapping[str, float],
        labels: Mapping[str, float] = MappingProxyType({}),
        unstated: Asked | None = None,
    ) -> ChosenFact | None:
        """What `text` (without the product's name) most likely asks of `product`; None when it has no facts.

        `asked` are the properties that it may ask for, however they were read from it. `meaning` maps passage ids to
        their cosine with the question, and `labels` the labels that no property claims. `unstated` is what may be asked
        for that no record of the catalogue has.
        """
        scores, missing = self._by_concept(product, asked)
        stems = stems_of(text)
        median = sorted(meaning.values())[len(meaning) // 2] if meaning else 0.0
        options = self._options
        surest = max((score for score, _ in scores.values()), default=0.0) + options.verb_lead
        best: ChosenFact | None = None
        for fact in (*product.facts, *(fact for fact in scores if not fact.slug)):
            near = max(meaning.get(f"{product.id}#{fact.slug}", median) - median, 0.0)
            asked_for, concept = scores.get(fact, (0.0, None))
            score = max(asked_for, self._by_label(fact, stems), labels.get(fact.label, 0.0))
            score = max(score, surest) if _tells_when(fact, stems) else score
            score += options.meaning_weight * near + options.word_weight * self._shared(fact, stems)
            if best is None or score > best.score:
                best = ChosenFact(fact, concept.spoken(fact.label) if concept else fact.label, score, concept)
        for lacking, is_usual in ((missing, True), (unstated, False)):
            if lacking and lacking.score > (best.score if best else 0.0) + self._margin(lacking.concept, is_usual):
                best = ChosenFact(None, lacking.concept.name, lacking.score, lacking.concept, is_usual)
        return best and replace(best, score=min(best.score, 1.0))

    def _by_concept(
        self, product: Document, asked: Sequence[Asked]
    ) -> tuple[dict[Fact, tuple[float, Concept]], Asked | None]:
        """How well each fact is asked for, by which concept, and the most likely concept that no fact states."""
        scores: dict[Fact, tuple[float, Concept]] = {}
        missing: Asked | None = None
        for each in asked:
            fact, place = _stated(product, each.concept)
            cost = self._cost(each.concept, place)
            if fact is None:
                fact, cost = _in_units(product, each.concept), self._options.unit_cost
            if fact is None:
                missing = missing or each
            else:
                score = each.score - cost
                if fact not in scores or score > scores[fact][0]:
                    scores[fact] = score, each.concept
        return scores, missing

    def _cost(self, concept: Concept, place: tuple[int, int]) -> float:
        """What a fact loses whose label has more words than the concept's, or is not its best."""
        extra, at = place
        options = self._options
        if not concept.is_general:
            return options.other_label_cost * at
        return min(options.general_label_cost * at, MOST_LABELS_COST) + options.extra_word_cost * min(extra, MOST_EXTRA)

    def _margin(self, concept: Concept, is_usual: bool) -> float:
        """What a concept must be ahead of every fact by, to be told as lacking."""
        options = self._options
        if not is_usual:
            return options.unstated_margin
        return options.general_margin if concept.is_general else options.missing_margin

    def _by_label(self, fact: Fact, stems: set[str]) -> float:
        """The share of the label that stands in the question, for a fact that no concept knows."""
        label = stems_of(fact.label)
        return self._options.label_score * len(label & stems) / len(label) if label else 0.0

    def _shared(self, fact: Fact, stems: set[str]) -> float:
        """How telling the rarest word is that the question shares with the value, 0 to 1."""
        shared = stems_of(fact.text) & stems
        return max((self._rarity(word) for word in shared), default=0.0)


def _tells_when(fact: Fact, stems: set[str]) -> bool:
    """Whether the label is a verb of time that stands in a question of these stems: `closes`, "when does it close"."""
    label = fact.label.lower()
    return label in VERBS_OF_TIME and stem(label) in stems


def is_absent(fact: Fact) -> bool:
    """Whether the fact says that the product lacks the thing: `none`, `no`, or a sentence that begins so."""
    return re.match(r"(?:none|no|not)\b", fact.text.lower()) is not None
