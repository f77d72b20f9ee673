"""A question as it is understood."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.document import Document, Fact
from retrieval.embedder import Vectors
from retrieval.index.index_folder import build_index
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.language.concepts import Asked, Concept
from retrieval.questions.product_resolution import Mention
from retrieval.questions.question_reading import QuestionReader, Reading, places_named, without_brand
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

ZERO = np.zeros(2, np.float32)


def reading(text: str, *asked: Asked) -> Reading:
    tokens = tuple(tokens_of(text))
    return Reading(text, tokens, tokens, ZERO, ZERO, (), asked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and the falcon book", True),
        ("ok, so what about the other", True),
        ("Same for the buds", True),
        ("what of it", True),
        ("android phones", False),
        ("the black and the white", False),
        ("yes", False),
        ("", False),
    ],
)
def test_knows_a_question_that_goes_on_from_the_last(text: str, expected: bool) -> None:
    assert reading(text).goes_on is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("how heavy is it", True), ("those with a case", True), ("their weight", True), ("the item is new", False)],
)
def test_knows_what_points_back(text: str, expected: bool) -> None:
    assert reading(text).points_back is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("do you sell boats", True),
        ("how much does a boat cost", True),
        ("price of a boat", True),
        ("how much time do I have", False),
        ("do you resell", False),
    ],
)
def test_knows_what_asks_for_goods(text: str, expected: bool) -> None:
    assert reading(text).asks_for_goods is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is the difference", True),
        ("how do they differ", True),
        ("A versus B", True),
        ("compared to that", True),
        ("an indifferent shop", False),
    ],
)
def test_knows_what_asks_for_a_difference(text: str, expected: bool) -> None:
    assert reading(text).asks_for_difference is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("any complaints", True), ("pros and cons", False), ("any praise", False)]
)
def test_knows_what_asks_for_the_bad_alone(text: str, expected: bool) -> None:
    assert reading(text).asks_for_complaints is expected


def test_the_ranking_is_the_likeliest_concept_that_ranks() -> None:
    weight, price = Concept("weight", ("weight",)), Concept("price", ("price",))
    asked = Asked(weight, 0.8), Asked(price, 0.7, -1, "cheaper"), Asked(weight, 0.6, 1, "heavier")
    assert reading("cheaper", *asked).ranking == asked[1]
    assert reading("how heavy", asked[0]).ranking is None


def test_reads_words_names_and_properties(reader: QuestionReader) -> None:
    found = reader.read("How heavy is the Pulse Buds two?")
    assert found.text == "How heavy is the Pulse Buds two?"
    assert found.normal == "how heavy is the pulse buds 2"
    assert (found.rest_text, found.stems) == ("how heavy is the", {"how", "heavy", "is", "the"})
    assert [mention.product_id for mention in found.mentions] == ["product:pulse-buds-2"]
    assert found.asked[0].concept.name == "weight"
    assert not found.is_of_other_number


class Remembering(WordHashEmbedder):
    """Keeps the texts it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("how heavy is the pulse buds 2 or the falcon book 14", ["how heavy is it or it"]),
        ("pulse buds 2 weight", ["it weight"]),
        ("weight of your own robin vacuum", ["weight of your own it"]),
        ("the robin vacuum", ["it"]),
        ("how heavy is it", []),
    ],
)
def test_a_name_is_read_as_it(index_dir: Path, text: str, plain: list[str]) -> None:
    embedder = Remembering()
    with HybridRetriever.open(index_dir, embedder) as retriever:
        found = QuestionReader(retriever, NameIndex(retriever.catalogue.rows)).read(text)
    assert embedder.texts == [text, *plain]
    assert (found.plain_vector is found.vector) is not bool(plain)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("how hevy is it", "how heavy is it"),
        ("do you have ear buds", "do you have earbuds"),
        ("how heavy is the pulze buds 2", "how heavy is the pulze buds 2"),
        ("what do people say of its wieght", "what do people say of its wieght"),
        ("how heavy is the zyxwvut", "how heavy is the zyxwvut"),
        ("how heavy is it with the battrey", "how heavy is it with the battrey"),
    ],
)
def test_misspelled_words_are_put_right_where_that_makes_the_question_surer(
    reader: QuestionReader, text: str, read_as: str
) -> None:
    assert reader.read(text).normal == read_as


def test_a_text_without_misspelled_words_is_embedded_as_often_as_it_is_needed(
    reader: QuestionReader, embedder: WordHashEmbedder
) -> None:
    for text, times in (("how heavy is it", 1), ("how heavy is the robin vacuum", 2)):
        before = embedder.embedded
        reader.read(text)
        assert embedder.embedded == before + times


def test_a_name_with_another_number_is_none_of_ours(reader: QuestionReader) -> None:
    found = reader.read("how much is the falcon book 18")
    assert found.is_of_other_number
    assert found.mentions == ()


def mention(start: int, end: int) -> Mention:
    return Mention(f"product:{start}-{end}", 1.0, start, end)


@pytest.mark.parametrize(
    ("mentions", "places"),
    [
        ([], 0),
        ([mention(0, 2)], 1),
        ([mention(0, 2), mention(0, 2)], 1),
        ([mention(4, 6), mention(0, 3)], 2),
        ([mention(0, 3), mention(3, 5)], 2),
        ([mention(0, 4), mention(1, 2), mention(3, 6)], 1),
    ],
)
def test_products_that_share_words_are_named_in_one_place(mentions: list[Mention], places: int) -> None:
    assert places_named(mentions) == places


def test_the_brand_of_a_product_says_nothing_more_about_it() -> None:
    product = Document("product:a", "product", "A", "", brand="Easy Porch")
    assert without_brand(["is", "easy", "porch", "light", "easy"], product) == "is light"
    assert without_brand(["is", "it"], Document("product:b", "product", "B", "")) == "is it"


PLACES = [
    ("archer-salon", "Archer Salon", "San Francisco"),
    ("zoo", "San Francisco Zoo", "San Francisco"),
    ("city-zoo", "City Zoo", "Napa"),
    ("safari-zoo", "Safari Zoo", "Napa"),
    ("napa", "Napa", "Oakland"),
]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I like the Archer Salon in San Francisco", ["archer-salon"]),
        ("is the Archer Salon a San Francisco place", ["archer-salon"]),
        ("what is there in San Francisco", []),
        ("what is there in Napa", []),
        ("how old is Napa", ["napa"]),
        ("tell me about the San Francisco Zoo", ["zoo"]),
        ("is the Archer Salon near the San Francisco Zoo", ["archer-salon", "zoo"]),
    ],
)
def test_where_things_are_is_no_name_of_a_thing(
    text: str, named: list[str], tmp_path: Path, embedder: WordHashEmbedder
) -> None:
    places = [
        Document(f"product:{name}", "product", title, "", facts=(Fact("city", "city", city),))
        for name, title, city in PLACES
    ]
    build_index(places, embedder, tmp_path / "places")
    with HybridRetriever.open(tmp_path / "places", embedder) as retriever:
        found = QuestionReader(retriever, NameIndex(retriever.catalogue.rows)).read(text)
    assert [mention.product_id.removeprefix("product:") for mention in found.mentions] == named
