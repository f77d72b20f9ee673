"""What a search request asks for."""

import pytest

from retrieval.concepts import Asked, Concepts
from retrieval.document import Document, Fact
from retrieval.selection import ProductSearch, ProductSelector, ranked


def product(name: str, category: str, price: float, weight: str, brand: str = "Oak") -> Document:
    facts = (Fact("price", "price", f"${price}", price), Fact("weight", "weight", weight))
    return Document(f"product:{name}", "product", name, "", facts=facts, brand=brand, category=category)


SHOP = [
    product("Ash", "Laptops", 400, "1.5 kilograms"),
    product("Birch", "Laptops", 900, "900 grams", brand="Easy Porch"),
    product("Cedar", "Phones", 300, "200 grams"),
    product("Drum Buds", "Audio > Earbuds", 50, "5 grams", brand="Easy Porch"),
    product("Elm TV", "TVs", 1000, "unknown"),
]
SELECTOR = ProductSelector(SHOP)
RANKINGS = Concepts(
    Document(f"concept:{name}", "concept", name, "", facts=(Fact("more-1", "more", more), Fact("less-1", "less", less)))
    for name, more, less in (("price", "dearest", "cheapest"), ("weight", "heaviest", "lightest"))
)


def asked_of(text: str) -> list[Asked]:
    """What `text` ranks by; nothing is known of its meaning."""
    return [asked for asked in RANKINGS.asked(text, {}) if asked.ranking]


def read(text: str) -> ProductSearch | None:
    return SELECTOR.read(text, asked_of(text))


def names(text: str) -> set[str]:
    search = read(text)
    assert search is not None
    return {product.title for product in search.products}


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
def test_selects_by_kind_brand_and_price(text: str, expected: set[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize("text", ["what is the capital of France", "under 100 dollars", "hello", ""])
def test_no_kind_and_no_brand_is_no_search(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "is_exact"),
    [("do you have any laptops under 500 dollars", True), ("do you have laptops with a nice keyboard", False)],
)
def test_knows_whether_every_wish_was_checked(text: str, is_exact: bool) -> None:
    search = read(text)
    assert search
    assert search.is_exact is is_exact


def test_naming_a_kind_is_not_yet_a_request() -> None:
    asking, naming = read("show me a phone"), read("my phone is broken")
    assert asking
    assert asking.is_request
    assert naming
    assert not naming.is_request


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("cheapest", ["Drum Buds", "Cedar", "Ash", "Birch", "Elm TV"]),
        ("heaviest", ["Ash", "Birch", "Cedar", "Drum Buds"]),
    ],
)
def test_ranks_by_a_property_across_units(text: str, order: list[str]) -> None:
    (asked,) = asked_of(text)
    assert [product.title for product in ranked(SHOP, asked)] == order


def test_nothing_comparable_ranks_nothing() -> None:
    (asked,) = asked_of("heaviest")
    assert ranked(SHOP[-1:], asked) == []
