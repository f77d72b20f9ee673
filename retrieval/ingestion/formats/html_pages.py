"""Reads an HTML page: what it says in schema.org's terms, else its tables, else its headings and texts."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.document import FAQ, POLICY, PRODUCT, REVIEW
from retrieval.errors import CorpusError
from retrieval.ingestion.formats.faq_texts import html_entries
from retrieval.ingestion.formats.microdata import microdata_items
from retrieval.ingestion.formats.schema_org import faq_entries, is_a, product_fields, review_rows
from retrieval.ingestion.formats.text_files import whole_text
from retrieval.ingestion.rows.fields import described, house_row
from retrieval.ingestion.rows.html_text import MAX_DEPTH, is_too_deep, text_of
from retrieval.ingestion.rows.rejection import MAX_EXCERPT, Rejected
from retrieval.ingestion.rows.row import TOO_DEEP, Row
from retrieval.language.wording import slug_of

_PRODUCTS = ("Product", "ProductGroup", "IndividualProduct", "ProductModel")
_FURNITURE = ["script", "style", "noscript", "template", "svg", "nav", "footer", "header", "aside", "form", "iframe"]


def page_rows(file: TextIO, path: Path, *, is_faq: bool = False) -> Iterator[Row | Rejected]:
    """The products, reviews and questions that a page describes, or the page itself in sections.

    Questions are also those that fold their answers away, and headings that ask; any heading of an FAQ (`is_faq`).

    JSON-LD and microdata are believed first; a table or list of two columns adds specs to the page's only product. A
    page that names no product and no question is a document like a policy: its `h2` headings begin sections.
    """
    text, place = whole_text(file, path), f"{path}:1"
    if is_too_deep(text):
        raise CorpusError(place, f"more than {MAX_DEPTH} elements inside one another; correct the page", TOO_DEEP)
    tree = LexborHTMLParser(text)
    linked, broken = _linked_data(tree, place)
    if broken:
        yield broken
    items = [*linked, *microdata_items(tree)]
    products = [item for item in items if is_a(item, *_PRODUCTS)]
    entries = [entry for item in items if is_a(item, "FAQPage", "QAPage") for entry in faq_entries(item)]
    if products:
        yield from _products(products, tree, path)
    for entry in entries:
        yield house_row({"kind": FAQ, **entry}, place)
    if not products and not entries:
        for question, answer in html_entries(tree, is_faq=is_faq):
            entries.append({"question": question, "answer": answer})
            yield house_row({"kind": FAQ, **entries[-1]}, place)
    if not products and not entries:
        yield _plain_page(tree, path)


def linked_rows(item: dict[str, object], place: str) -> Iterator[Row | Rejected]:
    """The products, reviews and questions in a piece of JSON-LD."""
    for inner in _items(item):
        if is_a(inner, *_PRODUCTS):
            fields = product_fields(inner)
            fields["id"] = fields["id"] or slug_of(str(fields["name"]))[:80]
            try:
                row = described(house_row({"kind": PRODUCT, **fields}, place))
            except CorpusError as error:
                yield Rejected.of(error, Row(inner, place))
                continue
            yield row
            for review in review_rows(inner, str(row.fields["id"])):
                yield _review(review, place)
        elif is_a(inner, "FAQPage", "QAPage"):
            for entry in faq_entries(inner):
                yield house_row({"kind": FAQ, **entry}, place)


def _linked_data(tree: LexborHTMLParser, place: str) -> tuple[list[dict[str, object]], Rejected | None]:
    """Every item of the page's JSON-LD that is not part of another, and the first piece of it that is not JSON."""
    items: list[dict[str, object]] = []
    broken: Rejected | None = None
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            items += _items(json.loads(script.text()))
        except (ValueError, RecursionError) as error:
            problem = f"JSON-LD that is not JSON ({error}); correct the page"
            broken = broken or Rejected(place, problem, "broken JSON-LD", script.text()[:MAX_EXCERPT])
    return items, broken


