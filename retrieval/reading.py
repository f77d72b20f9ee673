"""A question as it was understood, before anything is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.document import Document
from retrieval.embedder import Vectors
from retrieval.facts import Asked, concepts_asked
from retrieval.resolution import Mention, ProductNames, tokens_of
from retrieval.wording import content_words, stem, word_set, words

_POINTS_BACK = word_set(
    """
    it its they them their this that these those one ones
    """
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words, the products it names and the properties it asks for.

    `tokens` are all its words, `rest` those that name no product. `vector` is float32 [dimension].
    """

    text: str
    tokens: tuple[str, ...]
    rest: tuple[str, ...]
    vector: Vectors
    mentions: tuple[Mention, ...]
    asked: tuple[Asked, ...]

    @property
    def normal(self) -> str:
        """The whole text in lower case without punctuation."""
        return " ".join(self.tokens)

    @property
    def rest_text(self) -> str:
        """The text without product names."""
        return " ".join(self.rest)

    @property
    def stems(self) -> set[str]:
        """Stems of the words that name no product."""
        return {stem(token) for token in self.rest}

    @property
    def points_back(self) -> bool:
        """Whether it speaks of something said before: `it`, `that one`."""
        return not _POINTS_BACK.isdisjoint(self.tokens)

    def unexplained(self, label: str = "") -> list[str]:
        """The words that neither name a product, nor ask for a known property, nor stand in `label`."""
        explained = set(words(" ".join(each.trigger for each in self.asked)))
        explained |= {stem(word) for word in words(label)}
        return [word for word in content_words(self.rest_text) if word not in explained and stem(word) not in explained]


def read_question(text: str, vector: Vectors, names: ProductNames) -> Reading:
    """Understand `text`, whose embedding is `vector`."""
    tokens = tuple(tokens_of(text))
    mentions = tuple(names.find(tokens))
    named = {at for mention in mentions for at in range(mention.start, mention.end)}
    rest = tuple(token for at, token in enumerate(tokens) if at not in named)
    return Reading(text, tokens, rest, vector, mentions, tuple(concepts_asked(" ".join(rest))))


def places_named(mentions: Sequence[Mention]) -> int:
    """How many different stretches of the text name a product; several products may share one."""
    places = 0
    reached = -1
    for mention in sorted(mentions, key=lambda m: m.start):
        places += mention.start >= reached
        reached = max(reached, mention.end)
    return places


def without_brand(rest: Sequence[str], product: Document) -> str:
    """`rest` as text, less the words of the product's own brand."""
    brand = set(tokens_of(product.brand))
    return " ".join(token for token in rest if token not in brand)
