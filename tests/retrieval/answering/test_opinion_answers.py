"""Answers from what customers say."""

from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.answering.opinion_answers import OpinionAnswers, is_amount_of, is_just, is_stated
from retrieval.document import Document, Fact
from retrieval.index.index_folder import build_index
from retrieval.index.name_index import NameIndex
from retrieval.language.concepts import Concept
from retrieval.options import AnswerOptions
from retrieval.properties.facts import ChosenFact
from retrieval.questions.question_reading import QuestionReader
from retrieval.reviews.statements import Statements
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.conftest import write_lines
from tests.retrieval.toy_embedder import WordHashEmbedder

BUDS = "product:pulse-buds-2"
WEIGHT = Concept("weight", ("weight",), units=frozenset({"gram"}), is_general=True)
ROOMS = Concept("rooms", ("rooms",), is_general=True)
PRICES = Concept("price range", ("price range",), values=frozenset({"cheap"}))


@pytest.fixture
def speak(retriever: HybridRetriever) -> OpinionAnswers:
    return OpinionAnswers(retriever, Statements(retriever), AnswerOptions())


@pytest.fixture
def buds(retriever: HybridRetriever) -> Document:
    return next(each for each in retriever.catalogue.documents("product") if each.id == BUDS)


def test_a_judgement_is_that_of_the_reviews_that_speak_of_it(
    speak: OpinionAnswers, reader: QuestionReader, buds: Document
) -> None:
    said = speak.judged(reader.read("does the battery last all day, is it decent"), buds, None)
    assert said
    assert said.text.startswith("Of 3 reviews of the Pulse Buds 2, one speaks of that")
    assert said.source_ids == ("review:r1",)


@pytest.mark.parametrize(
    ("texts", "begins"),
    [
        (["The brass screw handle is great.", "The brass screw handle is lovely."], "Yes, mostly. Of 2 reviews"),
        (["The brass screw handle is terrible.", "The brass screw handle is awful."], "No, mostly not. Of 2 reviews"),
        (["The brass screw handle is great.", "The brass screw handle is awful."], "Opinions differ. Of 2 reviews"),
        (["The brass screw handle is great."], "The one review"),
    ],
)
def test_a_good_thing_is_so_where_most_say_it(
    tmp_path: Path, embedder: WordHashEmbedder, texts: list[str], begins: str
) -> None:
    rows: list[dict[str, object]] = [
        {"id": f"r{at}", "product_id": "jug", "rating": 3, "title": "", "text": text} for at, text in enumerate(texts)
    ]
    write_lines(tmp_path / "products.jsonl", [{"id": "jug", "name": "Kestrel Jug", "description": "For milk."}])
    write_lines(tmp_path / "reviews.jsonl", rows)
    build_index(read_corpus(tmp_path), embedder, tmp_path / "index")
    with HybridRetriever.open(tmp_path / "index", embedder) as opened:
        jug = opened.catalogue.documents("product")[0]
        reading = QuestionReader(opened, NameIndex(opened.catalogue.rows)).read("is the brass screw handle of it good")
        said = OpinionAnswers(opened, Statements(opened), AnswerOptions()).judged(reading, jug, None)
    assert said
    assert said.text.startswith(begins)


@pytest.mark.parametrize("text", ["does the lid of it close", "is the zip of it solid"])
def test_no_judgement_is_told_where_none_is_asked_or_known(
    speak: OpinionAnswers, reader: QuestionReader, buds: Document, text: str
) -> None:
    assert speak.judged(reader.read(text), buds, None) is None


def test_the_description_answers_in_the_words_of_the_question(
    speak: OpinionAnswers, reader: QuestionReader, buds: Document
) -> None:
    said = speak.judged(reader.read("do the earbuds have a warm sound"), buds, None)
    assert said
    assert said.text == "Pulse Buds 2: Small wireless earbuds with a warm sound."
    assert said.source_ids == (BUDS,)


@pytest.mark.parametrize(
    ("word", "fact", "concept", "subject", "expected"),
    [
        ("heavy", Fact("weight", "weight", "5 grams"), WEIGHT, {"case"}, True),
        ("large", Fact("room", "double room", "90 pounds"), ROOMS, {"room"}, False),
        ("large", Fact("size", "size", "30 x 20"), None, set(), True),
        ("lovely", Fact("size", "size", "30 x 20"), None, set(), False),
        ("quiet", Fact("fan", "fan", "quiet at night"), None, {"fan"}, True),
        ("cheap", Fact("price-range", "price range", "moderate"), PRICES, {"food"}, True),
    ],
)
def test_a_record_states_what_its_value_says_or_measures(
    word: str, fact: Fact, concept: Concept | None, subject: set[str], expected: bool
) -> None:
    assert is_stated(word, ChosenFact(fact, fact.label, 0.8, concept), subject) is expected


def test_what_the_record_lacks_is_not_stated() -> None:
    assert not is_stated("heavy", None, set())
    assert not is_stated("heavy", ChosenFact(None, "weight", 0.8, WEIGHT), set())


def test_how_much_of_a_property_is_no_judgement_even_where_it_is_lacking() -> None:
    lacking = ChosenFact(None, "weight", 0.8, WEIGHT)
    assert is_amount_of("heavy", ["how", "heavy", "is", "it"], lacking)
    assert not is_amount_of("heavy", ["is", "it", "heavy"], lacking)
    assert not is_amount_of("large", ["how", "large"], ChosenFact(None, "rooms", 0.8, ROOMS))


def test_a_label_with_other_words_is_not_just_the_property() -> None:
    assert is_just(ChosenFact(Fact("weight", "weight", "5 grams"), "weight", 0.8, WEIGHT))
    assert not is_just(ChosenFact(Fact("room", "double room", "90 pounds"), "double room", 0.8, ROOMS))
    assert not is_just(ChosenFact(Fact("size", "size", "3"), "size", 0.8))
