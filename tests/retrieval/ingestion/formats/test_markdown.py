"""Markdown files."""

import io
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.markdown import markdown_rows
from retrieval.ingestion.rows.row import Row


def fields(text: str, path: str = "policies/Our Returns.md") -> dict[str, object]:
    (row,) = markdown_rows(io.StringIO(text), Path(path))
    assert row == Row(row.fields, f"{path}:1")
    return row.fields


def test_a_file_is_a_title_an_opening_and_sections() -> None:
    text = """\
# Returns #

Send it back.
We pay.

## How
Pack it.

### Where to
The shop.

## Costs
None.
"""
    assert fields(text) == {
        "kind": "policy",
        "id": "our-returns",
        "title": "Returns",
        "text": "Send it back. We pay.",
        "sections": {"How": "Pack it. Where to The shop.", "Costs": "None."},
    }


def test_the_id_is_the_name_of_the_file_packed_or_not() -> None:
    assert fields("# T", "a/terms.md.gz")["id"] == "terms"


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("**bold**, *leaning*, ***both*** and __strong__", "bold, leaning, both and strong"),
        ("see [the list](https://example.org/a_b) and `code`", "see the list and code"),
        ("- first\n* second\n+ third", "first second third"),
        ("1. first\n2) second", "first second"),
        ("  > quoted", "quoted"),
        ("1.5 litres - cold", "1.5 litres - cold"),
        ("snake_case and 5*3", "snake_case and 53"),
        ("#hashtag", "#hashtag"),
    ],
)
def test_marks_are_taken_out_and_words_stay(line: str, plain: str) -> None:
    assert fields(f"# T\n{line}")["text"] == plain


def test_a_section_without_text_is_left_out() -> None:
    assert fields("# T\nx\n## Empty\n\n## Full\ny")["sections"] == {"Full": "y"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.md:1: "),
        ("text\n## How\nmore", "a.md:1: "),
        ("# One\ntext\n# Two", "a.md:3: "),
        ("# T\n## How\nx\n## how!\ny", "a.md:4: .*'how!'"),
        ("# T\n## ???\nx", r"a.md:2: .*'\?\?\?'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        fields(text, "a.md")
