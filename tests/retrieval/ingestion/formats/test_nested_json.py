"""Rows in JSON that is nested in any way."""

from pathlib import Path

import pytest

from retrieval.ingestion.formats.nested_json import keyed, unwrapped, way_to_rows


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ('{"meta": {"links": [{"a": 1}]}, "data": {"items": [{"a": 1}, {"a": 2}]}}', ("data", "items")),
        ('{"products": [{"images": [{"a": 1}, {"a": 2}]}]}', ("products",)),
        ('[{"a": 1}]', None), ('{"a": [1, 2]}', None), ('{"@type": "Product", "offers": [{"a": 1}]}', None),
        ("{", None),
    ],
)  # fmt: skip
def test_the_way_to_the_longest_list(tmp_path: Path, text: str, way: tuple[str, ...] | None) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert way_to_rows(tmp_path / "a.json") == way


def test_what_is_wrapped_around_a_row_is_taken_off() -> None:
    assert unwrapped({"node": {"item": {"a": 1, "b": 2}}}) == {"a": 1, "b": 2}
    assert unwrapped({"id": "1", "type": "product", "attributes": {"name": "Mug"}}) == {"id": "1", "name": "Mug"}
    assert unwrapped({"name": "Mug", "attributes": {"a": 1}}) == {"name": "Mug", "attributes": {"a": 1}}


def test_rows_may_stand_under_their_ids() -> None:
    rows = {"A1": {"name": "Mug"}, "A2": {"name": "Cup", "price": 5}}
    assert (
        keyed(rows)
        == keyed({"products": rows})
        == [{"id": "A1", "name": "Mug"}, {"id": "A2", "name": "Cup", "price": 5}]
    )
    assert keyed({"name": "Mug", "size": {"width": 1, "height": 2}}) == []
    assert keyed({"size": {"width": 1}, "weight": {"value": 2}}) == []
