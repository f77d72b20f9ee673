"""Answers about the things that were listed: which is first in something, which of them has it, what each has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answering.phrasing import best_sentences, list_of, named, sentence_of, verdict_of
from retrieval.answering.product_answers import ProductAnswers, source_of
from retrieval.document import Document, Fact
from retrieval.language.concepts import DESCRIPTION, Concept
from retrieval.language.quantities import quantity_of
from retrieval.language.wording import STOP_WORDS, stem, word_set, words
from retrieval.properties.facts import fact_for, is_absent
from retrieval.properties.limits import limits_of
from retrieval.properties.verdicts import asks_yes_or_no, truth_of, verdict
from retrieval.question import Answer, Choice
from retrieval.questions.question_reading import Reading
from retrieval.selection.picking import amount_of, ranked

MOST_SAID_OF = 3  # things of a list of which reviews are looked through
MOST_SPOKEN_OF = 5  # things of a list that are spoken of one by one
_COMPARING = word_set("compare comparison differ difference different differences versus vs")
_ALL = word_set("all both each every they these those")
_MOST = word_set(
    "most longest largest biggest highest greatest furthest farthest widest tallest deepest strongest latest newest "
    "longer larger bigger higher further farther wider taller deeper stronger later newer more"
)
_LEAST = word_set(
    "least fewest shortest smallest lowest narrowest oldest earliest nearest closest weakest "
    "shorter smaller lower fewer narrower older earlier nearer closer less"
)
# What is measured, for the adjectives that name no property: base units, or the stem of a label.
_MEASURES = (
    (word_set("longest longer shortest shorter"), ("page", "second", "metre", "length", "duration")),
    (word_set("biggest bigger largest larger smallest smaller"), ("metre", "litre", "byte", "size", "capacity")),
    (word_set("newest newer latest oldest older"), ("year", "published", "released", "built", "founded")),
)
_SEVERAL_VALUES = re.compile(r"\s*[,;/|]\s*|\s+and\s+")
MOST_VALUES = 12  # of one fact that are looked for in a question
MOST_VALUE_WORDS = 3
_COUNT = re.compile(r"\d+(?:\.\d+)?")
_OF_EACH = word_set("what how where when")


@dataclass(frozen=True, slots=True)
class _Tested:
    """What a record says to a test: whether it passes, None where that is not known, and the fact that says so."""

    product: Document
    passes: bool | None
    fact: Fact | None
    what: str = ""


class ListAnswers:
    """Speaks about several given products; thread-safe and without state."""

    def __init__(self, speak: ProductAnswers) -> None:
        self._speak = speak

    def about(self, reading: Reading, products: Sequence[Document]) -> Answer | None:
        """The answer to a question about `products`, two at least; None where it asks nothing that can be told."""
        if reading.asks_for_difference or not _COMPARING.isdisjoint(reading.tokens):
            return self._speak.compare(reading, products[:2])
        if order := self._order(reading, products):
            return order.told()
        tested = [self._tested(reading, product) for product in products[:MOST_SPOKEN_OF]]
        if not any(each.fact for each in tested):
            return self._described(reading, products) or self._said(reading, products)
        asks_of_each = not _OF_EACH.isdisjoint(reading.tokens[:2]) and all(each.passes is None for each in tested)
        return _each(tested) if asks_of_each else _passing(reading, tested)

    def _described(self, reading: Reading, products: Sequence[Document]) -> Answer | None:
        """Those of the products whose description has all words of the question, if only some have."""
        wanted = {stem(token) for token in reading.tokens if token.isalpha() and token not in STOP_WORDS}
        passing = [product for product in products if wanted and wanted <= {stem(word) for word in words(product.text)}]
        if not 0 < len(passing) < len(products):
            return None
        lead = f"{'That is' if len(passing) == 1 else 'Those are'} {list_of([named(each) for each in passing])}."
        texts = [best_sentences(product.text, wanted) for product in passing[:1]]
        only = passing[0] if len(passing) == 1 else None
        sources = tuple(product.id for product in passing)
        return Answer(" ".join((lead, *texts)), sources, only.id if only else None, only.title if only else None, 0.7)

    def _said(self, reading: Reading, products: Sequence[Document]) -> Answer | None:
        """What reviews and descriptions say of each of the first products."""
        told = []
        for product in products[:MOST_SAID_OF]:
            chosen = self._speak.fact(reading, product)
            said = self._speak.judged(reading, product, chosen) or self._speak.said(reading, product, chosen)
            told += [said] if said and said.source_ids else []
        if not told:
            return None
        sources = tuple(dict.fromkeys(source for each in told for source in each.source_ids))
        return Answer(" ".join(each.text for each in told), sources, None, None, 0.6)

    def _order(self, reading: Reading, products: Sequence[Document]) -> "_Order | None":
        """The products in the order that is asked for, by a known property or by the one that is named."""
        if asked := reading.ranking:
            best = ranked(products, asked)
            facts = [(product, fact_for(product, asked.concept)) for product in best]
            stated = [(product, fact) for product, fact in facts if fact]
            amounts = [amount_of(product, asked.concept) for product, _ in stated]
            return _Order(products, stated, amounts[:1] == amounts[1:2], asked.concept) if stated else None
        direction = direction_of(reading.tokens)
        chosen = [self._speak.fact(reading, product) for product in products] if direction else []
        slugs = [each.fact.slug for each in chosen if each and each.fact]
        slugs = slugs or [fact.slug for product in products for fact in product.facts if _is_measure(fact, reading)]
        if not slugs:
            return None
        slug = max(slugs, key=slugs.count)
        named_facts = [(product, product.fact(slug)) for product in products]
        amounts_of = [(product, fact, _amount(fact)) for product, fact in named_facts if fact]
        known = [(product, fact, amount) for product, fact, amount in amounts_of if amount]
        known = [each for each in known if each[2][0] == known[0][2][0]]  # of one unit
        known.sort(key=lambda each: -direction * each[2][1])
        if not known:
            return None
        tied = len(known) > 1 and known[0][2] == known[1][2]
        return _Order(products, [(product, fact) for product, fact, _ in known], tied)

    def _tested(self, reading: Reading, product: Document) -> _Tested:
        """What the record of `product` says to a question that tests it."""
        limits = [limit for limit in limits_of(reading.normal) if not limit.unit]
        if limits and (price := product.fact("price")):
            return _Tested(product, verdict(f"is {reading.normal}", reading.rest_text, product, price, None), price)
        if named_fact := _naming(product, reading):
            return _Tested(product, True, named_fact)
        chosen = self._speak.fact(reading, product)
        if chosen is None or chosen.fact is None or chosen.what == DESCRIPTION:
            return _Tested(product, None, None, chosen.what if chosen else "")
        normal = reading.normal if asks_yes_or_no(reading.normal) else f"is {reading.normal}"
        passes = verdict(normal, reading.rest_text, product, chosen.fact, chosen.concept)
        return _Tested(product, passes, chosen.fact, chosen.what)


@dataclass(frozen=True, slots=True)
class _Order:
    """Products in an order, the first in it first, with the facts that say so, and whether the first two are equal."""

    asked_of: Sequence[Document]
    stated: Sequence[tuple[Document, Fact]]
    tied: bool
    concept: Concept | None = None

    def told(self) -> Answer:
        """The first, and what the others have where there are two, or of which nothing is known."""
        (best, _), *_ = self.stated
        order = [product for product, _ in self.stated]
        silent = [named(product) for product in self.asked_of if product not in order]
        shown = self.stated[: 2 if self.tied or len(self.asked_of) == 2 else 1]
        texts = ["They are the same in that." if self.tied else verdict_of(best)]
        texts += [sentence_of(product, fact, self._what(fact)) for product, fact in shown]
        if silent:
            texts.append(f"For {list_of(silent)}, the catalogue does not say.")
        sources = tuple(source_of(product, fact) for product, fact in (self.stated[:2] if self.tied else shown[:1]))
        return Answer(" ".join(texts), sources, None if self.tied else best.id, None if self.tied else best.title, 0.8)

    def _what(self, fact: Fact) -> str:
        return self.concept.spoken(fact.label) if self.concept else ""


def direction_of(tokens: Sequence[str]) -> int:
    """Whether most (+1) or least (-1) of something is asked for; 0 where neither is."""
    return 1 if not _MOST.isdisjoint(tokens) else -1 if not _LEAST.isdisjoint(tokens) else 0


def _is_measure(fact: Fact, reading: Reading) -> bool:
    """Whether a fact is measured in what the adjective of a question goes with: the longest has most pages."""
    units = {unit for words_of, of in _MEASURES for unit in of if not words_of.isdisjoint(reading.tokens)}
    quantity = quantity_of(fact.text)
    named_so = {stem(word) for word in words(fact.label)} & units
    return bool(units) and _amount(fact) is not None and bool(named_so or (quantity and quantity.unit in units))


def _amount(fact: Fact) -> tuple[str, float] | None:
    if fact.number is not None:
        return fact.slug, fact.number
    if _COUNT.fullmatch(fact.text):
        return fact.slug, float(fact.text)
    quantity = quantity_of(fact.text)
    return (quantity.unit, quantity.value) if quantity else None


def _each(tested: Sequence[_Tested]) -> Answer:
    return _answer("", [each for each in tested if each.fact], None)


def _passing(reading: Reading, tested: Sequence[_Tested]) -> Answer:
    """Those that pass, then what the records say of them, or of those that fail."""
    passing = [each for each in tested if each.passes]
    failing = [each for each in tested if each.passes is False]
    if not passing and not failing:
        return _each(tested)
    is_yes_or_no = asks_yes_or_no(reading.normal)
    if not passing:
        lead = "No, none of them" if is_yes_or_no else "None of them"
        return _answer(f"{lead}, as far as the catalogue says.", failing[:2], None)
    names = list_of([named(each.product) for each in passing])
    if len(passing) == len(tested):
        lead = f"{'Yes, all' if is_yes_or_no else 'All'} of them." if len(tested) > 2 else "Both."
    elif is_yes_or_no:
        lead = f"No, only {names}." if not _ALL.isdisjoint(reading.tokens) else f"Yes, {names}."
    else:
        lead = f"{'That is' if len(passing) == 1 else 'Those are'} {names}."
    return _answer(lead, passing, passing[0].product if len(passing) == 1 else None)


def granting(products: Sequence[Document], text: str) -> list[Document]:
    """Those of `products` whose name, brand or one fact has most of the words of a description; none has, none."""
    wanted = {stem(word) for word in words(text) if word not in STOP_WORDS}
    shared = {product: max((len(wanted & each) for each in _texts_of(product)), default=0) for product in products}
    most = max(shared.values(), default=0)
    return [product for product in products if most and shared[product] == most]


def which_of(products: Sequence[Document]) -> Answer:
    """Ask back which of several products is meant."""
    names = [named(product) for product in products[:MOST_SPOKEN_OF]]
    text = f"Do you mean {', '.join(names[:-1])} or {names[-1]}?"
    choices = tuple(Choice(product.id, product.title) for product in products[:MOST_SPOKEN_OF])
    return Answer(text, (), None, None, 0.8, choices=choices)


def _texts_of(product: Document) -> list[set[str]]:
    stated = (
        f"{fact.label} {fact.text}" for fact in product.facts if truth_of(fact) is not False and not is_absent(fact)
    )
    texts = (product.title, product.brand, product.category, product.text, *stated)
    return [{stem(word) for word in words(text)} for text in texts]


def _naming(product: Document, reading: Reading) -> Fact | None:
    """The fact of which a value, in words, stands in the question."""
    said = {stem(token) for token in reading.tokens if token not in STOP_WORDS}
    for fact in product.facts:
        for value in _SEVERAL_VALUES.split(fact.text)[:MOST_VALUES]:
            wanted = [stem(word) for word in words(value) if word not in STOP_WORDS]
            is_telling = any(word.isalpha() and len(word) > 2 for word in wanted) and len(wanted) <= MOST_VALUE_WORDS
            if is_telling and set(wanted) <= said:
                return fact
    return None


def _answer(lead: str, told: Sequence[_Tested], about: Document | None) -> Answer:
    sentences = [sentence_of(each.product, each.fact, "") for each in told if each.fact]
    text = " ".join(filter(None, (lead, *sentences)))
    sources = tuple(source_of(each.product, each.fact) for each in told if each.fact)
    return Answer(text, sources, about.id if about else None, about.title if about else None, 0.8)
