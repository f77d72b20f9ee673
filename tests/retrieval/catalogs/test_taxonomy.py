"""Taxonomies read, and products placed in them."""

import re
from pathlib import Path

import pytest

from retrieval.catalogs.taxonomy import Place, TaxonomyPlacer, read_taxonomy
from retrieval.document import Document, Fact
from retrieval.errors import RetrievalError
from retrieval.options import TaxonomyOptions
from tests.conftest import BENCH
from tests.retrieval.toy_embedder import WordHashEmbedder

PLACES = [
    Place(1, ("Home",)),
    Place(2, ("Home", "Kitchen")),
    Place(3, ("Home", "Kitchen", "Electric Kettles")),
    Place(4, ("Home", "Lamps")),
    Place(5, ("Pets",)),
    Place(6, ("Pets", "Dog Beds")),
]
FLAT = "# Google\n" + "".join(f"{place.number} - {' > '.join(place.path)}\n" for place in PLACES)
NESTED = """\
# A tree
1 | [  1-  8] | Home
  2 | [  2-  5] | Kitchen
    3 | [  3-  4] | Electric Kettles
  4 | [  6-  7] | Lamps

5 | [  9- 12] | Pets
    6 | [ 10- 11] | Dog Beds
"""


def product(title: str, category: str = "") -> Document:
    return Document("product:a", "product", title, "", category=category)


@pytest.fixture
def placer() -> TaxonomyPlacer:
    return TaxonomyPlacer(PLACES, WordHashEmbedder())


@pytest.mark.parametrize("text", [FLAT, NESTED])
def test_reads_flat_and_nested_files(tmp_path: Path, text: str) -> None:
    path = tmp_path / "taxonomy.txt"
    path.write_text(text, encoding="utf-8")
    assert read_taxonomy(path) == PLACES


@pytest.mark.parametrize(
    ("text", "place"), [("1 - Home\nHome\n", "taxonomy.txt:2"), ("# only notes\n", "taxonomy.txt")]
)
def test_what_is_no_taxonomy_is_named(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "taxonomy.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RetrievalError, match=re.escape(place)):
        read_taxonomy(path)


@pytest.mark.parametrize(
    ("title", "category", "number"),
    [
        ("Harbor electric kettle", "", 3),
        ("Brook", "Pets > Beds for a dog", 6),
        ("Oak lamp", "Living > Lamps", 4),
    ],
)
def test_a_product_is_placed_by_title_and_category(
    placer: TaxonomyPlacer, title: str, category: str, number: int
) -> None:
    assert placer.place([product(title, category)])[0].place.number == number


def test_several_are_placed_as_one_by_one(placer: TaxonomyPlacer) -> None:
    products = [product("electric kettle"), product("dog bed"), product("lamp")]
    together, alone = placer.place(products), [placer.place([each])[0] for each in products]
    assert [each.place for each in together] == [each.place for each in alone]
    assert [each.score for each in together] == pytest.approx([each.score for each in alone])
    assert placer.place([]) == []


def test_the_place_becomes_the_category_and_the_own_one_stays_as_a_fact(placer: TaxonomyPlacer) -> None:
    faq = Document("faq:a", "faq", "Which lamps?", "All.")
    kettle, same, passed = placer.placed([product("electric kettle", "Cooking"), product("lamp", "Home > Lamps"), faq])
    assert (kettle.category, kettle.facts) == (
        "Home > Kitchen > Electric Kettles",
        (Fact("listed-under", "listed under", "Cooking"),),
    )
    assert same == product("lamp", "Home > Lamps")
    assert passed is faq


def test_what_fits_nowhere_keeps_its_category() -> None:
    strict = TaxonomyPlacer(PLACES, WordHashEmbedder(), TaxonomyOptions(min_score=0.9))
    odd = product("gift card", "Other")
    assert list(strict.placed([odd])) == [odd]


def test_google_s_taxonomy_is_read_whole() -> None:
    path = BENCH / "retrieval" / "google_taxonomy" / "taxonomy-with-ids.en-US.txt"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    places = read_taxonomy(path)
    assert len(places) == 5595
    assert places[-1].path == ("Vehicles & Parts", "Vehicles", "Watercraft", "Yachts")
    assert len({place.path[0] for place in places}) == 21
