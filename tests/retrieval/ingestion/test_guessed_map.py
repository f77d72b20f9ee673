"""Maps that are guessed from the beginning of a file."""

from pathlib import Path

import pytest

from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.guessed_map import Reading, reading_of
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.map_writing import write_guess
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.sources import sources_in


def read(folder: Path, name: str, text: str, file_format: str, kind: str = "") -> Reading | None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return reading_of(path, file_format, kind)


@pytest.mark.parametrize(
    ("text", "file_format", "kind"),
    [
        ("id,name,price,specs.colour\na,Mug,5,red\n", "table", ""),
        ('{"id": "a", "name": "Mug", "description": "Holds."}\n', "jsonl", "product"),
        ('{"kind": "faq", "question": "Why?", "answer": "So.", "x": 1}\n', "jsonl", ""),
        ("split,turns\ndev,1\ndev,2\n", "table", ""),
        ("", "table", ""),
        ("{broken", "json", ""),
        ("- name: a\n", "yaml", ""),
        ("a: 1", "jsonl", "concept"),
    ],
)
def test_no_map_where_none_is_needed_or_none_would_help(tmp_path: Path, text: str, file_format: str, kind: str) -> None:
    assert read(tmp_path, "a", text, file_format, kind) is None


def test_our_own_fields_with_values_of_other_people_are_guessed(tmp_path: Path) -> None:
    assert read(tmp_path, "a", '{"id": 5, "name": "Mug", "price": "5,00 EUR"}\n', "jsonl")


def test_kind_is_a_property_of_a_stranger_like_any_other(tmp_path: Path) -> None:
    text = "name,kind,closes\nPaws,clinic,18:00\nOakfield,hospital,17:00\nGreenhill,clinic,18:30\n"
    reading = read(tmp_path, "vets.csv", text, "table")
    assert reading
    assert [line.split() for line in reading.lines()][1:] == [
        ["name", "name"], ["kind", "category"], ["closes", "spec", '"closes"'],
    ]  # fmt: skip


def test_the_reading_says_how_each_column_was_taken(tmp_path: Path) -> None:
    text = "sku,title,weight_g,photo,option1 name,option1 value\n1,Mug,5,https://a.example/b.jpg,Size,M\n"
    reading = read(tmp_path, "a.csv", text, "table")
    assert reading
    assert list(reading.lines()) == [
        f"{tmp_path / 'a.csv'}: read as products, by the names and values of its columns:",
        "  sku            id",
        "  title          name",
        '  weight_g       spec "weight" in g',
        "  option1 name   names the spec in the column beside it",
        "  option1 value  spec, named by the column beside it",
        "  photo          unused: for the shop's own software",
    ]


NESTED = """\
[{"sku": "A", "title": "Lamp", "size": {"width": 5, "height": 6}, "maker": {"name": "Oak", "url": "https://o.example"},
  "pricing": {"price": 5, "currency": "EUR"}, "attributes": {"Colour": "red"}, "weight": {"value": 2, "unit": "kg"},
  "reviews": [{"rating": 4, "comment": "Nice"}], "faq": [{"question": "Dim?", "answer": "Yes."}]}]
"""


def test_what_is_nested_is_laid_open_and_the_written_map_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "lamps.json"
    path.write_text(NESTED, encoding="utf-8")
    rejected: list[Rejected] = []
    sources = sources_in([path])
    documents = list(read_sources(sources, rejected.append))
    assert rejected == []
    lamp, review, entry = documents
    assert (lamp.brand, review.about, review.rating, entry.about) == ("Oak", "product:A", 4, "product:A")
    assert {fact.label: fact.text for fact in lamp.facts} == {
        "price": "€5", "size": "width 5, height 6", "Colour": "red", "weight": "2 kilograms",
    }  # fmt: skip
    assert sources[0].map
    write_guess([sources[0].map], tmp_path / "map.yml")
    assert list(read_sources(sources_in([path], [read_map(tmp_path / "map.yml")]), rejected.append)) == documents
