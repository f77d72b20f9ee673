"""Answers with the products that a search finds: the first few, those after them, or that there are none."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from retrieval.answering.offers import closest, why
from retrieval.answering.phrasing import listing, more_of, nearest_of, sentence_of, verdict_of
from retrieval.answering.product_answers import source_of
from retrieval.answering.refusals import NO_OTHERS, NOT_OURS
from retrieval.document import Document, Fact
from retrieval.language.concepts import Asked
from retrieval.options import AnswerOptions
from retrieval.properties.facts import fact_for
from retrieval.question import Answer, Question
from retrieval.questions.question_reading import QuestionReader, Reading
from retrieval.search.retriever import HybridRetriever
from retrieval.selection.picking import ranked
from retrieval.selection.selection import ProductSearch, ProductSelector

CLOSE = 0.5  # confidence in things that fail a test


@dataclass(frozen=True, slots=True)
class Searched:
    """A search, the turns that it was read from, and them as one text that was read."""

    search: ProductSearch
    turns: tuple[str, ...]
    reading: Reading


class SearchAnswers:
    """Speaks of what searches find; thread-safe and without state."""

    def __init__(
        self, retriever: HybridRetriever, reader: QuestionReader, selector: ProductSelector, options: AnswerOptions
    ) -> None:
        self._retriever = retriever
        self._reader = reader
        self._selector = selector
        self._options = options

    def searched(self, reading: Reading, question: Question) -> Searched | None:
        """The search that a question is, with what was set in the turns before as far as it goes on; None for none."""
        before = self._selector.conditions_of(question.search)
        search = self._selector.read(reading.normal, reading.asked, question.said_before, before)
        if search is None:
            return None
        turns = (*question.search, question.text) if search.goes_on else (question.text,)
        return Searched(search, turns, reading)

    def others(self, reading: Reading, question: Question, like: Document | None) -> Answer | None:
        """What else fits the search that goes on, or is of the kind of `like`; None where neither is known."""
        going_on = self.searched(reading, question)
        if going_on is None and like is not None:
            category = like.category.split(" > ")[-1]
            search = self._selector.like(like)
            going_on = Searched(search, (f"any {category}".lower(),), reading) if search else None
        return self.listed(going_on, 0.0, question.without) if going_on else None

    def listed(self, searched: Searched, least: float, without: Collection[str] = ()) -> Answer | None:
        """The products that a search request asks for, at most a few; None when none fits at `least` so well.

        `without`: ids of products that are known already.
        """
        search, reading = searched.search, searched.reading
        if not search.products and search.nearest:
            nearest = search.nearest
            return Answer(f"{NOT_OURS} {nearest_of(nearest)}", (nearest.id,), nearest.id, nearest.title, 0.5)
        if not search.products:
            return Answer(NOT_OURS, (), None, None, 1.0 if search.is_exact and not search.conditions.tests else 0.5)
        order, count, confidence = list(search.products), search.count, CLOSE if search.failed else 1.0
        if not search.is_exact:
            fit = self._fit(reading, search)
            confidence = max(fit.values(), default=0.0)
            if confidence < least:
                return None
            share = 0.0 if without else self._options.near_best_share
            order = [p for p in fit if fit[p] >= share * confidence]
            count = len(order)
        if search.ranking:
            order = ranked(order, search.ranking) or order
        known = [product for product in order if product.id in without]
        order, count = [product for product in order if product.id not in without], count - len(known)
        if not order:
            return Answer(NO_OTHERS, (), None, None, 1.0, searched.turns)
        is_best = search.ranking is not None and not search.failed
        answer = self._best(order[0], search.ranking, search) if search.ranking and is_best else None
        return replace(answer or self._list(order, count, search, bool(known), confidence), search=searched.turns)

    def _list(
        self, order: list[Document], count: int, search: ProductSearch, goes_on: bool, confidence: float
    ) -> Answer:
        first = order[: self._options.max_products]
        only = order[0] if count == 1 else None
        if search.failed:
            text = closest(first, search.failed)
        else:
            text = (more_of if goes_on else listing)(first, count, search.is_exact)
            text += why(first, search.conditions.tests, [" ".join(wish) for wish in search.unchecked])
        return Answer(
            text,
            tuple(product.id for product in first),
            only.id if only else None,
            only.title if only else None,
            confidence,
            offers_more=count > len(first),
        )

    def _best(self, product: Document, ranking: Asked, search: ProductSearch) -> Answer | None:
        """The product that ranks first on a property, with the fact that says so; None where all are wanted."""
        fact: Fact | None = fact_for(product, ranking.concept)
        if fact is None or search.is_ordered:
            return None
        text = f"{verdict_of(product, search.is_exact)} {sentence_of(product, fact)}"
        return Answer(text, (source_of(product, fact),), product.id, product.title, 0.75)

    def _fit(self, reading: Reading, search: ProductSearch) -> dict[Document, float]:
        """How well products of a search fit the question, by their best passages; the best first."""
        fit: dict[str, float] = {}
        depth, only = self._options.search_depth, search.goods.only
        for passage in self._retriever.search(reading.text, limit=depth, only=only, vector=reading.vector):
            fit.setdefault(passage.document_id, passage.score)
        return {product: fit[product.id] for product in search.among(sorted(fit, key=lambda each: (-fit[each], each)))}
