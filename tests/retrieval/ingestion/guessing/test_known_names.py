"""The usual names of columns, and the page that lists them."""

import pytest

from retrieval.ingestion.document_building import FIELDS
from retrieval.ingestion.guessing.known_names import GROUP_NAMES, INTERNAL_NAMES, KNOWN_NAMES, SHOWN_NAMES
from tests.conftest import ROOT


@pytest.mark.parametrize("kind", SHOWN_NAMES)
def test_the_page_lists_every_name(kind: str) -> None:
    page = (ROOT / "docs" / "known-columns.md").read_text(encoding="utf-8")
    section = page.partition(f"## {kind}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{field}` | {', '.join(names)} |" for field, names in SHOWN_NAMES[kind].items()]


@pytest.mark.parametrize("kind", KNOWN_NAMES)
def test_names_feed_fields_that_there_are(kind: str) -> None:
    assert set(KNOWN_NAMES[kind]) <= set(FIELDS[kind])


def test_names_are_kept_as_they_compare() -> None:
    assert KNOWN_NAMES["product"]["price"]["variantprice"] < KNOWN_NAMES["product"]["price"]["regularprice"]
    assert "bodyhtml" in KNOWN_NAMES["product"]["description"]
    assert {"itemgroupid", "parentsku"} <= GROUP_NAMES
    assert "costperitem" in INTERNAL_NAMES
