"""The values of records, looked up and tested by the database."""

from pathlib import Path

import pytest

from retrieval.conditions import Condition
from retrieval.document import Document, Fact
from retrieval.index.catalogue import Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.values.value_index import ValueIndex, denies, is_shared


def place(name: str, brand: str = "", **specs: str) -> Document:
    facts = tuple(Fact(label, label.replace("_", " "), text) for label, text in specs.items())
    return Document(f"product:{name}", "product", name, "", facts=facts, brand=brand)


PLACES = (
    place("a", stars="4", parking="free parking", treats="Dogs, Cats and small mammals", smoking="no"),
    place("b", "Oak", stars="3", parking="none", treats="horses", smoking="yes", weight="1.5 kilograms"),
    place("c", stars="4", parking="paid parking"),
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    with CatalogueWriter(tmp_path) as writer:
        for each in PLACES:
            writer.add(each, [])
        writer.finish()
    return Catalogue(tmp_path)


def passing(catalogue: Catalogue, condition: Condition) -> str:
    where, parameters = condition.as_sql()
    rows = catalogue.rows(f"SELECT d.id FROM documents d WHERE {where} ORDER BY d.id", parameters)
    return "".join(document_id.removeprefix("product:") for (document_id,) in rows)


def test_a_value_is_found_by_its_key_with_its_label(catalogue: Catalogue) -> None:
    values = ValueIndex(catalogue.rows)
    assert [(each.label, each.text) for each in values.find(["cat", "freeparking", "oak"])] == [
        ("brand", "Oak"),
        ("parking", "free parking"),
        ("treats", "Cats"),
    ]
    assert values.find([]) == []


def test_a_value_is_found_by_some_of_its_words(catalogue: Catalogue) -> None:
    values = ValueIndex(catalogue.rows)
    assert {each.text for each in values.with_words(["parking"], 9)} == {"free parking", "paid parking"}
    assert {each.text for each in values.with_words(["small", "mammal"], 9)} >= {"small mammals"}
    assert values.with_words([], 9) == []
    assert len(values.with_words(["parking"], 1)) == 1


def test_labels_say_what_their_values_are(catalogue: Catalogue) -> None:
    labels = ValueIndex(catalogue.rows).labels
    assert labels["smoking"].is_mere
    assert not labels["parking"].is_mere
    assert labels["parking"].denials == 1
    assert (labels["stars"].values, labels["stars"].numbers) == (2, 2)
    assert labels["weight"].numbers == 1


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(("stars",), ("4",)), "ac"),
        (Condition(("stars",), low=3.5), "ac"),
        (Condition(("stars",), high=3.5), "b"),
        (Condition(("stars",), low=3, high=4), "abc"),
        (Condition(("parking",)), "ac"),
        (Condition(("parking",), is_wanted=False), "b"),
        (Condition(("smoking",)), "b"),
        (Condition(("smoking",), is_wanted=False), "ac"),
        (Condition(("parking",), ("freeparking", "paidparking")), "ac"),
        (Condition(("treats", "brand"), ("dog", "oak")), "ab"),
        (Condition(("weight",), low=1400, high=1600), "b"),
        (Condition(("no such",), ("dog",)), ""),
    ],
)
def test_a_condition_is_tested_by_the_database(catalogue: Catalogue, condition: Condition, expected: str) -> None:
    assert passing(catalogue, condition) == expected


def test_what_is_removed_is_found_no_more(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "catalogue.sqlite").write_bytes((tmp_path / "catalogue.sqlite").read_bytes())
    with CatalogueWriter(tmp_path / "next", catalogue) as writer:
        writer.remove(["product:a"])
        writer.add(place("d", stars="2"), [])
        writer.finish()
    with Catalogue(tmp_path / "next") as changed:
        values = ValueIndex(changed.rows)
        assert values.find(["cat"]) == values.with_words(["free"], 9) == []
        assert passing(changed, Condition(("stars",), ("4",))) == "c"
        assert passing(changed, Condition(("stars",), ("2",))) == "d"


@pytest.mark.parametrize(
    ("text", "expected"), [("none", True), ("No parking", True), ("north", False), ("free", False)]
)
def test_a_value_may_deny(text: str, expected: bool) -> None:
    assert denies(text) is expected


def test_a_value_is_shared_that_several_products_state(catalogue: Catalogue) -> None:
    assert [is_shared(catalogue.rows, [word]) for word in ("4", "3", "purple")] == [True, False, False]
