"""Records of XML feeds."""

from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.xml_records import addresses_in, xml_rows
from retrieval.ingestion.rows.row import Row

RSS = """\
<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title><link>https://s.example</link>
<item><g:id>M1</g:id><title>Zebra &amp; Mug</title><g:price>5.00 EUR</g:price>
<g:additional_image_link>a</g:additional_image_link><g:additional_image_link>b</g:additional_image_link></item>
</channel></rss>
"""


def rows(folder: Path, text: str) -> list[tuple[dict[str, object], str]]:
    path = folder / "feed.xml"
    path.write_text(text, encoding="utf-8")
    found = list(xml_rows(path))
    assert all(isinstance(row, Row) for row in found)
    return [(row.fields, row.place.rpartition(":")[2]) for row in found if isinstance(row, Row)]


def test_items_of_a_feed_are_rows_even_a_single_one(tmp_path: Path) -> None:
    fields = {"id": "M1", "title": "Zebra & Mug", "price": "5.00 EUR", "additional_image_link": ["a", "b"]}
    assert rows(tmp_path, RSS) == [(fields, "4")]


def test_elements_that_stand_often_are_rows_with_their_attributes(tmp_path: Path) -> None:
    thing = '<thing nr="{0}"><what>Mug {0}</what><cost unit="EUR">{0}</cost></thing>'
    found = rows(tmp_path, f"<all><head><a>1</a></head>{thing.format(1)}{thing.format(2)}</all>")
    assert [fields for fields, _ in found] == [
        {"nr": n, "what": f"Mug {n}", "cost": {"unit": "EUR", "value": n}} for n in ("1", "2")
    ]


@pytest.mark.parametrize(
    "text", ["<a><b>", "<a/>", '<!DOCTYPE a [<!ENTITY x "y">]><a><b><c>&x;</c></b><b><c>1</c></b></a>']
)
def test_what_is_no_feed_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CorpusError, match=r"feed\.xml:1: "):
        rows(tmp_path, text)


def test_a_sitemap_names_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "sitemap.xml"
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    path.write_text(f"<urlset {space}><url><loc> https://s.example/a </loc></url></urlset>", encoding="utf-8")
    assert addresses_in(path) == ["https://s.example/a"]
