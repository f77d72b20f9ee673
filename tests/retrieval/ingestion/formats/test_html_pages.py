"""HTML pages: what they say in schema.org's terms, in tables, and in words."""

import io
import json
from pathlib import Path

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.document_building import document_of
from retrieval.ingestion.formats.html_pages import page_rows
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row

PATH = Path("pages/harbor-kettle.html")
KETTLE = {
    "@context": "https://schema.org",
    "@type": "Product",
    "sku": "HK-1",
    "name": "Harbor Kettle &amp; Base",
    "brand": {"@type": "Brand", "name": "Harbor"},
    "category": "Kitchen > Kettles",
    "description": "<p>Boils fast.</p>",
    "color": "black",
    "weight": {"@type": "QuantitativeValue", "value": 1.2, "unitCode": "KGM"},
    "additionalProperty": [{"@type": "PropertyValue", "name": "Capacity", "value": 1.7, "unitText": "l"}],
    "offers": [
        {"@type": "Offer", "price": "59.90", "priceCurrency": "EUR"},
        {"@type": "Offer", "price": "49.90", "priceCurrency": "EUR", "availability": "https://schema.org/InStock"},
    ],
    "aggregateRating": {"ratingValue": "9", "bestRating": 10, "reviewCount": 12},
    "review": [
        {"reviewRating": {"ratingValue": 5}, "name": "Great", "reviewBody": "Quick and quiet."},
        {"reviewRating": {"ratingValue": 2}, "reviewBody": ""},
    ],
}


def page(*data: object, body: str = "") -> str:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in data)
    return f"<html><head><title>Shop</title>{scripts}</head><body>{body}</body></html>"


def rows(html: str) -> list[Row]:
    found = list(page_rows(io.StringIO(html), PATH))
    assert not any(isinstance(row, Rejected) for row in found), found
    return [row for row in found if isinstance(row, Row)]


@pytest.mark.parametrize("data", [KETTLE, [KETTLE], {"@graph": [{"@type": "WebPage"}, KETTLE]}, {"mainEntity": KETTLE}])
def test_a_product_in_json_ld(data: object) -> None:
    product = document_of(rows(page(data))[0])
    assert (product.id, product.title, product.brand) == ("product:HK-1", "Harbor Kettle & Base", "Harbor")
    assert (product.category, product.text) == ("Kitchen > Kettles", "Boils fast.")
    assert [(fact.label, fact.text) for fact in product.facts] == [
        ("price", "€49.90"),
        ("stock", "in stock"),
        ("rating", "4.5 out of 5 by 12 customers"),
        ("colour", "black"),
        ("weight", "1.2 kilograms"),
        ("Capacity", "1.7 litres"),
    ]


def test_reviews_of_the_product_come_with_it() -> None:
    _, first, second = rows(page(KETTLE))
    review = document_of(first)
    assert (review.id, review.about, review.rating) == ("review:HK-1-1", "product:HK-1", 5)
    assert (review.title, review.text) == ("Great", "Quick and quiet.")
    assert "text" not in second.fields  # left out later, and told


def test_a_product_in_microdata() -> None:
    html = page(
        body="""
        <div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Oak Lamp</h1>
        <meta itemprop="sku" content="OL-2"><p itemprop="description">Warm <b>light</b>.</p>
        <span itemprop="brand" itemscope itemtype="http://schema.org/Brand"><i itemprop="name">Oak</i></span>
        <div itemprop="offers" itemscope itemtype="http://schema.org/Offer">
        <span itemprop="price" content="20">20 $</span>
        <meta itemprop="priceCurrency" content="USD">
        <link itemprop="availability" href="http://schema.org/OutOfStock"></div>
        <div itemprop="aggregateRating" itemscope><b itemprop="ratingValue">4</b>
        of <b itemprop="ratingCount">3</b></div>
        </div>"""
    )
    product = document_of(rows(html)[0])
    assert (product.id, product.title, product.brand, product.text) == (
        "product:OL-2",
        "Oak Lamp",
        "Oak",
        "Warm light.",
    )
    assert [fact.text for fact in product.facts] == ["$20", "out of stock", "4 out of 5 by 3 customers"]


