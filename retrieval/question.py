"""What is asked, and what is answered."""

from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.filtering import Filter

PRODUCT_ID = "product:"
"""How the id of a passage of a product begins."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks; `product_id` (`product:…` or its bare name) is what the conversation is about.

    `told` is the slug of the fact that was told last, which "and the Pulse Buds Pro?" asks for again. `said_before` is
    what was said of the products that are looked for: a search takes from it what `text` leaves open. `last_reply` is
    what was replied last, so that the same refusal is not said twice in a row. `search` has the turns that the search
    so far consists of, the oldest first, and `without` the ids of things that are not to be offered again: where it
    has any, others are asked for.

    `among` has the ids of things that were listed last. A question that names no thing of its own is about them: surely
    where `is_among`, and perhaps where `may_be_among`. `described` may choose one of them, or else of those in
    `wider`, from which they were chosen. `entry` is the id of an entry that was quoted last, of which it asks whether
    it holds for something. `compared` asks for more or less of something than was shown. `again` is a question
    that was asked before, which is asked of what `text` names where it names that only.
    """

    text: str
    product_id: str | None = None
    told: str | None = None
    said_before: Filter | None = None
    last_reply: str = ""
    search: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    is_among: bool = False
    may_be_among: bool = False
    wider: tuple[str, ...] = ()
    described: "Description | None" = None
    again: str = ""
    entry: str = ""
    compared: "Comparison | None" = None


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of one thing among several, `the blue one`, and the question with a pronoun in its place.

    `is_certain`: whether it means one of them, and not any other of that kind: not `a blue one`.
    """

    words: str
    text: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text that ranks things by what is to be other than it was, and whether the other end of it is wanted."""

    text: str
    is_opposite: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing that may be meant, and how it is called."""

    product_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and the ids of the passages it was taken from, in the order of the text; no ids when it
    says that nothing fits.

    `product_id` and `product_name` are set when the answer is about one product. `confidence` runs from 0
    to 1. `search` has the turns of the search whose products it offers; it is empty when it offers none. `choices` are
    the things between which it asks to choose. `question` is what it answers where that is not the text that was asked.
    """

    text: str
    source_ids: tuple[str, ...]
    product_id: str | None
    product_name: str | None
    confidence: float
    search: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    question: str = ""
    offers_more: bool = False
    """Whether there are more things of the search than it names."""

    @property
    def told(self) -> str | None:
        """The slug of the last fact of a product that it tells; None when it tells none."""
        slugs = [source.partition("#")[2] for source in self.source_ids if source.startswith(PRODUCT_ID)]
        return slugs[-1] or None if slugs else None


def products_of(source_ids: Iterable[str]) -> tuple[str, ...]:
    """The ids of the products that are cited, each once, in their order."""
    return tuple(dict.fromkeys(each.partition("#")[0] for each in source_ids if each.startswith(PRODUCT_ID)))
