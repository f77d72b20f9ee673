"""Which files are read, how, and in which order."""

from pathlib import Path

import pytest

from retrieval.errors import CorpusError, MapError
from retrieval.ingestion.column_map import ColumnMap, DocumentRule, Rule
from retrieval.ingestion.sources import Source, source_of, sources_in


def write(folder: Path, *names: str, text: str = "") -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return paths


def names_in(folder: Path) -> list[str]:
    return [source.path.relative_to(folder).as_posix() for source in sources_in([folder])]


def map_of(kind: str, *files: str) -> ColumnMap:
    return ColumnMap(f"{kind}.map.yml", (DocumentRule(kind, (("name", Rule(("title",))),)),), files)


@pytest.mark.parametrize(
    ("path", "read_as", "kind"),
    [
        ("products.jsonl", "jsonl", "product"),
        ("shop-catalogue.ndjson", "jsonl", "product"),
        ("Old_Products_2024.JSON", "json", "product"),
        ("faqs.csv.gz", "table", "faq"),
        ("reviews.tsv", "table", "review"),
        ("products.parquet", "parquet", "product"),
        ("concepts.yaml", "yaml", "concept"),
        ("policies/returns.md", "markdown", "policy"),
        ("manuals/kettle.htm", "html", "policy"),
        ("reviews/products.tab", "table", "product"),
        ("product-reviews.jsonl", "jsonl", "review"),
        ("reproductions.jsonl", "jsonl", ""),
        ("shops/oak/reviews/a.jsonl", "jsonl", "review"),
        ("shops/reviews/oak/a.jsonl", "jsonl", ""),
    ],
)
def test_format_and_kind_are_told_by_the_name(path: str, read_as: str, kind: str) -> None:
    assert source_of(Path(path)) == Source(Path(path), read_as, kind)


@pytest.mark.parametrize("path", ["notes.txt", "products", "products.parquet.gz", "products.jsonl.zip", ".gz"])
def test_a_format_that_is_not_known_is_none(path: str) -> None:
    assert source_of(Path(path)) is None


def test_folders_above_the_one_that_is_named_say_nothing(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "reviews/shop/items/a.jsonl")
    assert source_of(path, tmp_path / "reviews" / "shop") == Source(path, "jsonl", "")
    assert source_of(path, tmp_path / "reviews") == Source(path, "jsonl", "")
    assert source_of(path, tmp_path) == Source(path, "jsonl", "review")


def test_products_come_before_what_is_about_them_and_else_the_names_decide(tmp_path: Path) -> None:
    write(tmp_path, "a-reviews.jsonl", "b-policy.md", "c-faq.yml", "d-concepts.yml", "e-products.csv", "f.jsonl")
    assert names_in(tmp_path) == [
        "e-products.csv",
        "f.jsonl",
        "d-concepts.yml",
        "c-faq.yml",
        "b-policy.md",
        "a-reviews.jsonl",
    ]


def test_a_folder_is_read_without_notes_questions_maps_and_hidden_files(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "LICENSE.md", "questions.jsonl", "questions-test.jsonl", "_old.md", "notes.txt")
    write(tmp_path, ".hidden/products.jsonl", "_drafts/faq.yml")
    write(tmp_path, "x.map.yml", text="{files: x.csv, documents: [{kind: product, fields: {name: a}}]}")
    kept = ["products.csv", "pages/kettle.html", "manuals/questions of care.md", "reviews/2020.jsonl.gz"]
    write(tmp_path, *kept)
    assert names_in(tmp_path) == ["pages/kettle.html", "products.csv", *kept[2:]]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "products.jsonl")
    assert sources_in([path, tmp_path, tmp_path / "." / "products.jsonl"]) == [Source(path, "jsonl", "product")]


def test_a_named_file_is_read_even_where_a_folder_would_leave_it_out(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "questions.jsonl")
    assert sources_in([path]) == [Source(path, "jsonl", "")]


def test_the_first_map_that_is_for_a_file_goes_before_those_of_its_folder(tmp_path: Path) -> None:
    (table,) = write(tmp_path, "shop.csv")
    write(tmp_path, "any.map.yml", text="documents: [{kind: faq, fields: {question: q}}]")
    (own,) = sources_in([tmp_path])
    assert own.map
    assert (own.kind, own.map.name) == ("faq", str(tmp_path / "any.map.yml"))
    other, named, late = map_of("policy", "other.csv"), map_of("review", "shop*"), map_of("product")
    assert sources_in([tmp_path], [other, named, late]) == [Source(table, "table", "review", named)]


def test_a_map_that_makes_products_comes_with_the_products(tmp_path: Path) -> None:
    (table,) = write(tmp_path, "reviews.csv")
    both = ColumnMap("both", (*map_of("review").documents, *map_of("product").documents))
    assert sources_in([table], [both]) == [Source(table, "table", "product", both)]


def test_texts_have_no_columns_to_map(tmp_path: Path) -> None:
    paths = write(tmp_path, "faq.yml", "policy.md", "policy.html")
    assert [source.map for source in sources_in(paths, [map_of("product")])] == [None, None, None]


@pytest.mark.parametrize(("name", "message"), [("notes.txt", r"notes\.txt:1: .*\.jsonl"), ("nowhere", "nowhere:1: ")])
def test_a_path_that_gives_nothing_is_named(tmp_path: Path, name: str, message: str) -> None:
    write(tmp_path, "notes.txt")
    with pytest.raises(CorpusError, match=message):
        sources_in([tmp_path / name])


def test_a_folder_without_knowledge_and_a_broken_map_are_named(tmp_path: Path) -> None:
    write(tmp_path, "notes.txt")
    with pytest.raises(CorpusError, match=f"{tmp_path.name}:1: "):
        sources_in([tmp_path])
    write(tmp_path, "a.map.yml", text="documents: 5")
    with pytest.raises(MapError, match=r"a\.map\.yml.* 5"):
        sources_in([tmp_path])
