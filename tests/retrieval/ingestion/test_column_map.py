"""Foreign rows through a column map."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from retrieval.errors import CorpusError
from retrieval.ingestion.column_map import ColumnMap
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.rows.row import Row

MakeMap = Callable[..., ColumnMap]
NAMED = {"name": "title"}


@pytest.fixture
def make_map(tmp_path: Path) -> MakeMap:
    """Writes a map with one kind of document and reads it."""

    def make(fields: dict[str, object], kind: str = "product", top: object = None, **document: object) -> ColumnMap:
        path = tmp_path / "a.map.yml"
        content = {
            "documents": [{"kind": kind, "fields": fields, **document}],
            **(top if isinstance(top, dict) else {}),
        }
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return read_map(path)

    return make


def made(mapping: ColumnMap, **columns: object) -> list[dict[str, object]]:
    rows = list(mapping.house_rows(Row(columns, "f.csv:7")))
    assert all(isinstance(row, Row) for row in rows), rows
    return [row.fields for row in rows if isinstance(row, Row)]


def test_columns_feed_fields(make_map: MakeMap) -> None:
    mapping = make_map(
        {**NAMED, "price": {"columns": ["sale", "list"]}, "brand": {"value": "Oak"}, "id": {"template": "x-{n}"}}
    )
    assert made(mapping, title="Book", sale=" ", list="$9", n=4) == [
        {
            "name": "Book",
            "price": 9,
            "brand": "Oak",
            "id": "x-4",
            "currency": "USD",
            "kind": "product",
            "description": "By Oak.",
        }
    ]


def test_a_template_with_an_empty_column_and_a_missing_column_give_nothing(make_map: MakeMap) -> None:
    mapping = make_map({**NAMED, "description": {"template": "{a} {b}"}, "brand": "maker"})
    assert made(mapping, title="Book", a="x", b="N/A") == [{"name": "Book", "kind": "product", "description": "Book."}]


def test_own_words_for_empty_are_empty(make_map: MakeMap) -> None:
    mapping = make_map({**NAMED, "rating": "stars"}, top={"empty": ["No rating yet"]})
    assert "rating" not in made(mapping, title="Book", stars="no rating YET ")[0]


def test_columns_inside_others_and_columns_with_dots(make_map: MakeMap) -> None:
    mapping = make_map({"name": "info.title", "brand": "maker.name"})
    (row,) = made(mapping, **{"info": {"title": "Book"}, "maker.name": "Oak"})
    assert (row["name"], row["brand"]) == ("Book", "Oak")


def test_specs_come_one_by_one_and_as_a_whole(make_map: MakeMap) -> None:
    specs = [
        {"label": "weight", "column": "w", "then": {"unit": "g"}},
        {"column": "more", "then": ["json", {"pairs": ["k", "v"]}]},
        {"label": "size", "column": "s"},
    ]
    (row,) = made(make_map(NAMED, specs=specs), title="Book", w=5, more='[{"k": "Cover", "v": "hard"}]', s="")
    assert row["specs"] == {"weight": "5 grams", "Cover": "hard"}


def test_each_item_of_a_list_becomes_a_document(make_map: MakeMap) -> None:
    fields = {
        "id": {"template": "{parent.id}-{position}"},
        "product_id": "parent.id",
        "rating": "stars",
        "text": "said",
    }
    mapping = make_map(fields, kind="review", each={"column": "reviews"})
    reviews = [{"stars": 5, "said": "Good."}, {"stars": 1, "said": "Bad."}]
    assert made(mapping, id="p", reviews=reviews) == [
        {"id": "p-1", "product_id": "p", "rating": 5, "text": "Good.", "kind": "review"},
        {"id": "p-2", "product_id": "p", "rating": 1, "text": "Bad.", "kind": "review"},
    ]
    assert made(mapping, id="p", reviews=None) == []


def test_the_line_may_be_an_id(make_map: MakeMap) -> None:
    assert made(make_map({**NAMED, "id": {"template": "row-{line}"}}), title="A")[0]["id"] == "row-7"


def test_knows_which_columns_it_reads(make_map: MakeMap) -> None:
    mapping = make_map(
        {
            "name": "info.title",
            "id": {"template": "{a}-{line}"},
            "price": {"columns": ["b", "c"]},
            "brand": {"value": "d"},
        },
        specs=[{"label": "e", "column": "f"}],
    )
    assert mapping.columns_used() == {"info", "a", "b", "c", "f"}
    fields = {"id": {"template": "{parent.sku}-{position}"}, "text": "comment"}
    assert make_map(fields, kind="review", each={"column": "reviews"}).columns_used() == {"reviews", "sku"}


def test_a_step_that_fails_names_field_column_and_value(make_map: MakeMap) -> None:
    mapping = make_map({**NAMED, "category": {"column": "path", "then": ["json", "first"]}})
    (error,) = mapping.house_rows(Row({"title": "A", "path": "[broken"}, "f.csv:7"))
    assert isinstance(error, CorpusError)
    assert str(error).startswith("f.csv:7: category from path is '[broken', not JSON")
    assert error.reason == "category is not usable"


@pytest.mark.parametrize("reviews", ["five stars", [5]])
def test_each_of_what_is_no_list_of_mappings_is_an_error(make_map: MakeMap, reviews: object) -> None:
    mapping = make_map({"text": "said"}, kind="review", each={"column": "reviews"})
    (error,) = mapping.house_rows(Row({"reviews": reviews}, "f.csv:7"))
    assert isinstance(error, CorpusError)
    assert "`each` needs a list of mappings" in error.problem


def test_a_template_of_what_is_no_text_is_an_error(make_map: MakeMap) -> None:
    (error,) = make_map({"name": {"template": "{a}"}}).house_rows(Row({"a": {"b": 1}}, "f.csv:7"))
    assert isinstance(error, CorpusError)
    assert error.reason == "name is not usable"


def test_specs_without_labels_are_an_error(make_map: MakeMap) -> None:
    (error,) = make_map(NAMED, specs=[{"column": "w"}]).house_rows(Row({"title": "A", "w": "5"}, "f.csv:7"))
    assert isinstance(error, CorpusError)
    assert "gives '5', no labels" in error.problem


def test_a_map_is_for_the_files_it_names(make_map: MakeMap) -> None:
    assert make_map(NAMED).is_for(Path("any.csv"))
    some = make_map(NAMED, top={"files": ["shop*.csv"]})
    assert [some.is_for(Path(name)) for name in ("/x/shop-1.csv", "other.csv")] == [True, False]
