"""What a search request says."""

import pytest

from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex
from retrieval.selection.request_reading import RequestReader


@pytest.fixture(scope="module")
def reader(catalogue: Catalogue) -> RequestReader:
    return RequestReader(catalogue, NameIndex(catalogue.rows))


def test_kinds_and_conditions_are_read_and_the_rest_is_left(reader: RequestReader) -> None:
    request = reader.read("a hotel in the east with a view", ())
    assert [kinds.said for kinds in request.conditions.kinds] == ["hotel"]
    assert [test.said for test in request.conditions.tests] == ["east"]
    assert request.wishes == (("view",),)
    assert request.places == {1, 4}


@pytest.mark.parametrize(
    ("text", "is_of_any"),
    [
        ("in the east", True),
        ("something in the east", True),
        ("i would prefer the centre", True),
        ("can you look in the north", True),
        ("is it in the centre", False),
        ("i will take the cheap one", False),
        ("a cheap one", True),
        ("where is the east", False),
        ("my uncle drove east to fetch a parcel", False),
        ("hello", False),
    ],
)
def test_values_alone_are_a_search_where_nothing_else_is_said(
    reader: RequestReader, text: str, is_of_any: bool
) -> None:
    assert reader.read(text, ()).is_of_any is is_of_any


def test_after_a_search_more_may_be_said(reader: RequestReader) -> None:
    text = "my uncle drove east to fetch a parcel"
    assert reader.read(text, (), goes_on=True).is_of_any


def test_a_kind_has_no_condition_of_what_it_does_not_state(reader: RequestReader) -> None:
    assert reader.read("cheap museums", ()).conditions.tests == ()
    assert reader.read("cheap restaurants", ()).conditions.tests != ()


@pytest.mark.parametrize(
    ("text", "alone"),
    [("with parking", True), ("anything with parking", False), ("hotels with parking", False), ("in the east", False)],
)
def test_facilities_alone_may_be_asked_of_one_thing(reader: RequestReader, text: str, alone: bool) -> None:
    assert reader.read(text, ()).has_facilities_alone is alone


def test_where_nothing_has_a_price_or_a_stock_none_is_tested(reader: RequestReader) -> None:
    only = reader.read("available hotels under 50 dollars", ()).conditions.only
    assert (only.max_price, only.in_stock) == (None, None)
