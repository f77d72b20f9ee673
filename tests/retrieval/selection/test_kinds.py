"""The kinds of things that a search asks for."""

import pytest

from retrieval.conditions import Kinds
from retrieval.index.catalogue import Catalogue
from retrieval.selection.kinds import KindReader, either, together
from retrieval.values.value_index import ValueIndex
from tests.retrieval.selection.places import PLACES


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> KindReader:
    return KindReader([each.category for each in PLACES], ValueIndex(catalogue.rows))


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("a guest house in the east", [("Hotels > Guesthouse",)]),
        ("somewhere to eat", [("Restaurants",)]),
        ("italian restaurants", [("Restaurants > Italian",), ("Restaurants",)]),
        ("parks or museums", [("Sights > Park", "Sights > Museum")]),
        ("asian fusion food", [("Restaurants > Asian Fusion",), ("Restaurants",)]),
        ("free parking", []),
        ("what is the weather", []),
    ],
)
def test_a_kind_is_a_step_of_a_category_or_another_word_for_one(
    reader: KindReader, text: str, categories: list[tuple[str, ...]]
) -> None:
    assert [kinds.categories for kinds in reader.read(text.split()).kinds] == categories


def test_a_kind_knows_the_labels_that_state_it_and_its_words(reader: KindReader) -> None:
    found = reader.read(["any", "museums", "there"])
    (museum,) = found.kinds
    assert (museum.labels, museum.said) == (("type",), "museums")
    assert found.places == {1}


def test_what_is_excluded_is_no_kind(reader: KindReader) -> None:
    assert reader.read(["no", "museums"], excluded={1}).kinds == ()


def test_of_kinds_that_nothing_can_be_together_one_is_enough(catalogue: Catalogue) -> None:
    park, museum, sight = Kinds(("Sights > Park",), ()), Kinds(("Sights > Museum",), ()), Kinds(("Sights",), ())
    assert together(catalogue, (sight, park)) == (sight, park)
    assert together(catalogue, (sight, park, museum)) == [either(park, museum)]
