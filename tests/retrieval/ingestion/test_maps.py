"""The maps that come with Heedful, on rows of their schemas and on the real files where they are."""

import csv
import io
import json
from pathlib import Path

import pytest

from retrieval.document import Document
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.sources import sources_in
from tests.conftest import BENCH, ROOT

MAPS = ROOT / "data" / "maps"


def read(path: Path, name: str) -> tuple[list[Document], list[Rejected]]:
    rejected: list[Rejected] = []
    sources = sources_in([path], [read_map(MAPS / name)])
    return list(read_sources(sources, rejected.append)), rejected


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    path.write_text(file.getvalue(), encoding="utf-8")
    return path


def test_flipkart_with_all_its_columns(tmp_path: Path) -> None:
    header = ["uniq_id", "product_url", "product_name", "product_category_tree", "retail_price", "discounted_price",
              "description", "overall_rating", "brand", "product_specifications"]  # fmt: skip
    specs = '{"product_specification"=>[{"key"=>"Capacity", "value"=>"500ml"}, {"value"=>"Steel"}]}'
    row = ["f1", "http://x", "Brook Flask", '["Home >> Flasks >> Brook Flask (Bl..."]', "499", "", "<b>Keeps</b> warm",
           "No rating available", "Brook", specs]  # fmt: skip
    broken = ["f2", "", "Other", "[", "1", "", "", "", "", ""]
    documents, rejected = read(write_csv(tmp_path / "flipkart.csv", [header, row, broken]), "flipkart.yml")
    (flask,) = documents
    assert (flask.id, flask.title, flask.brand, flask.category) == (
        "product:f1",
        "Brook Flask",
        "Brook",
        "Home > Flasks",
    )
    assert flask.text == "Keeps warm"
    assert [(fact.label, fact.text) for fact in flask.facts] == [("price", "499 INR"), ("Capacity", "500 millilitres")]
    assert [one.reason for one in rejected] == ["category is not usable"]


def test_flipkart_in_three_columns_without_a_header(tmp_path: Path) -> None:
    documents, rejected = read(
        write_csv(tmp_path / "flipkart.csv", [["f1", "Mat", '["Home >> Mats"]']]), "flipkart.yml"
    )
    assert [(one.title, one.category, one.text) for one in documents] == [("Mat", "Home > Mats", "In Home, Mats.")]
    assert rejected == []


def test_dummyjson_with_reviews_inside(tmp_path: Path) -> None:
    product = {
        "id": 1, "title": "Lamp", "description": "Shines.", "category": "home-decoration", "price": 9.99, "rating": 2.5,
        "stock": 0, "brand": "Oak", "sku": "HOM-1", "weight": 4, "dimensions": {"width": 1, "height": 2.5, "depth": 3},
        "warrantyInformation": "No warranty", "minimumOrderQuantity": 1, "reviews": [{"rating": 4, "comment": "Nice"}],
    }  # fmt: skip
    path = tmp_path / "products.json"
    path.write_text(json.dumps([product]), encoding="utf-8")
    (lamp, review), rejected = read(path, "dummyjson.yml")
    assert rejected == []
    assert (lamp.id, lamp.brand, lamp.category) == ("product:hom-1", "Oak", "Home decoration")
    assert {fact.label: fact.text for fact in lamp.facts} == {
        "price": "$9.99", "stock": "out of stock", "rating": "2.5 out of 5", "weight": "4", "dimensions": "1 x 2.5 x 3",
        "warranty": "No warranty", "smallest order": "1 piece",
    }  # fmt: skip
    assert (review.id, review.about, review.rating, review.text) == ("review:hom-1-1", "product:hom-1", 4, "Nice")


@pytest.mark.parametrize(
    ("name", "file", "kinds"),
    [
        ("flipkart.yml", "flipkart_sample/flipkart_com-ecommerce_sample.csv", {"product": 20_000}),
        ("dummyjson.yml", "dummyjson/database/products.json", {"product": 194, "review": 582}),
    ],
)
def test_the_real_files_come_in_whole(name: str, file: str, kinds: dict[str, int]) -> None:
    path = BENCH / "retrieval" / file
    if not path.exists():
        pytest.skip(f"{path} is not there")
    documents, rejected = read(path, name)
    assert rejected == []
    assert {kind: sum(one.kind == kind for one in documents) for kind in kinds} == kinds
    assert len(documents) == sum(kinds.values())
