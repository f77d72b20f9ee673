"""Which rows are variants of one product."""

import pytest

from retrieval.ingestion.guessing.column_values import Profile
from retrieval.ingestion.guessing.grouping import Grouping, grouping_of, is_row_type


@pytest.mark.parametrize(
    ("columns", "ids", "grouping"),
    [
        ({"Handle": ["a", "a", "b"], "sku": ["1", "2", "3"]}, ["sku"], Grouping("Handle")),
        ({"Handle": ["a", "b", "c"], "sku": ["1", "2", "3"]}, ["sku"], None),
        ({"Parent": ["A"], "SKU": ["A", "B", "C"]}, ["SKU"], Grouping("Parent", ("SKU",))),
        ({"bundle_skus": ["sku=1"], "sku": ["1", "2"]}, ["sku"], Grouping("", ("sku",), "bundle_skus")),
        ({"variants.price": ["1"], "id": ["1", "2"]}, ["id"], Grouping(each="variants")),
        ({"product_id": ["1", "1", "2", "2"], "name": ["a"]}, ["product_id"], Grouping("product_id")),
    ],
)  # fmt: skip
def test_how_rows_belong_together(columns: dict[str, list[object]], ids: list[str], grouping: Grouping | None) -> None:
    rows = max(map(len, columns.values()))
    assert grouping_of({name: Profile(values, rows) for name, values in columns.items()}, ids) == grouping


def test_types_of_rows_are_no_categories() -> None:
    assert is_row_type(Profile(["simple", "variable", "simple, virtual"], 3))
    assert not is_row_type(Profile(["simple", "Mugs"], 2))
