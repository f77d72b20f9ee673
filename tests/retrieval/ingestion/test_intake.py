"""Sources to documents, and what is left out of them."""

import gzip
import json
from pathlib import Path

import pytest

from retrieval.document import Document
from retrieval.ingestion.guessed_map import SAMPLE
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.sources import sources_in

PRODUCT = {"id": "a", "name": "A", "description": "A thing."}


def read(*paths: Path) -> tuple[list[Document], list[Rejected]]:
    rejected: list[Rejected] = []
    return list(read_sources(sources_in(paths), rejected.append)), rejected


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_same_product_is_the_same_document_from_every_format(tmp_path: Path) -> None:
    product = {
        "id": "a",
        "name": "Kettle",
        "price": 20.5,
        "currency": "EUR",
        "description": "Boils.",
        "aliases": ["pot"],
    }
    row = {**product, "specs": {"weight": "2 kilograms"}}
    files = [
        write(tmp_path / "jsonl" / "products.jsonl", json.dumps(row)),
        write(tmp_path / "json" / "products.json", json.dumps([row], indent=1)),
        write(tmp_path / "yaml" / "products.yml", json.dumps([row])),
        write(
            tmp_path / "csv" / "products.csv",
            "id,name,price,currency,description,aliases,specs.weight\na,Kettle,20.5,EUR,Boils.,pot,2kg\n",
        ),
        write(tmp_path / "tsv" / "products.tsv", "id\tname\tprice\tdescription\taliases\tspecs.weight\n"
              "a\tKettle\t€20.50\tBoils.\tpot\t2 kg\n"),
    ]  # fmt: skip
    packed = tmp_path / "gz" / "products.jsonl.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(json.dumps(row).encode()))
    read_ones = [read(file) for file in (*files, packed)]
    assert all(rejected == [] for _, rejected in read_ones)
    assert [documents for documents, _ in read_ones] == [read_ones[0][0]] * 6
    assert read_ones[0][0][0].facts[1].text == "2 kilograms"


def test_what_is_broken_is_left_out_with_its_place_and_the_rest_is_kept(tmp_path: Path) -> None:
    lines = [
        json.dumps(PRODUCT),
        "{broken",
        json.dumps({**PRODUCT, "id": "b", "price": "cheap"}),
        "{}",
        json.dumps(PRODUCT),
    ]
    path = write(tmp_path / "products.jsonl", "\n".join([*lines, json.dumps({**PRODUCT, "id": "c"})]))
    documents, rejected = read(path)
    assert [document.id for document in documents] == ["product:a", "product:c"]
    assert [(one.place, one.reason) for one in rejected] == [
        (f"{path}:2", "not JSON"),
        (f"{path}:3", "price is not usable"),
        (f"{path}:4", "empty row"),
        (f"{path}:5", "id used twice"),
    ]
    assert rejected[1].row == json.dumps({**PRODUCT, "id": "b", "price": "cheap"})


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "products.json", "[{}, nonsense")
    write(tmp_path / "faq.yml", "- question: Why?\n  answer: Because.\n")
    documents, rejected = read(tmp_path)
    assert [document.id for document in documents] == ["faq:why"]
    assert [one.reason for one in rejected] == ["empty row", "not JSON"]


def test_reviews_are_read_after_the_products_they_are_about(tmp_path: Path) -> None:
    review = {"id": "r", "product_id": "a", "rating": 5, "text": "Good."}
    first = write(
        tmp_path / "a-reviews.jsonl", json.dumps(review) + "\n" + json.dumps({**review, "product_id": "gone"})
    )
    documents, rejected = read(first, write(tmp_path / "z-products.jsonl", json.dumps(PRODUCT)))
    assert [document.id for document in documents] == ["product:a", "review:r"]
    assert [one.reason for one in rejected] == ["review of an unknown product"]


def test_texts_are_cleansed(tmp_path: Path) -> None:
    row = {"id": "a", "name": "CafÃ© set", "description": "<p>Two&nbsp;cups</p>", "specs": {"g&amp;s": "1 < 2"}}
    ((document,), _) = read(write(tmp_path / "products.jsonl", json.dumps(row)))
    assert (document.title, document.text, document.facts[0].label) == ("Café set", "Two cups", "g&s")


def test_a_column_that_no_row_has_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path / "a.map.yml", "documents: [{kind: product, fields: {name: title, brand: makre, price: cost}}]")
    documents, _ = read(write(tmp_path / "a.csv", "title,maker,cost\nLamp,Oak,\n").parent)
    assert len(documents) == 1
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'a.csv'}: no row has makre, which {tmp_path / 'a.map.yml'} reads"
    ]


def test_what_is_nested_or_long_without_end_is_left_out_by_itself(tmp_path: Path) -> None:
    deep = json.dumps(PRODUCT)[:-1] + ', "specs": ' + '{"a":' * 400 + "1" + "}" * 401
    rows = write(tmp_path / "products.jsonl", f"{deep}\n{json.dumps(PRODUCT)}\n")
    page = write(tmp_path / "policies" / "deep.html", "<h1>A</h1>" + "<div>" * 100_000)
    long = tmp_path / "policies" / "long.md.gz"
    with gzip.open(long, "wt") as file:
        file.write("# Title\n" + "word " * 4_000_000)
    documents, rejected = read(rows, page, long)
    assert [document.id for document in documents] == ["product:a"]
    assert sorted(one.place for one in rejected) == sorted([f"{rows}:1", f"{page}:1", f"{long}:1"])


def test_html_in_a_text_is_taken_out_however_deep(tmp_path: Path) -> None:
    row = PRODUCT | {"description": "<div>" * 100_000 + "Two cups" + "</div>" * 100_000}
    ((document,), _) = read(write(tmp_path / "products.jsonl", json.dumps(row)))
    assert document.text == "Two cups"


def test_columns_that_begin_after_the_sample_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [json.dumps({"sku": f"a{n}", "title": f"Mug {n}"}) for n in range(SAMPLE)]
    path = write(tmp_path / "mugs.jsonl", "\n".join([*rows, json.dumps({"sku": "z", "title": "Cup", "colour": "red"})]))
    documents, rejected = read(path)
    assert (len(documents), rejected) == (SAMPLE + 1, [])
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}: unused, since they begin after {SAMPLE} rows: colour; map them"
    ]


def test_a_price_of_nothing_in_a_strangers_table_is_none(tmp_path: Path) -> None:
    text = "sku,title,price\na,Tea Pot,0\nb,Tea Cup,4.50\nc,Tea Spoon,0.00\n"
    documents, rejected = read(write(tmp_path / "export.csv", text))
    assert [document.fact("price") is not None for document in documents] == [False, True, False]
    assert not rejected
