"""Column maps as they stand in YAML files, and what is wrong with them."""

from pathlib import Path

import pytest

from retrieval.errors import MapError
from retrieval.ingestion.column_map import EMPTY, ColumnMap, DocumentRule, Rule
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.rows.transforms import Transform


def write(folder: Path, text: str) -> Path:
    path = folder / "shop.map.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_a_map_can_say_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """\
files: [shop*.csv, 2024]
columns: [sku, title]
delimiter: ";"
rows: [data.items, list]
empty: [" Not Given ", 0]
documents:
  - kind: product
    fields:
      name: title
      id: {template: "x-{sku}"}
      price: {columns: [sale, list], then: number}
      brand: {value: 5}
    specs:
      - {label: weight, column: w, then: [lower, {unit: kg}]}
      - {column: more, then: {pairs: [k, v]}}
  - kind: review
    each: reviews
    fields: {text: said}
""",
    )
    product = DocumentRule(
        "product",
        (
            ("name", Rule(("title",))),
            ("id", Rule(template="x-{sku}")),
            ("price", Rule(("sale", "list"), steps=(Transform("number"),))),
            ("brand", Rule(constant=5)),
        ),
        (
            Rule(("w",), steps=(Transform("lower"), Transform("unit", "kg")), label="weight"),
            Rule(("more",), steps=(Transform("pairs", ["k", "v"]),)),
        ),
    )
    review = DocumentRule("review", (("text", Rule(("said",))),), each=Rule(("reviews",)))
    assert read_map(path) == ColumnMap(
        name=str(path),
        documents=(product, review),
        files=("shop*.csv", "2024"),
        columns=("sku", "title"),
        delimiter=";",
        rows=("data", "items", "list"),
        empty=EMPTY | {"not given", "0"},
    )


def test_a_map_may_say_no_more_than_its_documents(tmp_path: Path) -> None:
    path = write(tmp_path, "documents: [{kind: faq, fields: {question: q}}]")
    assert read_map(path) == ColumnMap(str(path), (DocumentRule("faq", (("question", Rule(("q",))),)),))


PRODUCT = "documents: [{kind: product, fields: %s}]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("documents: [", ""),
        ("\x00", ""),
        ("", "None"),
        ("[1]", r"\[1\]"),
        ("docs: []", "'docs'.* files, columns"),
        ("{files: {a: b}, documents: [{kind: faq, fields: {question: q}}]}", "files = {'a': 'b'}"),
        ("files: a", "documents = None"),
        ("documents: []", r"documents = \[\]"),
        ("documents: [5]", "documents 1 .*5"),
        ("documents: [{kind: pet, fields: {a: b}}]", "documents 1 .*'pet'.* product"),
        ("documents: [{fields: {a: b}}]", "documents 1 .*'None'"),
        ("documents: [{kind: faq}]", "documents 1 .*fields = None"),
        ("documents: [{kind: faq, fields: [question]}]", r"documents 1 .*fields = \['question'\]"),
        ("documents: [{kind: faq, fields: {title: a}}]", "'title'.* id, product_id, question"),
        (PRODUCT % "{specs: a}", "'specs'"),
        (PRODUCT % "{name: {}}", r"fields\.name "),
        (PRODUCT % "{name: 5}", r"fields\.name .*5"),
        (PRODUCT % "{name: {column: a, template: b}}", r"fields\.name .* template"),
        (PRODUCT % "{name: {col: a}}", r"fields\.name .*'col'.* column, columns"),
        (PRODUCT % "{name: {column: a, then: fly}}", "'fly'.* json"),
        (PRODUCT % "{name: {column: a, then: {split: ',', join: ','}}}", "{'split': ',', 'join': ','}"),
        (PRODUCT % "{name: {column: a, then: split}}", "'split'.* str"),
        (PRODUCT % "{name: {column: a, then: {split: 5}}}", "{'split': 5}.* str"),
        (PRODUCT % "{name: {column: a, then: {json: 1}}}", "json .*nothing"),
        ("documents: [{kind: product, fields: {name: a}, specs: {w: b}}]", "specs = {'w': 'b'}"),
        ("documents: [{kind: product, fields: {name: a}, specs: [{label: w}]}]", "specs 1 "),
        ("documents: [{kind: review, fields: {id: a}, specs: [{column: b}]}]", "documents 1 .*specs"),
        ("documents: [{kind: review, fields: {id: a}, each: {}}]", "documents 1: each "),
    ],
)
def test_what_is_wrong_is_named_with_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MapError, match=rf"shop\.map\.yml.*{message}"):
        read_map(write(tmp_path, text))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MapError, match=r"none\.yml.*No such file"):
        read_map(tmp_path / "none.yml")
    latin = tmp_path / "latin.yml"
    latin.write_bytes(b"files: [caf\xe9]")
    with pytest.raises(MapError, match=r"latin\.yml"):
        read_map(latin)
