"""Which property a question asks for."""

from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.document import CONCEPT, Document, Fact
from retrieval.index.name_index import NameIndex
from retrieval.language.concepts import Concepts, concept_of
from retrieval.questions.question_reading import QuestionReader
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.conftest import CONCEPTS

WEIGHT = Document(
    "concept:weight",
    CONCEPT,
    "weight",
    "",
    facts=(
        Fact("label-1", "label", "Mass"),
        Fact("label-2", "label", "weight"),
        Fact("more-1", "more", "heavier"),
        Fact("less-1", "less", "lighter"),
    ),
)
LIGHTING = Document("concept:lighting", CONCEPT, "lighting", "", facts=(Fact("less-1", "less", "less lighter glow"),))
BOTH = Concepts([WEIGHT, LIGHTING])


def test_a_concept_without_labels_goes_by_its_name() -> None:
    assert concept_of(WEIGHT).labels == ("mass", "weight")
    assert concept_of(LIGHTING).labels == ("lighting",)


def test_the_nearest_concept_comes_first() -> None:
    asked = BOTH.asked("whatever", {"concept:weight": 0.3, "concept:lighting": 0.4})
    assert [(each.concept.name, each.score) for each in asked] == [("lighting", 0.4), ("weight", 0.3)]


@pytest.mark.parametrize("text", ["and the weights", "what mass has it"])
def test_a_name_or_first_label_in_the_question_counts_for_its_concept(text: str) -> None:
    first = BOTH.asked(text, {"concept:weight": 0.1, "concept:lighting": 0.5})[0]
    assert first.concept.name == "weight"
    assert first.score == pytest.approx(0.55)


def test_another_form_of_a_name_does_not_count() -> None:
    assert BOTH.asked("is it light", {"concept:weight": 0.1})[0].concept.name == "weight"


@pytest.mark.parametrize(
    ("text", "name", "ranking", "trigger"),
    [
        ("which is heavier", "weight", 1, "heavier"),
        ("the lighter one", "weight", -1, "lighter"),
        ("with less lighter glow", "lighting", -1, "less lighter glow"),
    ],
)
def test_a_word_that_ranks_asks_for_its_concept(text: str, name: str, ranking: int, trigger: str) -> None:
    first = BOTH.asked(text, {})[0]
    assert (first.concept.name, first.ranking, first.trigger) == (name, ranking, trigger)
    assert sum(each.ranking != 0 for each in BOTH.asked(text, {})) == 1


def test_no_word_ranks_in_a_plain_question() -> None:
    assert all(each.ranking == 0 for each in BOTH.asked("is it heavy", {"concept:weight": 0.9}))


def test_concepts_are_known_but_never_found(retriever: HybridRetriever) -> None:
    assert len(retriever.catalogue.documents(CONCEPT)) == CONCEPTS.count("- name:")
    found = retriever.search("how heavy is it, how many sockets does it have", limit=1000)
    assert found
    assert all(passage.kind != CONCEPT for passage in found)


def test_product_names_do_not_disturb_what_is_asked(retriever: HybridRetriever) -> None:
    reader = QuestionReader(retriever, NameIndex(retriever.catalogue.rows))
    named, plain = reader.read("how heavy is the falcon book 14"), reader.read("how heavy is it")
    assert named.asked == plain.asked
    assert named.asked[0].concept.name == "weight"
    assert named.asked[0].score == pytest.approx(1.0)


def test_a_shop_can_add_a_property_of_its_own(knowledge: Path) -> None:
    path = knowledge / "concepts.yml"
    path.write_text(
        path.read_text(encoding="utf-8") + "- {name: Aroma, questions: [how does it smell]}\n", encoding="utf-8"
    )
    (aroma,) = (document for document in read_corpus(knowledge) if document.id == "concept:aroma")
    assert aroma.aliases == ("how does it smell",)
    assert concept_of(aroma).labels == ("aroma",)