def test_tables_and_definition_lists_add_specs_to_the_only_product() -> None:
    body = """<table><tr><th>Weight</th><td>1.5 kg</td></tr><tr><td>Cord</td><td>75cm</td></tr><tr><td>a<td>b<td>c</tr>
    </table><dl><dt>Power<dd>2 kW</dl>"""
    product = document_of(rows(page(KETTLE, body=body))[0])
    specs = {fact.label: fact.text for fact in product.facts}
    assert (specs["Cord"], specs["Power"]) == ("75 centimetres", "2 kilowatts")
    assert "weight" in {label.lower() for label in specs}
    assert sum(label.lower() == "weight" for label in specs) == 1


def test_several_products_of_a_page_are_several_documents_and_repeated_ones_are_one() -> None:
    other = {"@type": ["Product"], "name": "Oak Lamp"}
    names = [row.fields.get("name") for row in rows(page(KETTLE, other, other)) if row.fields["kind"] == "product"]
    assert names == ["Harbor Kettle & Base", "Oak Lamp"]


def test_questions_of_a_page() -> None:
    data = {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": "Is it <i>quiet</i>?",
                "acceptedAnswer": {"@type": "Answer", "text": "<p>Yes.</p>"},
            }
        ],
    }
    entry = document_of(rows(page(data))[0])
    assert (entry.id, entry.title, entry.text) == ("faq:is-it-quiet", "Is it quiet?", "Yes.")


def test_a_page_without_marks_but_with_price_and_table_is_a_product() -> None:
    html = """<meta property="product:price:amount" content="12"><meta property="product:price:currency" content="GBP">
    <meta name="description" content="A mug."><h1>Mug</h1><table><tr><td>Holds</td><td>300ml</td></tr></table>"""
    product = document_of(rows(html)[0])
    assert (product.id, product.title, product.text) == ("product:harbor-kettle", "Mug", "A mug.")
    assert [fact.text for fact in product.facts] == ["£12", "300 millilitres"]


def test_any_other_page_is_a_text_in_sections() -> None:
    html = """<title>Shop</title><nav>Menu</nav><main>
    <h1>Returns</h1><p>Thirty days.</p>tail<div><h2>How</h2><ol><li>Pack
    <li>Send</ol></div><section>
    <h2>Costs</h2><p>None &amp; nothing.</p><script>x()</script></section></main><footer>c</footer>"""
    policy = document_of(rows(html)[0])
    assert (policy.id, policy.title, policy.text) == ("policy:harbor-kettle", "Returns", "Thirty days. tail")
    assert [(fact.label, fact.text) for fact in policy.facts] == [("How", "Pack Send"), ("Costs", "None & nothing.")]


def test_json_ld_that_is_no_json_is_told_and_the_rest_of_the_page_is_read() -> None:
    html = page(KETTLE).replace("<title>", '<script type="application/ld+json">{"a": </script><title>')
    found = list(page_rows(io.StringIO(html), PATH))
    assert [one.reason for one in found if isinstance(one, Rejected)] == ["broken JSON-LD"]
    assert sum(isinstance(one, Row) for one in found) == 3


def test_a_price_that_is_none_is_told() -> None:
    (rejected,) = page_rows(io.StringIO(page({"@type": "Product", "name": "X", "offers": {"price": "ask us"}})), PATH)
    assert isinstance(rejected, Rejected)
    assert rejected.problem.startswith("price is 'ask us'")


def test_a_page_that_is_nested_without_end_is_refused() -> None:
    text = page(body="<h1>A</h1>" + "<div>" * 200_000 + "hello" + "</div>" * 200_000)
    with pytest.raises(CorpusError, match="harbor-kettle.html:1: .*1000"):
        list(page_rows(io.StringIO(text), PATH))


def test_lists_and_paragraphs_without_ends_are_no_nesting() -> None:
    text = page(body="<h1>Rules</h1>" + "<p>one<ul><li>two<br></ul><svg><path/></svg>" * 3_000)
    (row,) = page_rows(io.StringIO(text), PATH)
    assert isinstance(row, Row)
    assert row.fields["title"] == "Rules"
