"""Which product a text means."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest

from benchmarks.corpus import name_index
from retrieval.document import Document
from retrieval.index.name_index import NAMES_SCHEMA, NameIndex, NameWriter, Word, tokens_of
from retrieval.questions.product_resolution import ProductNames
from retrieval.questions.question_reading import places_named


def product(name: str, *aliases: str, category: str = "") -> Document:
    return Document(f"product:{name.lower().replace(' ', '-')}", "product", name, "", aliases, category=category)


def names_of(products: list[Document]) -> ProductNames:
    return ProductNames(name_index(products))


NAMES = names_of(
    [
        product("Pulse Buds 2", "pulse buds", category="Earbuds"),
        product("Pulse Buds Pro", category="Earbuds"),
        product("Acorn Buds", category="Earbuds"),
        product("Falcon Book 14", category="Laptops"),
        product("Falcon Book 16", category="Laptops"),
        product("River Phone 5", category="Phones"),
        product("River Phone 5 Mini", "river mini", category="Phones"),
        product("Simple Phone", category="Phones"),
        product("Harvest Phone", category="Phones"),
        product("Night Watch Camera", category="Cameras"),
        product("Barn Door Soundbar", category="Speakers"),
        product("Robin Vacuum", "robin", category="Smart Home"),
    ]
)


def found(text: str) -> list[str]:
    return [mention.product_id.removeprefix("product:") for mention in NAMES.find(tokens_of(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how much are the Pulse Buds 2?", "pulse-buds-2"),
        ("pulse buds two please", "pulse-buds-2"),
        ("the pulse buds", "pulse-buds-2"),
        ("pulse buds pro", "pulse-buds-pro"),
        ("battery of puls buds pro", "pulse-buds-pro"),
        ("pulsebuds pro", "pulse-buds-pro"),
        ("how heavy is the faclon book 14", "falcon-book-14"),
        ("falcon book sixteen", "falcon-book-16"),
        ("the Falcon's book 16", "falcon-book-16"),
        ("river phone five", "river-phone-5"),
        ("the river phone five mini", "river-phone-5-mini"),
        ("barn door sound bar", "barn-door-soundbar"),
        ("does the robin mop", "robin-vacuum"),
        ("simple phones", "simple-phone"),
        ("the acorn bads", "acorn-buds"),
        ("the harvets phone", "harvest-phone"),
        ("is the river phone 5 mini cheaper than mine", "river-phone-5-mini"),
    ],
)
def test_names_the_product(text: str, expected: str) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "do you have any phones",
        "who won the football match last night",
        "a simple question",
        "which earbuds are best",
        "what is the capital of France",
        "5",
        "",
    ],
)
def test_names_none(text: str) -> None:
    assert found(text) == []


def test_a_number_that_no_product_has_is_not_forced_onto_one() -> None:
    assert found("pulse buds 3") == []
    assert found("how many pulse buds 2 are there 3") == ["pulse-buds-2"]


def test_a_name_that_fits_two_products_means_either() -> None:
    mentions = NAMES.find(tokens_of("how much is the falcon book"))
    assert sorted(mention.product_id for mention in mentions) == ["product:falcon-book-14", "product:falcon-book-16"]
    assert places_named(mentions) == 1


def test_two_names_in_a_text_are_two_places_in_their_order() -> None:
    mentions = NAMES.find(tokens_of("is the acorn buds or the falcon book 14 lighter"))
    assert [mention.product_id for mention in mentions] == ["product:acorn-buds", "product:falcon-book-14"]
    assert places_named(mentions) == 2


def test_a_mention_knows_its_words() -> None:
    tokens = tokens_of("what does the river phone five mini cost")
    (mention,) = NAMES.find(tokens)
    assert tokens[mention.start : mention.end] == ["river", "phone", "5", "mini"]
    assert mention.score == pytest.approx(1.0)


def test_no_products_name_nothing() -> None:
    assert names_of([]).find(["robin"]) == []


def test_words_before_a_name_that_belong_to_another_do_not_help_it() -> None:
    names = names_of([product("Sunday Dress Watch", "sunday watch"), product("Open Trail Buds")])
    assert names.find(tokens_of("are you open on sunday")) == []
    assert names.find(tokens_of("the sunday watch"))


def test_a_name_within_a_longer_one_is_found_beside_it() -> None:
    mentions = NAMES.find(tokens_of("is the river phone 5 mini lighter than the river phone 5"))
    assert [mention.product_id for mention in mentions] == ["product:river-phone-5-mini", "product:river-phone-5"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("the falcon book 18", True), ("a book of 18 pages", False), ("book 18", False)],
)
def test_knows_the_name_of_a_product_that_is_not_there_by_its_number(text: str, expected: bool) -> None:
    assert NAMES.finds_other_number(tokens_of(text)) is expected


class CountedNames(NameIndex):
    """Names in memory; counts the letters of all that is looked up, and how often a word is asked for."""

    def __init__(self, products: list[Document]) -> None:
        self.work = 0
        connection = sqlite3.connect(":memory:")
        connection.executescript(NAMES_SCHEMA)
        writer = NameWriter(connection)
        for document in products:
            writer.add(document)

        def rows(sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
            self.work += sum(len(str(parameter)) for parameter in parameters)
            return connection.execute(sql, parameters).fetchall()

        super().__init__(rows)
        read = self.word

        def word(token: str) -> Word:
            self.work += 1
            return read(token)

        self.word = word


ALIKE = [product(f"Falcon {word} {number}") for word in ("Book", "Phone", "Kettle") for number in range(20)]


def work_for(text: str) -> int:
    """What it takes to find the names in `text`."""
    index = CountedNames(ALIKE)
    names, tokens = ProductNames(index), tokens_of(text)
    names.find(tokens)
    names.finds_other_number(tokens)
    return index.work


@pytest.mark.parametrize("said", ["abab", "pulse ", "kettel ", "a b c ", "falconbook ", "\u4e2d", "4821 ", "!"])
def test_work_grows_with_the_length_of_a_text_alone(said: str) -> None:
    shorter, longer = (work_for((said * size)[:size]) for size in (4_000, 8_000))
    assert longer <= 2.1 * shorter + 200


def test_a_name_said_a_thousand_times_is_found_where_it_was_said_first() -> None:
    (mention,) = NAMES.find(tokens_of("harvest phone " * 1_000))
    assert (mention.product_id, mention.start, mention.end) == ("product:harvest-phone", 0, 2)


def test_a_word_for_a_property_is_no_misspelled_name() -> None:
    index = name_index([product("Rice")])
    assert ProductNames(index).find(["prise"]) == ProductNames(index, {"price"}).find(["prise"])
    assert ProductNames(index, {"price"}).find(["price"]) == []


def test_words_that_say_nothing_are_no_name() -> None:
    names = names_of([product("Aquarium of the Bay", "of the bay"), product("Fable")])
    assert not names.find(tokens_of("the zip code of the hotel"))
    assert [mention.product_id for mention in names.find(tokens_of("aquarium of the bay"))] == [
        "product:aquarium-of-the-bay"
    ]


@pytest.mark.parametrize(("token", "is_there"), [("buds", True), ("bud", True), ("robin", True), ("able", False)])
def test_knows_the_words_of_names(token: str, is_there: bool) -> None:
    assert NAMES.is_in_a_name(token) == is_there
