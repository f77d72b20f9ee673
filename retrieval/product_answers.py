"""Answers about products that are known by name: a fact, a comparison, opinions, or that nothing is said."""

from collections.abc import Sequence

from retrieval.concepts import DESCRIPTION
from retrieval.document import Document, Fact
from retrieval.facts import ChosenFact, FactChooser, fact_for
from retrieval.opinions import aspect_of, counts_by_rating, quotes
from retrieval.options import AnswerOptions
from retrieval.phrasing import first_sentences, sentence_of, summary_of, unknown, verdict_of
from retrieval.question import Answer
from retrieval.reading import Reading, without_brand
from retrieval.retriever import HybridRetriever
from retrieval.selection import amount_of
from retrieval.vocabulary import stems_of
from retrieval.wording import word_set

_GENERAL = word_set(
    """
    know information info details detail describe description product thing special best good more
    """
)


class ProductAnswers:
    """Speaks about given products; thread-safe and without state."""

    def __init__(self, retriever: HybridRetriever, products: Sequence[Document], options: AnswerOptions) -> None:
        self._retriever = retriever
        self._options = options
        self._chooser = FactChooser(products)

    def fact(self, reading: Reading, product: Document) -> ChosenFact | None:
        """What is most likely asked of `product`, when it is likely enough."""
        meaning = self._retriever.likeness(reading.vector, document_id=product.id)
        chosen = self._chooser.choose(product, without_brand(reading.rest, product), reading.asked, meaning)
        return chosen if chosen and chosen.score >= self._options.min_fact_score else None

    def state(self, product: Document, chosen: ChosenFact) -> Answer:
        """One fact in one sentence, or that the catalogue does not say."""
        if chosen.what == DESCRIPTION:
            return self.summary(product)
        if chosen.fact is None:
            return self._answer(unknown(product, chosen.what), (product.id,), product, 0.5)
        sources = (source_of(product, chosen.fact),)
        return Answer(sentence_of(product, chosen.fact), sources, product.id, product.title, chosen.score)

    def summary(self, product: Document) -> Answer:
        """What the product is."""
        return self._answer(summary_of(product), (product.id, f"{product.id}#price"), product, 0.7)

    def without_fact(self, reading: Reading, product: Document) -> Answer:
        """What to say when nothing known was asked for: the description, or that the catalogue does not say."""
        wanted = wanted_of(reading, product)
        if not wanted:
            return self.summary(product)
        if wanted & stems_of(product.text):
            text = f"{product.title}: {first_sentences(product.text)}"
            return self._answer(text, (product.id,), product, 0.6)
        return self._answer(unknown(product, ""), (product.id,), product, 0.5)

    def compare(self, reading: Reading, products: Sequence[Document]) -> Answer:
        """Two products side by side on what was asked, or on what they are when nothing was."""
        first, second = products[:2]
        pairs = self._shared_fact(reading, first, second)
        if pairs is None:
            texts = [summary_of(product) for product in (first, second)]
            return Answer(" ".join(texts), (first.id, second.id), None, None, 0.5)
        texts = [sentence_of(product, fact) if fact else unknown(product, what) for product, fact, what in pairs]
        sources = [source_of(product, fact) if fact else product.id for product, fact, _ in pairs]
        best = self._verdict(reading, first, second)
        return Answer(" ".join((*best, *texts)), tuple(sources), None, None, 0.8)

    def _shared_fact(
        self, reading: Reading, first: Document, second: Document
    ) -> list[tuple[Document, Fact | None, str]] | None:
        """The fact asked for of each product; None when no fact was asked for."""
        asked = reading.asked[0] if reading.asked else None
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
        asked = next((each for each in reading.asked if each.ranking), None)
        if asked is None or asked is not reading.asked[0]:
            return []
        amounts = [amount_of(product, asked.concept) for product in (first, second)]
        if amounts[0] is None or amounts[1] is None or amounts[0][0] != amounts[1][0]:
            return []
        difference = asked.ranking * (amounts[0][1] - amounts[1][1])
        if not difference:
            return ["They are the same in that."]
        return [verdict_of(first if difference > 0 else second)]

    def opinions(self, reading: Reading, product: Document) -> Answer:
        """How the reviews rate a product, and what one or two of them say about what was asked."""
        reviews = self._retriever.catalogue.reviews(product.id)
        if not reviews:
            return self._answer(f"There are no reviews of the {product.title} yet.", (product.id,), product, 0.6)
        passages = self._retriever.search(reading.text, limit=len(reviews), about=product.id, vector=reading.vector)
        aspect = aspect_of(without_brand(reading.rest, product))
        quoted = quotes(passages, aspect, self._options.max_quoted_reviews)
        said = " ".join(
            f"{'One' if at == 0 else 'Another'} says: “{sentence.rstrip('.')}.”"
            for at, (_, sentence) in enumerate(quoted)
        )
        text = f"{counts_by_rating(product.title, reviews)} {said}"
        return self._answer(text, tuple(review_id for review_id, _ in quoted), product, 0.8)

    def _answer(self, text: str, sources: tuple[str, ...], product: Document, confidence: float) -> Answer:
        return Answer(text, sources, product.id, product.title, confidence)


def wanted_of(reading: Reading, product: Document) -> set[str]:
    """Stems of what the question wants of `product`; none when it only asks to be told about it."""
    return stems_of(without_brand(reading.rest, product)) - _GENERAL


def source_of(product: Document, fact: Fact) -> str:
    """The id of the passage that states `fact`."""
    return f"{product.id}#{fact.slug}" if fact.slug else product.id
