"""What a search request asks for."""

from collections.abc import Collection, Iterator
from typing import Protocol

import pytest

from retrieval.document import Document, Fact
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.chunking import cut
from retrieval.index.name_index import NameIndex
from retrieval.language.concepts import Asked, Concepts
from retrieval.selection.selection import ProductSearch, ProductSelector


def product(
    name: str, category: str, price: float, weight: str, brand: str = "Oak", colour: str = "grey", stock: int = 1
) -> Document:
    facts = (
        Fact("price", "price", f"${price}", price),
        Fact("stock", "stock", f"{stock} in stock", stock),
        Fact("weight", "weight", weight),
        Fact("colours", "colours", colour),
    )
    return Document(f"product:{name}", "product", name, "", facts=facts, brand=brand, category=category)


SHOP = [
    product("Ash", "Laptops", 400, "1.5 kilograms"),
    product("Birch", "Laptops", 900, "900 grams", brand="Easy Porch", colour="red and white", stock=0),
    product("Cedar", "Phones", 300, "200 grams"),
    product("Drum Buds", "Audio > Earbuds", 50, "5 grams", brand="Easy Porch"),
    product("Elm TV", "TVs", 1000, "unknown"),
    product("Fir Tablet", "Tablets and Readers", 500, "unknown"),
    product("Gum Tale", "Tablets and Readers", 450, "unknown"),
]
RANKINGS = Concepts(
    Document(f"concept:{name}", "concept", name, "", facts=(Fact("more-1", "more", more), Fact("less-1", "less", less)))
    for name, more, less in (("price", "dearest", "cheapest"), ("weight", "heaviest", "lightest"))
)


def asked_of(text: str) -> list[Asked]:
    """What `text` ranks by; nothing is known of its meaning."""
    return [asked for asked in RANKINGS.asked(text, {}) if asked.ranking]


def products_with(words: Collection[str], limit: int) -> list[str]:
    """The ids of the products of the shop whose facts have all of `words`."""
    texts = {each.id: " ".join(f"{fact.label} {fact.text}" for fact in each.facts).split() for each in SHOP}
    return [each for each, said in texts.items() if words and set(words) <= set(said)]


class Read(Protocol):
    def __call__(self, text: str, said_before: Filter | None = None) -> ProductSearch | None: ...


@pytest.fixture(scope="module")
def selector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductSelector]:
    """Reads requests against the shop's catalogue."""
    folder = tmp_path_factory.mktemp("catalogue")
    with CatalogueWriter(folder) as writer:
        for document in SHOP:
            writer.add(document, list(cut(document)))
        writer.finish()
    with Catalogue(folder) as catalogue:
        yield ProductSelector(catalogue, NameIndex(catalogue.rows), products_with)


@pytest.fixture(scope="module")
def read(selector: ProductSelector) -> Read:
    """Reads a request against the shop's catalogue."""
    return lambda text, said_before=None: selector.read(text, asked_of(text), said_before)


def titles(search: ProductSearch | None) -> list[str]:
    assert search is not None
    return [product.title for product in search.products]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("do you have any laptops", {"Ash", "Birch"}),
        ("show me notebooks", {"Ash", "Birch"}),
        ("laptops under 500 dollars", {"Ash"}),
        ("laptops for less than five hundred dollars", {"Ash"}),
        ("laptops over $500", {"Birch"}),
        ("laptops between 800 and 1000 dollars", {"Birch"}),
        ("laptops under a hundred bucks", set()),
        ("what do you have from easy porch", {"Birch", "Drum Buds"}),
        ("easy porch laptops", {"Birch"}),
        ("earphones", {"Drum Buds"}),
        ("a television", {"Elm TV"}),
        ("phones or laptops", {"Ash", "Birch", "Cedar"}),
    ],
)
def test_selects_by_kind_brand_and_price(read: Read, text: str, expected: set[str]) -> None:
    assert set(titles(read(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("laptops that are in stock", ["Ash"]),
        ("anything under 350 dollars", ["Drum Buds", "Cedar"]),
        ("laptops lighter than 1 kilogram", ["Birch"]),
        ("laptops of at least 1000 grams", ["Ash"]),
        ("a tablet", ["Fir Tablet"]),
        ("readers", ["Gum Tale", "Fir Tablet"]),
        ("laptops in red", ["Birch"]),
        ("show me laptops", ["Ash", "Birch"]),
    ],
)
def test_selects_by_stock_amounts_and_values_the_cheapest_first(read: Read, text: str, expected: list[str]) -> None:
    assert titles(read(text)) == expected


def test_both_ends_of_a_property_ask_for_all_in_its_order(read: Read) -> None:
    ordered, best = read("list laptops from cheapest to dearest"), read("the cheapest laptop")
    assert ordered
    assert ordered.is_ordered
    assert best
    assert not best.is_ordered


@pytest.mark.parametrize(
    "text", ["what is the capital of France", "a trip under 100 dollars", "under 100", "hello", ""]
)
def test_no_kind_and_no_brand_is_no_search(read: Read, text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "is_exact"),
    [("do you have any laptops under 500 dollars", True), ("do you have laptops with a nice keyboard", False)],
)
def test_knows_whether_every_wish_was_checked(read: Read, text: str, is_exact: bool) -> None:
    search = read(text)
    assert search
    assert search.is_exact is is_exact


