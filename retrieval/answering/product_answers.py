"""Answers about products that are known by name: a fact, a comparison, opinions, or that nothing is said."""

from collections.abc import Sequence

from retrieval.answering.opinion_answers import OpinionAnswers, is_just
from retrieval.answering.phrasing import (
    differences,
    first_sentences,
    named,
    sentence_of,
    summary_of,
    unknown,
    verdict_of,
    with_verdict,
)
from retrieval.answering.refusals import lacking
from retrieval.document import Document, Fact
from retrieval.language.concepts import DESCRIPTION, Concept
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import stem, word_set
from retrieval.options import AnswerOptions
from retrieval.properties.choices import BY_CHOICE, of_choice
from retrieval.properties.enumeration import listed_in
from retrieval.properties.facts import ChosenFact, FactChooser, fact_for, is_absent, unclaimed_labels
from retrieval.properties.label_meanings import LabelMeanings
from retrieval.properties.limits import MONEY, limits_of
from retrieval.properties.verdicts import asks_yes_or_no, verdict
from retrieval.question import Answer
from retrieval.questions.question_parts import joined
from retrieval.questions.question_reading import QuestionReader, Reading, without_brand
from retrieval.reviews.opinions import in_quotes, opinion_in
from retrieval.reviews.statements import Statement, Statements
from retrieval.search.retriever import HybridRetriever
from retrieval.selection.picking import amount_of

MIN_DIFFERENCES = 2  # facts besides which two products are hardly of one kind
SURE_FACT_SCORE = 0.65  # of a fact from which no sentence can be meant instead
SAID_AS_WELL = 0.75  # of a fact from which it is told before what reviews say
SURER = 0.1  # what a sentence must ask for a fact more surely by than the whole text, to be asked alone
AHEAD = 0.05  # what a sentence must be nearer to the question by than a fact that is less sure
RATING = Concept("rating", ("rating", "average rating", "customer rating", "user rating"))
_GENERAL = word_set(
    """
    know information info details detail describe description product thing special best good more
    """
)


