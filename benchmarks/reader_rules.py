"""What the rules of today read in a turn: the property by its words and its meaning, values by letters, and limits."""

import re
from collections.abc import Sequence

from retrieval.document import CONCEPT, Document, Fact
from retrieval.embedder import Embedder, Vectors
from retrieval.index.name_index import tokens_of
from retrieval.language.concepts import LABEL, Concepts
from retrieval.language.wording import with_digits, word_set, words
from retrieval.options import AnswerOptions
from retrieval.properties.limits import limits_of
from retrieval.reading.reading import Act, Operator, Reading, Wish
from retrieval.reading.schema import Label, spoken_name

_REQUEST = re.compile(
    r"\b(?:do you have|have you got|show me|looking for|i (?:want|need)|i'd like|find me|recommend|suggest|any|"
    r"search for|are there|is there|give me)\b"
)
_MONEY = word_set("price cost fare rent fee amount rate")


class Rules:
    """Reads turns as the answerer does, with the labels of a schema as its concepts, and their descriptions as the
    wordings by which they are asked for.
    """

    def __init__(self, labels: Sequence[Label], embedder: Embedder) -> None:
        self._labels = labels
        documents = [_concept(label) for label in labels]
        self._concepts = Concepts(documents)
        self._by_name = {document.title: label.name for document, label in zip(documents, labels, strict=True)}
        self._ids = [document.id for document in documents]
        self._vectors = embedder.embed([document.aliases[0] for document in documents])

    def read(self, text: str, vector: Vectors, least: float = AnswerOptions().min_fact_score) -> Reading:
        """What a turn means, as far as rules tell: it finds, asks or both; `vector` is its embedding."""
        normal = " ".join(tokens_of(text))
        likeness = dict(zip(self._ids, (self._vectors @ vector).tolist(), strict=True))
        best = self._concepts.asked(normal, likeness)[0]
        asked = {self._by_name[best.concept.name]: best.score} if best.score >= least else {}
        wishes = (*self._values(normal), *self._limits(normal))
        acts = ({Act.ASK: 1.0} if asked else {}) | ({Act.FIND: 1.0} if wishes or _REQUEST.search(normal) else {})
        return Reading(acts, asked, wishes, {})

    def _values(self, text: str) -> list[Wish]:
        said = f" {' '.join(with_digits(words(text)))} "
        found = ((label.name, value) for label in self._labels for value in label.values)
        return [Wish(*each[:1], Operator.IS, each[1], 1.0) for each in found if f" {' '.join(words(each[1]))} " in said]

    def _limits(self, text: str) -> list[Wish]:
        money = [label.name for label in self._labels if not _MONEY.isdisjoint(spoken_name(label.name).split())]
        found = []
        for limit in limits_of(text) if money else ():
            for operator, end in ((Operator.AT_LEAST, limit.low), (Operator.AT_MOST, limit.high)):
                if abs(end) != float("inf"):
                    found.append(Wish(money[0], operator, f"{end:g}", 1.0))
        return found


def _concept(label: Label) -> Document:
    name = spoken_name(label.name)
    return Document(f"{CONCEPT}:{name}", CONCEPT, name, "", (label.description or name,), (Fact(LABEL, LABEL, name),))
