"""Makes the questions of a test from the records of an index: what they state, what they lack, what is not there.

The wordings stand in `self_test_wordings.yml`, apart from those that the answerer knows.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from itertools import cycle
from typing import Any

import yaml

from retrieval.document import FAQ, POLICY, PRODUCT, Document, Fact
from retrieval.evaluation.question_manners import as_heard, misspelt
from retrieval.language.concepts import Concept, concept_of
from retrieval.language.labels import plain_label
from retrieval.language.quantities import quantity_of
from retrieval.language.units import unit_word
from retrieval.language.vocabulary import stems_of
from retrieval.properties.facts import BRAND, fact_for
from retrieval.properties.general import general_documents
from retrieval.properties.verdicts import truth_of
from retrieval.question import Question
from retrieval.search.retriever import HybridRetriever

NAMED, SPOKEN_OF, MISSPELT, HEARD = "by its name", "spoken of before", "misspelt", "as recognition writes it"
MANNERS = (NAMED, SPOKEN_OF, MISSPELT, HEARD)
STATED, LACKING, OTHER_NUMBER, NOT_THERE = "stated", "the record lacks it", "another model number", "no such product"
_WORDINGS = ("retrieval.evaluation", "self_test_wordings.yml")
_CODE = re.compile(r"(?<![\w.,/-])(?=[\w-]*\d)(?=[\w-]*[^\W\d_])[\w-]+(?![\w.,/])")
_ONSETS, _VOWELS, _CODAS = "bdfgklmnprstvz", "aeiou", "lmnrsx"
_NAMES_TRIED = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the test, and what it is about.

    `property` is what the general knowledge calls it, empty where it does not know it; `label` is that of the record,
    empty where the record has none. `facts` state the answer, none where the question has to be refused; `kind` says
    why. `product` is the one that is asked about, or that gave its name to one that is not there.
    """

    question: Question
    manner: str
    property: str
    label: str
    product: Document
    facts: tuple[Fact, ...] = ()
    kind: str = STATED


@dataclass(frozen=True, slots=True)
class Wordings:
    """How the test asks: `{}` is the name of the thing, `{label}` a label in words."""

    properties: Mapping[str, Sequence[str]]
    of_label: Sequence[str]
    of_it: Sequence[str]
    of_flag: Sequence[str]
    of_anything: Sequence[str]

    @classmethod
    def load(cls) -> "Wordings":
        """Read those that the package ships."""
        folder, name = _WORDINGS
        held: dict[str, Any] = yaml.safe_load(files(folder).joinpath(name).read_text(encoding="utf-8"))
        return cls(**held)