def _items(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        for item in value:
            yield from _items(item)
    elif isinstance(value, dict):
        graph = value.get("@graph")
        yield value
        yield from _items(graph if graph is not None else value.get("mainEntity"))
        yield from _items(value.get("itemListElement"))
        if is_a(value, "ListItem"):
            yield from _items(value.get("item"))


def _products(products: list[dict[str, object]], tree: LexborHTMLParser, path: Path) -> Iterator[Row | Rejected]:
    """A row for each product and each of its reviews. The same product in JSON-LD and microdata is one."""
    seen: set[object] = set()
    for number, item in enumerate(products):
        fields = product_fields(item)
        if fields["name"] in seen:
            continue
        seen.add(fields["name"])
        if len({product_fields(each)["name"] for each in products}) == 1:
            fields["specs"] = {**_table_specs(tree), **_mapping(fields["specs"])}
        fields["id"] = fields["id"] or _page_id(path, number)
        try:
            row = house_row({"kind": PRODUCT, **fields}, f"{path}:1")
        except CorpusError as error:
            yield Rejected.of(error, Row(item, f"{path}:1"))
            continue
        yield described(row)
        for review in review_rows(item, str(row.fields["id"])):
            yield _review(review, f"{path}:1")


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _review(fields: dict[str, object], place: str) -> Row | Rejected:
    try:
        return house_row({"kind": REVIEW, **fields}, place)
    except CorpusError as error:
        return Rejected.of(error)


def _page_id(path: Path, number: int = 0) -> str:
    stem = slug_of(Path(path.name.removesuffix(".gz")).stem)
    return f"{stem}-{number + 1}" if number else stem


def _table_specs(tree: LexborHTMLParser) -> dict[str, object]:
    """Label and value of every row with two cells and every `dt` with its `dd`."""
    found: dict[str, object] = {}
    for row in tree.css("table tr"):
        cells = [text_of(cell) for cell in row.iter() if cell.tag in ("th", "td")]
        if len(cells) == 2:
            found.setdefault(cells[0], cells[1])
    for term in tree.css("dl dt"):
        said = term.next
        while said is not None and said.tag not in ("dd", "dt"):
            said = said.next
        if said is not None and said.tag == "dd":
            found.setdefault(text_of(term), text_of(said))
    return {label: text for label, text in found.items() if label and text}


def _plain_page(tree: LexborHTMLParser, path: Path) -> Row:
    """A page without marked-up items: a product when it has a table of specs and a price, else a text in sections."""
    tree.strip_tags(_FURNITURE, recursive=True)
    heading = tree.css_first("h1") or tree.css_first("title")
    title = text_of(heading) if heading else ""
    specs, price = _table_specs(tree), _meta(tree, "product:price:amount")
    if price and specs:
        fields: dict[str, object] = {
            "kind": PRODUCT,
            "id": _page_id(path),
            "name": title,
            "price": price,
            "specs": specs,
        }
        fields["currency"] = _meta(tree, "product:price:currency")
        fields["description"] = _meta(tree, "og:description") or _meta(tree, "description")
        return described(house_row(fields, f"{path}:1"))
    opening, sections = _sections(tree)
    fields = {"kind": POLICY, "id": _page_id(path), "title": title, "text": opening, "sections": sections}
    return house_row(fields, f"{path}:1")


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[property="{name}"]') or tree.css_first(f'meta[name="{name}"]')
    return (node.attributes.get("content") or "") if node else ""


def _sections(tree: LexborHTMLParser) -> tuple[str, dict[str, str]]:
    """What stands before the first `h2`, and the text under each of them."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    root = tree.css_first("main") or tree.css_first("article") or tree.body
    for node in _blocks(root) if root else ():
        if node.tag == "h2":
            parts.append((text_of(node), []))
        elif node.tag != "h1":
            parts[-1][1].append(" ".join(text_of(node).split()))
    texts = [(label, " ".join(filter(None, lines))) for label, lines in parts]
    return texts[0][1], {label: text for label, text in texts[1:] if label and text}


def _blocks(root: LexborNode) -> Iterator[LexborNode]:
    """The elements of a page that hold text, in order; those around an `h1` or `h2` are opened."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.tag not in ("h1", "h2") and node.css_first("h1, h2") is not None:
            stack.extend(reversed(list(node.iter(include_text=True))))
        else:
            yield node
