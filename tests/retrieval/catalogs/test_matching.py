"""The same product in two catalogues."""

import random

import pytest

from benchmarks import matching
from retrieval.catalogs.matching import match
from retrieval.document import Document, Fact
from retrieval.options import MatchOptions

NAMES = [
    "Harbor Kettle 1.7", "Oak Desk Lamp", "Falcon Book 14", "Falcon Book 16", "Pulse Buds 2", "River Phone 5",
    "Brook Flask Steel", "Night Watch Camera", "Tern Office Suite 2007", "Tern Office Suite 2006", "Robin Vacuum",
]  # fmt: skip


def product(name: str, title: str, brand: str = "", text: str = "", price: str = "") -> Document:
    facts = (Fact("price", "price", price, float(price.strip("$€"))),) if price else ()
    return Document(f"product:{name}", "product", title, text, facts=facts, brand=brand)


def catalogue(side: str, titles: list[str] = NAMES) -> list[Document]:
    return [product(f"{side}{at}", title) for at, title in enumerate(titles)]


def pairs(left: list[Document], right: list[Document], options: MatchOptions | None = None) -> set[tuple[str, str]]:
    strip = len("product:")
    return {(one.left_id[strip:], one.right_id[strip:]) for one in match(left, right, options)}


def test_every_product_finds_itself_whatever_the_order() -> None:
    right = catalogue("b")
    random.Random(3).shuffle(right)
    assert pairs(catalogue("a"), right) == {(f"a{at}", f"b{at}") for at in range(len(NAMES))}


def test_matching_is_the_same_from_either_side() -> None:
    titles = [f"{title} - complete package" for title in NAMES[2:]]
    there = match(catalogue("a"), catalogue("b", titles), MatchOptions(near_best=1))
    back = match(catalogue("b", titles), catalogue("a"), MatchOptions(near_best=1))
    assert {(one.left_id, one.right_id) for one in there} == {(one.right_id, one.left_id) for one in back}
    assert len(there) == len(titles)


@pytest.mark.parametrize(
    "title",
    [
        "TERN OFFICE SUITE 2007",
        "tern off ste 2007",
        "Tern 2007 office suite (cd) windows",
        "Tern OfficeSuite 2007",
        "Tern Office Suite 2007.0",
    ],
)
def test_other_ways_of_writing_a_title_are_the_same_product(title: str) -> None:
    assert ("a8", "b0") in pairs(catalogue("a"), catalogue("b", [title, "Something Else", "Another Thing"]))


def test_versions_tell_products_apart() -> None:
    assert pairs(catalogue("a"), catalogue("b", ["Tern Office Suite 2006", "Falcon Book 14"])) == {
        ("a9", "b0"),
        ("a2", "b1"),
    }


def test_what_the_other_catalogue_lacks_has_no_match() -> None:
    assert pairs(catalogue("a"), catalogue("b", ["Copper Teapot", "Office Chair"])) == set()


def test_a_model_code_joins_titles_that_share_little_else() -> None:
    left = [*catalogue("a"), product("code", "Sona Turntable - PS-LX350H")]
    right = [*catalogue("b"), product("code", "PSLX350H record player"), product("other", "Sona record cleaner")]
    assert ("code", "code") in pairs(left, right, MatchOptions(min_score=0.3))


def test_price_and_description_decide_between_equal_titles() -> None:
    right = [product("cheap", "Oak Desk Lamp", price="$20"), product("dear", "Oak Desk Lamp", price="$90")]
    assert pairs([product("a", "Oak Desk Lamp", price="$85")], right, MatchOptions(near_best=1)) == {("a", "dear")}
    right = [product("x", "Oak Desk Lamp", text="warm light"), product("y", "Oak Desk Lamp", text="cold metal")]
    left = [product("a", "Oak Desk Lamp", text="a warm light for desks")]
    assert pairs(left, right, MatchOptions(near_best=1)) == {("a", "x")}


def test_prices_in_different_currencies_are_not_compared() -> None:
    left = [product("a", "Oak Desk Lamp", price="$85")]
    one, other = (
        match(left, [product("b", "Oak Desk Lamp", price=price)])[0].score for price in ("€85", "€1")
    )  # fmt: skip
    assert one == other


def test_a_thing_that_is_listed_twice_matches_twice_when_that_is_allowed() -> None:
    right = [product("b", "Oak Desk Lamp"), product("c", "Oak Desk Lamp")]
    assert pairs(catalogue("a"), right) == {("a1", "b"), ("a1", "c")}
    different = [product("b", "Oak Desk Lamp"), product("c", "Oak Desk Lamp with shade")]
    assert pairs(catalogue("a"), different) == {("a1", "b")}


def test_empty_catalogues_have_no_matches() -> None:
    assert match([], []) == match(catalogue("a"), []) == match([], catalogue("a")) == []


@pytest.mark.heavy
def test_two_real_shops_are_matched_better_than_the_bar() -> None:
    if not matching.FOLDER.is_dir():
        pytest.skip(f"{matching.FOLDER} is not there")
    ours = matching.read_products(matching.FOLDER / "AmazonProducts.csv", "title")
    theirs = matching.read_products(matching.FOLDER / "GoogleProducts.csv", "name")
    _, _, f1 = matching.measured(match(ours, theirs), matching.read_mapping(matching.FOLDER / matching.MAPPING))
    assert f1 >= 0.65


def test_model_numbers_that_contradict_forbid_a_pair() -> None:
    ours = [product("a", "Epson black ink cartridge T060320")]
    assert match(ours, [product("b", "Epson black ink cartridge T060-320")])
    assert not match(ours, [product("b", "Epson black ink cartridge T042320")])


def test_variants_of_the_best_are_not_the_best_listed_twice() -> None:
    ours = [product("a", "Harbor kettle, steel, quiet")]
    best = product("b", "Harbor kettle, steel, quiet HK4010")
    variant, twin = (product("c", f"Harbor kettle, steel, quiet {code}") for code in ("HK4020", "HK-4010"))
    assert len(match(ours, [best, variant])) == 1
    assert len(match(ours, [best, twin])) == 2
