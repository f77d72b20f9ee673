"""Sentences that are said of a product, in its description, its longer facts and its reviews, nearest to a question.

They are asked where no property of the record answers: `does it itch` may stand in a review alone.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.document import REVIEW, Document, Fact
from retrieval.embedder import Vectors
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import content_words, sentences, words
from retrieval.properties.label_meanings import LabelMeanings
from retrieval.search.retriever import HybridRetriever

MOST_REVIEWS = 12  # of a product whose sentences are compared, the nearest
MIN_FREE_WORDS = 4  # words of a fact from which it says something of its own, whatever its label
SHARED_BONUS = 0.1  # for a word of the question in what is said
UNSHARED_COST = 0.2  # for what the shop says in other words: it describes, and seldom means what is asked


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said, how near it is to a question (a cosine), and where: in a fact, a review, or the description."""

    text: str
    source_id: str
    nearness: float
    fact: Fact | None = None
    review: Document | None = None


class Statements:
    """Finds what is said of products; thread-safe and without state but for vectors of texts."""

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever
        self._meanings = LabelMeanings(retriever.embed_all, spoken=str)

    def of_record(
        self, product: Document, labels: Collection[str], asked: Collection[str], vector: Vectors
    ) -> list[Statement]:
        """What the description of `product` and its longer facts under `labels` say, the nearest first.

        `asked` are stems of the question and of values that would answer it, `vector` (float32 [dimension]) is its
        embedding.
        """
        said = [Statement(each, product.id, 0.0) for each in sentences(product.text)]
        said += [
            Statement(f"{fact.label}: {fact.text}", f"{product.id}#{fact.slug}", 0.0, fact)
            for fact in product.facts
            if fact.label in labels
            and (len(words(fact.text)) >= MIN_FREE_WORDS or not stems_of(fact.text).isdisjoint(asked))
        ]
        found = (
            replace(
                each,
                nearness=each.nearness + (-UNSHARED_COST if stems_of(each.text).isdisjoint(asked) else SHARED_BONUS),
            )
            for each in self._nearest(said, vector)
        )
        return sorted(found, key=lambda each: -each.nearness)

    def of_reviews(self, reviews: Sequence[Document], vector: Vectors) -> list[Statement]:
        """The nearest sentence of each of the reviews of one product, the nearest first."""
        nearest: dict[str, Statement] = {}
        said = [each for review in self._near(reviews, vector) for each in _sentences_of(review)]
        for statement in self._nearest(said, vector):
            nearest.setdefault(statement.source_id, statement)
        return list(nearest.values())

    def nearness(self, text: str, vector: Vectors) -> float:
        """The cosine of `vector` (float32 [dimension]) with `text`."""
        return self._meanings.likeness([text], vector)[text]

    def _near(self, reviews: Sequence[Document], vector: Vectors) -> Sequence[Document]:
        if len(reviews) <= MOST_REVIEWS:
            return reviews
        found = self._retriever.search("", limit=MOST_REVIEWS, kind=REVIEW, about=reviews[0].about, vector=vector)
        near = {passage.document_id for passage in found}
        return [review for review in reviews if review.id in near]

    def _nearest(self, said: Sequence[Statement], vector: Vectors) -> list[Statement]:
        likeness = self._meanings.likeness([each.text for each in said], vector) if said else {}
        return sorted((replace(each, nearness=likeness[each.text]) for each in said), key=lambda each: -each.nearness)


def _sentences_of(review: Document) -> Iterator[Statement]:
    """Each sentence of a review; its title, with the first of them."""
    parts = sentences(review.text)
    for part in parts:
        yield Statement(part, review.id, 0.0, review=review)
    if content_words(review.title):
        yield Statement(review.title, review.id, 0.0, review=review)
