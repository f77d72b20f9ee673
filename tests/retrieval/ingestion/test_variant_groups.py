"""Rows of one product, wherever in a file they stand."""

from retrieval.ingestion.column_map import VariantRule
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.variant_groups import exploded_sample, grouped


def groups(rule: VariantRule, *rows: dict[str, object]) -> list[tuple[str, list[object], int | None]]:
    made = [Row(row, f"f:{number}") for number, row in enumerate(rows, start=2)]
    return [
        (group.key, [row.fields["n"] for row in group.rows], group.parent)
        for group in grouped(made, rule, lambda _: None)
    ]


def test_rows_with_the_same_value_come_together_in_the_order_of_the_first() -> None:
    rows = ({"g": "b", "n": 1}, {"g": "a", "n": 2}, {"g": "", "n": 3}, {"g": "b", "n": 4})
    assert groups(VariantRule("g"), *rows) == [("b", [1, 4], None), ("a", [2], None), ("", [3], None)]


def test_a_row_that_others_name_is_their_parent_before_or_after_them() -> None:
    rule = VariantRule("parent", ("sku", "id"))
    rows = (
        {"sku": "B-1", "parent": "B", "n": 1}, {"sku": "A", "id": 7, "n": 2}, {"sku": "A-1", "parent": "id:7", "n": 3},
        {"sku": "B", "n": 4},
    )  # fmt: skip
    assert groups(rule, *rows) == [("B", [1, 4], 1), ("id:7", [2, 3], 0)]


def test_a_row_may_list_its_variants() -> None:
    rule = VariantRule(own=("sku",), children="kids")
    rows = (
        {"sku": "a", "n": 1},
        {"sku": "x", "n": 2},
        {"sku": "b", "n": 3},
        {"sku": "p", "kids": "sku=a,s=S|sku=b,s=L", "n": 4},
    )
    assert groups(rule, *rows) == [("", [1, 3, 4], 2), ("", [2], None)]


def test_a_list_inside_a_row_becomes_rows() -> None:
    row = Row({"id": 1, "options": [{"name": "Size"}], "variants": [{"option1": "M", "price": 5}]}, "f:1")
    assert [made.fields for made in exploded_sample(row, "variants")] == [
        {"id": 1, "options": [{"name": "Size"}]}, {"variants.Size": "M", "variants.price": 5},
    ]  # fmt: skip


def test_what_could_not_be_read_is_handed_on() -> None:
    lost: list[Rejected] = []
    bad = Rejected("f:2", "broken", "broken")
    assert list(grouped([bad], VariantRule("g"), lost.append)) == []
    assert lost == [bad]
