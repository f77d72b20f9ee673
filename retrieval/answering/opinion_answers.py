"""Answers from what customers say of a product: what they think of it, of one side of it, and whether it is so."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import starmap

from retrieval.answering.phrasing import named
from retrieval.document import Document
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import stem
from retrieval.options import AnswerOptions
from retrieval.properties.facts import ChosenFact
from retrieval.properties.verdicts import asks_yes_or_no
from retrieval.question import Answer
from retrieval.questions.question_reading import Reading, without_brand
from retrieval.reviews.judgements import asks_how_much, is_measured, judged_in, side_of
from retrieval.reviews.opinions import (
    Opinion,
    aspect_of,
    both_sides,
    counts_by_leaning,
    counts_by_rating,
    opinion_in,
    opinions_of,
    quoted,
)
from retrieval.reviews.statements import Statement, Statements
from retrieval.search.retriever import HybridRetriever

LEAST_VOICES = 2  # who speak of a thing before it is said to be so
MOST = 0.75  # share of those who speak of a thing from which they agree


class OpinionAnswers:
    """Speaks for the reviews of products; thread-safe and without state."""

    def __init__(self, retriever: HybridRetriever, statements: Statements, options: AnswerOptions) -> None:
        self._retriever = retriever
        self._statements = statements
        self._options = options

    def about(self, reading: Reading, product: Document, reviews: Sequence[Document]) -> Answer:
        """What the `reviews` say of a product, or of what was asked about it, on both sides and with their ids."""
        aspect = aspect_of(without_brand(reading.rest, product))
        said = self._about_aspect(aspect, reviews) if aspect else opinions_of(reviews, set())
        if aspect and not said:
            text = f"No review of the {product.title} says anything about that."
            return _answer(f"{text} {counts_by_rating(product.title, reviews)}", (), product, 0.5)
        if aspect:
            return self._counted(reading, product, len(reviews), said)
        chosen = self._chosen(reading, said)
        text = f"{counts_by_rating(product.title, reviews)} {quoted(chosen)}"
        return _answer(text, tuple(each.review_id for each in chosen), product, 0.8)

    def judged(self, reading: Reading, product: Document, chosen: ChosenFact | None) -> Answer | None:
        """What reviews say to a question about how good or how much a thing is; None where it asks for none of that,
        where the record states it (`chosen`), or where no review speaks of it.
        """
        if not self.asks_to_judge(reading, product, chosen):
            return None
        reviews = self._retriever.catalogue.reviews(product.id)
        statements = self._statements.of_reviews(reviews, reading.plain_vector) if reviews else []
        if own := self._own(reading, product, statements[0].nearness if statements else 0.0):
            return own
        words = judged_in(reading.rest)
        said = self._near(statements, stems_of(without_brand(reading.rest, product)) - set(map(stem, words)))
        if not said:
            return None
        counted = self._counted(reading, product, len(reviews), said)
        # Of blame it is hard to tell: "quiet rooms" says no to "is it loud", and is praise.
        is_told = side_of(words) > 0 and asks_yes_or_no(reading.normal)
        return replace(counted, text=f"{_verdict(said)}{counted.text}") if is_told else counted

    def compared(
        self, reading: Reading, products: Sequence[Document], chosen: Sequence[ChosenFact | None]
    ) -> Answer | None:
        """What reviews say of each of several products to a question how good or how much it is; None as for one.

        `chosen`: what the record of each states that may be asked.
        """
        if not any(starmap(partial(self.asks_to_judge, reading), zip(products, chosen, strict=True))):
            return None
        voices = [(product, self._voices(reading, product)) for product in products]
        if not any(said for _, said in voices):
            return None
        texts, sources = [], []
        for product, said in voices:
            quoted_first = both_sides(said, 1)
            if said:
                total = len(self._retriever.catalogue.reviews(product.id))
                texts.append(f"{counts_by_leaning(product.title, total, said)} {quoted(quoted_first)}")
                sources += [each.review_id for each in (*quoted_first, *said)]
            else:
                texts.append(f"No review of {named(product)} says anything about that.")
        best = _most_praised(voices) if reading.tokens[:1] == ("which",) or reading.ranking else None
        if best:
            texts.insert(0, f"By what reviews say, that is {named(best)}.")
        ids = tuple(dict.fromkeys(sources))
        return Answer(" ".join(texts), ids, best.id if best else None, best.title if best else None, 0.8)

    def _voices(self, reading: Reading, product: Document) -> list[Opinion]:
        """What reviews of `product` say that is near to the question."""
        reviews = self._retriever.catalogue.reviews(product.id)
        statements = self._statements.of_reviews(reviews, reading.plain_vector) if reviews else []
        words = judged_in(reading.rest)
        return self._near(statements, stems_of(without_brand(reading.rest, product)) - set(map(stem, words)))

    def _own(self, reading: Reading, product: Document, least: float) -> Answer | None:
        """What the description says in the words of the question, where it is nearer to it than every review."""
        words = set(map(stem, judged_in(reading.rest)))
        said = self._statements.of_record(product, (), words, reading.plain_vector)[:1]
        if not said or words.isdisjoint(stems_of(said[0].text)):
            return None
        if said[0].nearness < max(least, self._options.min_review_score):
            return None
        return _answer(f"{product.title}: {said[0].text}", (product.id,), product, 0.6)

    def asks_to_judge(self, reading: Reading, product: Document, chosen: ChosenFact | None) -> bool:
        """Whether a question asks how good or how much a thing is, and the record does not state it."""
        words = judged_in(reading.rest)
        subject = stems_of(without_brand(reading.rest, product)) - set(map(stem, words))
        return any(not (is_amount_of(word, reading.rest, chosen) or is_stated(word, chosen, subject)) for word in words)

    def _near(self, statements: Sequence[Statement], subject: Collection[str]) -> list[Opinion]:
        """What is said that is about as near to the question as the nearest, the nearest first.

        `subject`: stems of what is judged.
        """
        options = self._options
        best = max((each.nearness for each in statements), default=0.0)
        least = max(options.min_review_score, options.near_judgement_share * best)
        near = [each for each in statements if each.nearness >= least]
        return [opinion_in(each.review, each.text, subject) for each in near if each.review]

    def _counted(self, reading: Reading, product: Document, total: int, said: Sequence[Opinion]) -> Answer:
        chosen = self._chosen(reading, said)
        counts = counts_by_leaning(product.title, total, said)
        sources = dict.fromkeys(each.review_id for each in (*chosen, *said))
        return _answer(f"{counts} {quoted(chosen)}", tuple(sources), product, 0.8)

    def _chosen(self, reading: Reading, said: Sequence[Opinion]) -> list[Opinion]:
        """The opinions that are quoted."""
        limit = self._options.max_quoted_reviews
        complaints = [each for each in said if each.leaning < 0] if reading.asks_for_complaints else []
        return complaints[:limit] or both_sides(said, limit)

    def _about_aspect(self, aspect: Sequence[str], reviews: Sequence[Document]) -> list[Opinion]:
        """What reviews say that have a word of `aspect`, and those that are near to it in meaning."""
        said = {each.review_id: each for each in opinions_of(reviews, set(map(stem, aspect)))}
        for statement in self._statements.of_reviews(reviews, self._retriever.embed(" ".join(aspect))):
            if statement.review and statement.nearness >= self._options.min_review_score:
                said.setdefault(statement.source_id, opinion_in(statement.review, statement.text))
        return list(said.values())


def _verdict(said: Sequence[Opinion]) -> str:
    """Whether a good thing is so, by most of those who speak of it; empty where fewer than two say it clearly."""
    praise, complaints = (sum(sign * each.leaning > 0 for each in said) for sign in (1, -1))
    if praise + complaints < LEAST_VOICES:
        return ""
    share = praise / (praise + complaints)
    return "Yes, mostly. " if share >= MOST else "No, mostly not. " if share <= 1 - MOST else "Opinions differ. "


def _most_praised(voices: Sequence[tuple[Document, Sequence[Opinion]]]) -> Document | None:
    """The product that is praised by the largest share of those who speak of it, and by most; None in a tie."""
    scored = [
        (sum(each.leaning > 0 for each in said) / len(said), len(said), product) for product, said in voices if said
    ]
    scored.sort(key=lambda each: each[:2], reverse=True)
    return scored[0][2] if scored and (len(scored) == 1 or scored[0][:2] > scored[1][:2]) else None


def is_amount_of(word: str, tokens: Sequence[str], chosen: ChosenFact | None) -> bool:
    """Whether a question asks for an amount (`how loud is it`) of a property that a record would state."""
    if chosen is None or not asks_how_much(word, tokens):
        return False
    return is_just(chosen) or bool(not chosen.fact and chosen.concept and chosen.concept.units)


def is_just(chosen: ChosenFact) -> bool:
    """Whether a fact stands under a label of the very property that is asked for: `double room` is not for `rooms`."""
    place = chosen.concept.place_of(chosen.fact.label) if chosen.fact and chosen.concept else None
    return place is not None and not place[0]


def is_stated(word: str, chosen: ChosenFact | None, subject: Collection[str]) -> bool:
    """Whether a fact says what a judging word asks: its value has the word, or may have, or it measures such a thing.

    `subject` are stems of what is judged; without any, it is the product itself, whose measure is its own.
    """
    if chosen is None or chosen.fact is None:
        return False
    fact, concept = chosen.fact, chosen.concept
    if stem(word) in stems_of(f"{fact.label} {fact.text}") or (concept and word in concept.values):
        return True
    if not is_measured(word):
        return False
    return not subject or bool(concept and (concept.units or concept.more or concept.less))


def _answer(text: str, sources: tuple[str, ...], product: Document, confidence: float) -> Answer:
    return Answer(text, sources, product.id, product.title, confidence)