def test_naming_a_kind_is_not_yet_a_request(read: Read) -> None:
    asking, naming = read("show me a phone"), read("my phone is broken")
    assert asking
    assert asking.is_request
    assert naming
    assert not naming.is_request


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("laptops", "Ash", 2),
        ("the dearest laptop", "Birch", 2),
        ("what do you have from easy porch", "Drum Buds", 2),
        ("anything over 1 dollar", "Drum Buds", 7),
        ("tablets", "Fir Tablet", 1),
        ("the heaviest laptop", "Ash", 2),
        ("laptops over 1 kilogram", "Ash", 1),
        ("laptops in grey", "Ash", 1),
        ("the lightest of anything from oak over 1 dollar", "Cedar", 2),
    ],
)
def test_the_first_and_the_count_are_of_all_however_few_are_read(
    read: Read, monkeypatch: pytest.MonkeyPatch, text: str, first: str, count: int
) -> None:
    monkeypatch.setattr("retrieval.selection.picking.MAX_FOUND", 1)
    search = read(text)
    assert search is not None
    assert search.is_exact
    assert (titles(search), search.count) == ([first], count)


def test_products_beyond_the_first_belong_to_the_search(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.selection.picking.MAX_FOUND", 1)
    ids = [f"product:{name}" for name in ("Cedar", "Birch", "Ash", "Nut")]
    for text, expected in (
        ("laptops", ["Birch", "Ash"]),
        ("laptops in red", ["Birch"]),
        ("laptops over 1 kilogram", ["Ash"]),
    ):
        search = read(text)
        assert search is not None
        assert [product.title for product in search.among(ids)] == expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("which is the cheapest", Filter(category="laptops"), ["Ash", "Birch"]),
        ("any under 500", Filter(category="notebook"), ["Ash"]),
        ("anything from easy porch", Filter(category="Laptops"), ["Birch"]),
        ("which are in stock", Filter(category="laptops"), ["Ash"]),
        ("phones", Filter(category="laptops"), ["Cedar"]),
        ("laptops", Filter(brand="easy porch"), ["Birch"]),
        ("laptops from oak", Filter(brand="easy porch"), ["Ash"]),
        ("laptops", Filter(max_price=500), ["Ash"]),
        ("laptops over 500 dollars", Filter(max_price=450), ["Birch"]),
        ("laptops", Filter(in_stock=True), ["Ash"]),
    ],
)
def test_what_was_said_before_holds_unless_it_is_said_anew(
    read: Read, text: str, before: Filter, expected: list[str]
) -> None:
    assert titles(read(text, before)) == expected


@pytest.mark.parametrize("text", ["is it in stock", "hello", "do you ship today", "how heavy is it", "what is that"])
def test_a_category_said_before_makes_no_search_of_other_questions(read: Read, text: str) -> None:
    assert read(text, Filter(category="laptops")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("do you have anything in red", ["Birch"]),
        ("anything under 350 dollars in grey", ["Drum Buds", "Cedar"]),
        ("what is the cheapest thing", ["Drum Buds", "Cedar", "Ash", "Gum Tale", "Fir Tablet", "Birch", "Elm TV"]),
    ],
)
def test_a_value_may_be_wished_for_without_a_kind(read: Read, text: str, expected: list[str]) -> None:
    assert titles(read(text)) == expected


@pytest.mark.parametrize("text", ["is it red", "anything with a weight", "anything in purple"])
def test_without_a_kind_a_wish_has_to_be_a_value(read: Read, text: str) -> None:
    assert read(text) is None


def test_each_value_is_a_condition_of_its_own(read: Read) -> None:
    found = read("laptops in red and white with 900 grams")
    assert found
    assert titles(found) == ["Birch"]
    assert [(test.labels, test.values, test.low) for test in found.conditions.tests] == [
        (("colours",), ("redwhite",), None),
        (("weight",), (), 900),
    ]


def test_what_meets_no_test_is_offered_as_the_closest_with_what_it_fails(read: Read) -> None:
    found = read("laptops in red and white under 1000 dollars")
    assert titles(found) == ["Birch"]
    closest = read("laptops in white")
    assert closest
    assert titles(closest) == ["Birch"]
    none = read("phones in white")
    assert none
    assert [test.said for test in none.failed] == ["white"]
    assert titles(none) == ["Cedar"]


def test_what_turns_set_is_refined_by_later_ones(selector: ProductSelector) -> None:
    before = selector.conditions_of(["any laptops", "in white please"])
    assert before
    assert [kinds.said for kinds in before.kinds] == ["laptops"]
    refined = selector.read("in grey", (), None, before)
    assert refined
    assert (titles(refined), refined.goes_on) == (["Ash"], True)
    other = selector.read("any phones", (), None, before)
    assert other
    assert (titles(other), other.goes_on) == (["Cedar"], False)
    assert selector.conditions_of(["hello"]) is None


def test_things_like_one_are_those_of_its_category(selector: ProductSelector) -> None:
    found = selector.like(SHOP[0])
    assert set(titles(found)) == {"Ash", "Birch"}
    assert selector.like(product("No kind", "", 1, "")) is None