class ProductAnswers:
    """Speaks about given products; thread-safe and without state."""

    def __init__(self, retriever: HybridRetriever, reader: QuestionReader, options: AnswerOptions) -> None:
        self._retriever = retriever
        self._reader = reader
        self._options = options
        self._chooser = FactChooser(retriever.rarity)
        self._meanings = LabelMeanings(retriever.embed_all)
        self._statements = Statements(retriever)
        self._opinions = OpinionAnswers(retriever, self._statements, options)

    def fact(self, reading: Reading, product: Document) -> ChosenFact | None:
        """What is most likely asked of `product`, when it is likely enough."""
        chosen = self.likeliest_fact(reading, product)
        return chosen if chosen and chosen.score >= self._options.min_fact_score else None

    def likeliest_fact(self, reading: Reading, product: Document) -> ChosenFact | None:
        """What is most likely asked of `product`, however unlikely."""
        meaning = self._retriever.likeness(reading.vector, document_id=product.id)
        text, known = without_brand(reading.rest, product), [each.concept for each in reading.asked]
        labels = self._meanings.likeness(unclaimed_labels(product, known), reading.plain_vector)
        return self._chooser.choose(product, text, reading.asked, meaning, labels, reading.unstated)

    def asks_more_surely(self, reading: Reading, other: Reading, product: Document) -> bool:
        """Whether a question asks for a fact of `product` clearly more surely than another one does."""
        chosen, less = self.fact(reading, product), self.fact(other, product)
        return chosen is not None and chosen.score > (less.score if less else 0.0) + SURER

    def state(self, product: Document, chosen: ChosenFact, reading: Reading | None = None) -> Answer:
        """One fact in one sentence, with yes or no where `reading` asks for it, or that the catalogue does not say."""
        if chosen.what == DESCRIPTION:
            return self.summary(product)
        if reading and (by_choice := self._of_choice(product, chosen, reading)):
            return by_choice
        if chosen.fact is None:
            return self._answer(self._lacking(product, chosen.what, reading), (), product, 0.5)
        sources = (source_of(product, chosen.fact),)
        text = sentence_of(product, chosen.fact, chosen.what)
        if reading:
            is_so = verdict(reading.normal, reading.rest_text, product, chosen.fact, chosen.concept)
            text = text if is_so is None else with_verdict(is_so, text)
        return Answer(text, sources, product.id, product.title, chosen.score)

    def _of_choice(self, product: Document, chosen: ChosenFact, reading: Reading) -> Answer | None:
        """What the variants cost that `reading` chooses, or whether they are there."""
        label = chosen.fact.label.partition(" in ")[0] if chosen.fact else ""
        has_it = asks_yes_or_no(reading.normal)  # "do you have it in blue" asks for stock, whatever is asked of colours
        for each in (label, *(["stock"] if has_it else [])):
            facts = of_choice(product, each, reading.rest) if each in BY_CHOICE else []
            if facts:
                text = " ".join(sentence_of(product, fact) for fact in facts)
                if each == "stock" and has_it:
                    text = with_verdict(any(fact.text[:1].isdigit() for fact in facts), text)
                return self._answer(text, tuple(source_of(product, fact) for fact in facts), product, chosen.score)
        return None

    def listed(self, reading: Reading, product: Document) -> Answer | None:
        """All facts that the question lists by their names; None unless they are several."""
        text = without_brand(reading.rest, product) if reading.mentions else reading.text
        named = listed_in(text, product, [asked.concept for asked in reading.asked])
        chosen = [ChosenFact(each.fact, each.fact.label, 0.8, each.concept) for each in named]
        return joined([self.state(product, each) for each in chosen]) if chosen else None

    def property(self, product: Document, slug: str, reading: Reading | None = None) -> Answer:
        """The fact of that name, with yes or no where `reading` asks for it, or that the catalogue does not say."""
        fact = product.fact(slug)
        return self.state(product, ChosenFact(fact, fact.label if fact else slug.replace("-", " "), 0.8), reading)

    def sets_price(self, reading: Reading, product: Document) -> bool:
        """Whether the question is whether the product's price keeps within a limit: `can I get it for under $20`."""
        amounts = [limit for limit in limits_of(reading.normal) if not limit.unit]
        said = {stem(word) for word in reading.rest}
        return bool(amounts and said & MONEY and product.fact("price") and asks_yes_or_no(reading.normal))

    def summary(self, product: Document) -> Answer:
        """Say what the product is, and what it costs if that is known."""
        price = product.fact("price")
        sources = (product.id, source_of(product, price)) if price else (product.id,)
        return self._answer(summary_of(product), sources, product, 0.7)

    def without_fact(self, reading: Reading, product: Document) -> Answer:
        """What to say when nothing known was asked for: the description, or that the catalogue does not say."""
        wanted = wanted_of(reading, product)
        if not wanted:
            return self.summary(product)
        if wanted & stems_of(product.text):
            text = f"{product.title}: {first_sentences(product.text)}"
            return self._answer(text, (product.id,), product, 0.6)
        return self._answer(self._lacking(product, "", reading), (), product, 0.5)

    def _lacking(self, product: Document, what: str, reading: Reading | None) -> str:
        return lacking(product, what, reading.plain_vector, self._meanings) if reading else unknown(product, what)

    def compare(self, reading: Reading, products: Sequence[Document]) -> Answer:
        """Two products side by side on what was asked, or on what they are when nothing was."""
        first, second = products[:2]
        pairs = self._shared_fact(reading, first, second)
        if pairs is None:
            return self._differences(first, second)
        texts = [sentence_of(product, fact) if fact else unknown(product, what) for product, fact, what in pairs]
        sources = [source_of(product, fact) for product, fact, _ in pairs if fact]
        best = self._verdict(reading, first, second)
        return Answer(" ".join((*best, *texts)), tuple(sources), None, None, 0.8)

    def _differences(self, first: Document, second: Document) -> Answer:
        """What sets two products apart: the price and some facts that differ; what they are, where few do."""
        shared = [(fact, second.fact(fact.slug)) for fact in first.facts if fact.slug != "stock"]
        differing = [(fact, other) for fact, other in shared if other and other.text != fact.text]
        if len(differing) < MIN_DIFFERENCES:
            texts = [summary_of(product) for product in (first, second)]
            return Answer(" ".join(texts), (first.id, second.id), None, None, 0.5)
        # What one has and the other lacks says more than two amounts.
        differing.sort(key=lambda pair: (pair[0].slug != "price", is_absent(pair[0]) == is_absent(pair[1])))
        named = differing[: self._options.max_differences]
        sources = [source_of(*pair) for fact, other in named for pair in ((first, fact), (second, other))]
        return Answer(differences(first, second, named), tuple(sources), None, None, 0.7)

    def _shared_fact(
        self, reading: Reading, first: Document, second: Document
    ) -> list[tuple[Document, Fact | None, str]] | None:
        """The fact asked for of each product; None when no fact was asked for."""
        asked = reading.ranking or (reading.asked[0] if reading.asked else None)
        if asked and asked.concept.name == DESCRIPTION:
            return None
        if asked and asked.score >= self._options.min_fact_score:
            concept = asked.concept
            return [(product, fact_for(product, concept), concept.name) for product in (first, second)]
        chosen = self.fact(reading, first)
        if chosen is None or chosen.fact is None:
            return None
        same = second.fact(chosen.fact.slug)
        return [(first, chosen.fact, chosen.fact.label), (second, same, chosen.fact.label)]

    def _verdict(self, reading: Reading, first: Document, second: Document) -> list[str]:
        asked = reading.ranking
        if asked is None:
            return []
        amounts = [amount_of(product, asked.concept) for product in (first, second)]
        if amounts[0] is None or amounts[1] is None or amounts[0][0] != amounts[1][0]:
            return []
        difference = asked.ranking * (amounts[0][1] - amounts[1][1])
        if not difference:
            return ["They are the same in that."]
        verdict = verdict_of(first if difference > 0 else second)
        if not asks_yes_or_no(reading.normal):
            return [verdict]
        return [f"{'Yes' if difference > 0 else 'No'}, {verdict[0].lower()}{verdict[1:]}"]

    def opinions(self, reading: Reading, product: Document) -> Answer:
        """What the reviews say of a product, or of what was asked about it, on both sides and with their ids."""
        reviews = self._retriever.catalogue.reviews(product.id)
        if not reviews and (stars := fact_for(product, RATING)):
            return self.state(product, ChosenFact(stars, stars.label, 0.7))
        if not reviews:
            return self._answer(f"There are no reviews of the {product.title} yet.", (), product, 0.6)
        return self._opinions.about(reading, product, reviews)

    def judged(self, reading: Reading, product: Document, chosen: ChosenFact | None) -> Answer | None:
        """What reviews say to a question about how good or how much a thing is; None where none of them says it.

        What the record surely states of it goes before: the wifi is free, and two reviews say that it is slow.
        """
        judged = self._opinions.judged(reading, product, chosen)
        if judged and chosen and chosen.score >= SAID_AS_WELL and is_just(chosen):
            return joined([self.state(product, chosen), judged])
        return judged

    def judged_of_each(self, reading: Reading, products: Sequence[Document]) -> Answer | None:
        """What reviews say of each of several products to such a question; None where none of them says it.

        None, too, where the records state what is asked of all of them: "which has the better battery life".
        """
        if (ranking := reading.ranking) and all(fact_for(product, ranking.concept) for product in products):
            return None
        chosen = [self.fact(reading, product) for product in products]
        if all(each and each.score >= SAID_AS_WELL and is_just(each) for each in chosen):
            return None
        return self._opinions.compared(reading, products, chosen)

    def said(self, reading: Reading, product: Document, chosen: ChosenFact | None) -> Answer | None:
        """A sentence of the description, a note or a review that answers where no property surely does."""
        if chosen and (chosen.what == DESCRIPTION or (chosen.fact and self._is_sure(reading, chosen))):
            return None
        least, vector = self._options.min_review_score, reading.plain_vector
        if chosen and chosen.fact:
            own = f"{chosen.fact.label}: {chosen.fact.text}"
            least = max(least, self._statements.nearness(own, vector) + AHEAD)
        asked = wanted_of(reading, product) - stems_of(f"{product.title} {product.category}")
        asked |= chosen.concept.values if chosen and chosen.concept else frozenset()
        free = unclaimed_labels(product, [each.concept for each in reading.asked])
        is_open = chosen is None or chosen.fact is None
        found = self._statements.of_record(product, free, asked, vector)[:1] if is_open else []
        if asks_yes_or_no(reading.normal):  # what a customer says may tell whether, not how much
            found += self._statements.of_reviews(self._retriever.catalogue.reviews(product.id), vector)[:1]
        best = max(found, key=lambda statement: statement.nearness, default=None)
        return self._quoted(product, chosen, best) if best and best.nearness >= least else None

    def _is_sure(self, reading: Reading, chosen: ChosenFact) -> bool:
        """Whether a fact is what is asked for: its score is high, or its label stands in the question."""
        names = stems_of(chosen.what) | (stems_of(chosen.fact.label) if chosen.fact else set())
        return chosen.score >= SURE_FACT_SCORE or bool(names & reading.stems)

    def _quoted(self, product: Document, chosen: ChosenFact | None, statement: Statement) -> Answer:
        if statement.fact:
            return self.state(product, ChosenFact(statement.fact, statement.fact.label, statement.nearness))
        if statement.review is None:
            return self._answer(f"{product.title}: {statement.text}", (product.id,), product, 0.6)
        opinion = opinion_in(statement.review, statement.text)
        text = f"One review of {named(product)} says: {in_quotes(opinion.sentence)}"
        if chosen and not chosen.fact:
            text = f"{unknown(product, chosen.what)} {text}"
        return self._answer(text, (opinion.review_id,), product, 0.6)

    def _answer(self, text: str, sources: tuple[str, ...], product: Document, confidence: float) -> Answer:
        return Answer(text, sources, product.id, product.title, confidence)


def wanted_of(reading: Reading, product: Document) -> set[str]:
    """Stems of what the question wants of `product`; none when it only asks to be told about it."""
    return stems_of(without_brand(reading.rest, product)) - _GENERAL


def source_of(product: Document, fact: Fact) -> str:
    """The id of the passage that states `fact`."""
    return f"{product.id}#{fact.slug}" if fact.slug else product.id
