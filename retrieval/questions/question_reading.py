"""A question as it was understood, before anything is looked up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.document import CONCEPT, FAQ, POLICY, Document
from retrieval.embedder import Vectors
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.language.concepts import Asked, Concepts, labels_of
from retrieval.language.wording import stem, word_set, words
from retrieval.properties.general import GeneralKnowledge
from retrieval.properties.verdicts import asks_yes_or_no
from retrieval.questions.misspelling import Spelling
from retrieval.questions.product_resolution import Mention, ProductNames
from retrieval.questions.short_names import SCORE, ShortNames
from retrieval.reviews.opinions import asks_for_opinions
from retrieval.search.retriever import HybridRetriever
from retrieval.values.value_index import is_shared

_POINTS_AT_ONE = word_set("it its this that")
_POINTS_BACK = word_set("it its they them their this that these those ones")
_COMPLAINTS = word_set(
    "complaint complaints complain complains dislike hate trouble problem problems drawbacks downsides cons"
)
_GOODS = re.compile(r"\b(?:sell|carry|in stock|how much (?:is|are|does)|price of|cost of)\b")
_GOES_ON = re.compile(
    r"(?:(?:ok|okay|so|well|yes|no|right|great|thanks|oh) )*(?:and|or|but|same|what about|how about|what of|then)\b"
)
_DIFFERENCE = re.compile(r"\b(?:differen(?:ce|ces|t|tly)|differs?|compared?|comparison|versus|vs)\b")
_COMPARED = re.compile(r"^(?:more|most|less|least|best)$|(?:er|est)$")
_AFTER_YES = re.compile(r"^.*(?= (?:is|are) (?:it|this|that)\b)")  # what stands before the question itself
_DETERMINERS = word_set("a an the this that your")
_OF_NO_NAME = word_set("a an this that any some your their its another which what")  # before a word that is no name
_WHERE = word_set("in near around within")
ANY_KIND = word_set("place item product thing article store venue model")
"""Words for anything that a catalogue has."""
IN_FULL = 0.99  # score of a mention that has the whole name


@dataclass(frozen=True, slots=True)
class Reading:
    """A question's words, the products it names and the properties it may ask for, most likely first.

    `tokens` are all its words, `rest` those that name no product. `vector` is its embedding, float32 [dimension];
    `plain_vector` that of the question with "it" for each product.
    """

    text: str
    tokens: tuple[str, ...]
    rest: tuple[str, ...]
    vector: Vectors
    plain_vector: Vectors
    mentions: tuple[Mention, ...]
    asked: tuple[Asked, ...]
    unstated: Asked | None = None
    """The likeliest property that no record of the catalogue states."""
    is_short: bool = False
    """Whether it names a product by a part of its name that few others have."""
    is_of_other_number: bool = False
    """Whether it names a product but for its number, so that it means one we do not have."""

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
    def ranking(self) -> Asked | None:
        """The property that it ranks products by, if any: `cheaper`, `the lightest`."""
        return next((each for each in self.asked if each.ranking), None)

    @property
    def asks_for_complaints(self) -> bool:
        """Whether it asks for what is bad alone."""
        return not _COMPLAINTS.isdisjoint(self.tokens) and "pros" not in self.tokens

    @property
    def asks_for_goods(self) -> bool:
        """Whether it asks for something to buy, so that an entry about the shop hardly answers it."""
        return _GOODS.search(self.normal) is not None

    @property
    def goes_on(self) -> bool:
        """Whether it begins as a question does that goes on from the last: `and`, `what about`."""
        return _GOES_ON.match(self.normal) is not None

    @property
    def asks_for_difference(self) -> bool:
        """Whether it asks how things differ."""
        return _DIFFERENCE.search(self.normal) is not None

    @property
    def points_at_one(self) -> bool:
        """Whether it speaks of one thing said before: `it`."""
        return not _POINTS_AT_ONE.isdisjoint(self.tokens)

    @property
    def points_at_owner(self) -> bool:
        """Whether it speaks of one thing said before, or of those to whom it belongs: `their address`."""
        return self.points_at_one or "their" in self.tokens

    @property
    def compares(self) -> bool:
        """Whether it ranks products against each other: `the cheapest`, and not `is it cheap`."""
        said = self.ranking.trigger.split() if self.ranking else []
        is_plain = self.points_at_one and not any(_COMPARED.search(word) for word in said)
        return bool(said) and not (is_plain and asks_yes_or_no(_AFTER_YES.sub("", self.normal)))

    @property
    def points_back(self) -> bool:
        """Whether it speaks of something said before: `it`, `that one`."""
        return not _POINTS_BACK.isdisjoint(self.tokens)


class QuestionReader:
    """Understands questions; thread-safe and without state."""

    def __init__(self, retriever: HybridRetriever, names: NameIndex, general: GeneralKnowledge | None = None) -> None:
        """`general`: what is asked of any thing, in addition to what the catalogue's own concepts say."""
        self._retriever = retriever
        self._general = general
        own = retriever.catalogue.documents(CONCEPT)
        known = general.documents if general else ()
        labels = retriever.catalogue.labels()
        self._concepts = Concepts(own, known, lambda concept: any(concept.place_of(label) for label in labels))
        entries = (*retriever.catalogue.documents(FAQ), *retriever.catalogue.documents(POLICY))
        self._spelling = Spelling((*own, *known, *entries), names.kinds(), retriever.is_spelled_right)
        said = (text for each in (*own, *known) for text in (each.title, *labels_of(each)))
        properties = {stem(word) for text in said for word in words(text)}
        self._names = ProductNames(names, properties)
        self._short_names = ShortNames(names, properties, retriever.is_word)

    def read(self, text: str, spoken_of: Document | None = None) -> Reading:
        """The question `text` as it is understood; embeds it once, and once more when it names products.

        Where words look misspelled it is read both ways, and the way that asks for a property, or for what an entry
        says, more surely counts. What is said of `spoken_of` names no other product by a part of its name.
        """
        tokens = tuple(tokens_of(text))
        whole = self._spelling.rejoined(tokens)
        if whole != tokens and not any(mention.score >= IN_FULL for mention in self._names.find(tokens)):
            text, tokens = " ".join(whole), whole
        possible = [each for each in self._names.find(tokens) if not self._is_any_word(each, tokens, spoken_of)]
        found = self._without_values(possible, tokens)
        mentions = tuple(self._short_names.narrowed(found, tokens))
        if not mentions and not self._names.finds_other_number(tokens):
            mentions = tuple(self._without_values(self._short_names.find(tokens, _stems_of(spoken_of)), tokens))
        named = {at for mention in mentions for at in range(mention.start, mention.end)}
        reading = self._read(text, tokens, mentions, named)
        spelled = self._spelling.put_right(tokens, named)
        if spelled == tokens or asks_for_opinions(reading.normal):
            return reading
        other = self._read(" ".join(spelled), spelled, mentions, named)
        return other if self._surest(other) > self._surest(reading) else reading

    def _without_values(self, mentions: Sequence[Mention], tokens: Sequence[str]) -> list[Mention]:
        """The mentions less those that say where something is or what it has: in "the Archer Salon in San Francisco"
        the second is not the San Francisco Zoo.
        """
        in_full = any(mention.score >= IN_FULL for mention in mentions)
        return [mention for mention in mentions if not self._is_value(mention, tokens, in_full)]

    def _is_value(self, mention: Mention, tokens: Sequence[str], is_other_named: bool) -> bool:
        """Whether words that may be a name are a value that several have: after `in`, or a part of a name next to
        another in full.
        """
        is_where = mention.start > 0 and tokens[mention.start - 1] in _WHERE
        if not is_where and (mention.score >= IN_FULL or not is_other_named):
            return False
        return is_shared(self._retriever.catalogue.rows, tokens[mention.start : mention.end])

    def _is_any_word(self, mention: Mention, tokens: Sequence[str], spoken_of: Document | None) -> bool:
        """Whether a name of one word is just a word here: `that place`, and `able` where a thing is called Fable.

        While something is spoken of, `the place` is that.
        """
        start = mention.start
        if spoken_of and all(token in ANY_KIND or token in _DETERMINERS for token in tokens[start : mention.end]):
            return True
        is_alone = mention.end - start == 1
        is_misspelt = not self._names.is_in_a_name(tokens[start])
        is_any = is_misspelt or (start > 0 and tokens[start - 1] in _OF_NO_NAME)
        return is_alone and is_any and self._retriever.is_word(tokens[start])

    def _read(self, text: str, tokens: tuple[str, ...], mentions: tuple[Mention, ...], named: set[int]) -> Reading:
        rest = tuple(token for at, token in enumerate(tokens) if at not in named)
        vector = self._retriever.embed(text)
        plain_vector = self._retriever.embed(_with_it(tokens, named)) if named else vector
        likeness = self._retriever.likeness(plain_vector, kind=CONCEPT)
        if self._general:
            likeness |= self._general.likeness(plain_vector)
        asked = self._concepts.asked(" ".join(rest), likeness)
        unstated = self._concepts.unstated(" ".join(rest), likeness)
        other_number = not mentions and self._names.finds_other_number(tokens)
        is_short = bool(mentions) and mentions[0].score == SCORE
        return Reading(text, tokens, rest, vector, plain_vector, mentions, asked, unstated, is_short, other_number)

    def _surest(self, reading: Reading) -> float:
        """How surely something known is asked for."""
        property_score = reading.asked[0].score if reading.asked else 0.0
        found = self._retriever.search(reading.rest_text, limit=1, kind=FAQ, vector=reading.plain_vector)
        return max(property_score, found[0].score if found else 0.0)


def _stems_of(product: Document | None) -> set[str]:
    """Stems of all that is said of a product."""
    if product is None:
        return set()
    texts = (product.title, product.text, *(text for fact in product.facts for text in (fact.label, fact.text)))
    return {stem(word) for text in texts for word in words(text)}


def _with_it(tokens: Sequence[str], named: set[int]) -> str:
    """`tokens` as text with "it" for each product: `how heavy is it` for "how heavy is the Pulse Buds 2"."""
    kept: list[str] = []
    for at, token in enumerate(tokens):
        if at not in named:
            kept.append(token)
        elif at - 1 not in named:
            if kept and kept[-1] in _DETERMINERS:
                kept.pop()
            kept.append("it")
    return " ".join(kept)


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