@dataclass(frozen=True)
class QuestionWriter:
    """Writes the questions about the products of one index; the same ones for the same `seed`."""

    retriever: HybridRetriever
    seed: int = 0
    wordings: Wordings = field(default_factory=Wordings.load)

    @cached_property
    def _concepts(self) -> dict[str, Concept]:
        return {each.title: concept_of(each, is_general=True) for each in general_documents()}

    @cached_property
    def _usual(self) -> list[str]:
        """The properties with wordings that some record of the catalogue states."""
        labels = self.retriever.catalogue.labels()
        return [name for name in self.wordings.properties if any(map(self._concepts[name].place_of, labels))]

    @cached_property
    def _entry_stems(self) -> set[str]:
        """The stems of what the shop's rules are about, which may answer for a record."""
        catalogue = self.retriever.catalogue
        rows = catalogue.stream("SELECT title FROM documents WHERE kind IN (?, ?)", (FAQ, POLICY))
        return {stem for (title,) in rows for stem in stems_of(title)}

    def products(self, count: int) -> list[Document]:
        """A sample of `count` products; all where there are fewer."""
        ids = [row[0] for row in self.retriever.catalogue.rows("SELECT id FROM documents WHERE kind = ?", (PRODUCT,))]
        chosen = random.Random(self.seed).sample(sorted(ids), min(count, len(ids)))
        return self.retriever.catalogue.documents_of(chosen)

    def questions(self, products: Sequence[Document]) -> Iterator[Asked]:
        """Everything that is asked about `products`, one after the other."""
        alone = self._with_own_name(products)
        for product in products:
            dice = random.Random(f"{self.seed} {product.id}")
            yield from self._stated(product, product.id in alone, dice)
            yield from self._lacking(product, product.id in alone, dice)
            yield from self._not_there(product, dice)

    def _with_own_name(self, products: Sequence[Document]) -> set[str]:
        """The ids of those whose name no other product has; the others can only be asked about when spoken of."""
        marks = ", ".join("?" * len(products))
        sql = f"SELECT lower(title) FROM documents WHERE kind = ? AND lower(title) IN ({marks})"
        names = self.retriever.catalogue.rows(sql, (PRODUCT, *(product.title.lower() for product in products)))
        counts = Counter(name for (name,) in names)
        return {product.id for product in products if counts[product.title.lower()] <= 1}

    def _stated(self, product: Document, is_alone: bool, dice: random.Random) -> Iterator[Asked]:
        """Every property that the record states, in every manner and another wording for each."""
        facts = [*product.facts, *([Fact("", BRAND, product.brand)] if product.brand else [])]
        for fact in facts:
            name = self._property_of(product, fact)
            label = plain_label(fact.label)
            same = tuple(other for other in facts if plain_label(other.label).text == label.text)
            own = self._wordings_of(name, fact)
            templates = cycle(dice.sample(own, len(own)))
            for manner in MANNERS if is_alone else (SPOKEN_OF,):
                text = (
                    dice.choice(self.wordings.of_it)
                    if own[0] in self.wordings.of_label and manner == SPOKEN_OF
                    else next(templates)
                )
                question = self._in_manner(text.replace("{label}", label.text), product, manner, dice)
                yield Asked(question, manner, name, fact.label, product, same)

    def _wordings_of(self, name: str, fact: Fact) -> list[str]:
        of_label = self.wordings.of_label if truth_of(fact) is None else self.wordings.of_flag
        return list(self.wordings.properties.get(name) or of_label)

    def _property_of(self, product: Document, fact: Fact) -> str:
        """The general property that `fact` states, of all facts of `product` the best; empty where there is none."""
        places = [
            (place, at, name)
            for at, (name, concept) in enumerate(self._concepts.items())
            if (place := concept.place_of(fact.label)) and not place[0] and fact_for(product, concept) == fact
        ]
        return min(places)[2] if places else ""

    def _lacking(self, product: Document, is_alone: bool, dice: random.Random) -> Iterator[Asked]:
        """A property that other records state and this one lacks, and a common one that no record states."""
        usual = [name for name in self._usual if self._lacks(product, name)]
        others = [name for name in self.wordings.of_anything if name not in self._usual and self._lacks(product, name)]
        manner = NAMED if is_alone else SPOKEN_OF
        for names in (usual, others):
            if names:
                name = dice.choice(names)
                question = self._in_manner(dice.choice(self.wordings.properties[name]), product, manner, dice)
                yield Asked(question, manner, name, "", product, kind=LACKING)

    def _lacks(self, product: Document, name: str) -> bool:
        """Whether nothing of the record speaks of the property, nor an entry of the shop's rules."""
        concept = self._concepts[name]
        if fact_for(product, concept) or any(concept.place_of(fact.label) for fact in product.facts):
            return False
        texts = (product.title, product.text, *(text for fact in product.facts for text in (fact.label, fact.text)))
        said = {stem for text in texts for stem in stems_of(text)} | self._entry_stems
        if any(stems_of(label) & said for label in (name, *concept.labels)):
            return False
        units = {quantity.unit for text in texts if (quantity := quantity_of(text))}
        return units.isdisjoint(concept.units)

    def _not_there(self, product: Document, dice: random.Random) -> Iterator[Asked]:
        """A property that the catalogue states, of a model number and of a name that it does not have."""
        if not self._usual:
            return
        for kind, name in ((OTHER_NUMBER, self._renumbered(product.title, dice)), (NOT_THERE, self._invented(dice))):
            if name:
                asked = dice.choice(self._usual)
                text = dice.choice(self.wordings.properties[asked]).replace("{}", f"the {name}")
                yield Asked(Question(text), NAMED, asked, "", product, kind=kind)

    def _renumbered(self, title: str, dice: random.Random) -> str:
        """`title` with other digits in its model code, so that no product has it; empty where it has none."""
        codes = [match for match in _CODE.finditer(title) if not _is_measure(match[0])]
        for _ in range(_NAMES_TRIED if codes else 0):
            match = dice.choice(codes)
            other = re.sub(r"\d", lambda _: str(dice.randrange(10)), match[0])
            if other != match[0] and not self.retriever.is_known(other.lower()):
                return title[: match.start()] + other + title[match.end() :]
        return ""

    def _invented(self, dice: random.Random) -> str:
        """A name that is no word and that no passage has, with a number; empty where none is found."""
        for _ in range(_NAMES_TRIED):
            syllables = [dice.choice(_ONSETS) + dice.choice(_VOWELS) for _ in range(3)]
            name = "".join(syllables) + dice.choice(_CODAS)
            if not self.retriever.is_spelled_right(name):
                return f"{name.capitalize()} {dice.randrange(11, 990)}"
        return ""

    def _in_manner(self, template: str, product: Document, manner: str, dice: random.Random) -> Question:
        if manner == SPOKEN_OF:
            return Question(template.replace(" at {}", " there").replace("{}", "it"), product.id)
        name = product.with_article()
        if manner == MISSPELT:
            name = misspelt(name, dice, self.retriever.is_spelled_right)
        text = template.replace("{}", name)
        return Question(as_heard(text) if manner == HEARD else text)


def _is_measure(code: str) -> bool:
    """Whether a number with letters is an amount: `500ml`."""
    return unit_word(re.sub(r"^[\d.,-]+", "", code)) is not None
