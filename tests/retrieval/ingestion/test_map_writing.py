"""Guessed maps as files."""

from pathlib import Path

import pytest

from retrieval.errors import MapError
from retrieval.ingestion.column_map import ColumnMap, DocumentRule, Rule, VariantRule
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.map_writing import map_text, write_guess
from retrieval.ingestion.rows.transforms import Transform

PRODUCT = DocumentRule(
    "product",
    (
        ("name", Rule(("title",))),
        ("price", Rule(("sale", "list"), steps=(Transform("price"),))),
        ("currency", Rule(constant="EUR")),
        ("id", Rule(template="x-{sku}")),
    ),
    (Rule(("w",), steps=(Transform("measure", "kg"),), label="weight"), Rule(("o",), label="{o name}")),
)
REVIEW = DocumentRule("review", (("text", Rule(("said",))),), each=Rule(("reviews",)))
MAP = ColumnMap(
    "shop.csv", (PRODUCT, REVIEW), ("shop.csv",), variants=VariantRule("Handle", ("sku",)), is_forgiving=True
)


def test_a_written_map_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "shop.yml"
    write_guess([MAP], path)
    again = read_map(path)
    assert (again.documents, again.files, again.variants) == (MAP.documents, MAP.files, MAP.variants)
    assert again.is_forgiving
    assert again.empty == MAP.empty


def test_one_map_goes_to_one_new_file(tmp_path: Path) -> None:
    for maps in ([], [MAP, MAP]):
        with pytest.raises(MapError, match=r"a\.yml"):
            write_guess(maps, tmp_path / "a.yml")
    (tmp_path / "a.yml").touch()
    with pytest.raises(MapError, match=r"a\.yml is there"):
        write_guess([MAP], tmp_path / "a.yml")


def test_what_is_not_set_is_not_written() -> None:
    assert (
        map_text(ColumnMap("a", (REVIEW,)))
        == "documents:\n- kind: review\n  each: reviews\n  fields:\n    text: said\n"
    )
