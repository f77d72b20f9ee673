"""Reads HTML microdata into the shape that JSON-LD has.

The WHATWG HTML standard, section 5: https://html.spec.whatwg.org/multipage/microdata.html
"""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.ingestion.rows.html_text import text_of

_ADDRESSES = {
    "a": "href",
    "area": "href",
    "link": "href",
    "img": "src",
    "audio": "src",
    "video": "src",
    "source": "src",
}
_VALUES = {"meta": "content", "data": "value", "meter": "value", "time": "datetime"}


def microdata_items(tree: LexborHTMLParser) -> list[dict[str, object]]:
    """The page's items that are no property of another one, each with `@type` and its properties.

    A property that stands several times is a list.
    """
    return [_item(node) for node in tree.css("[itemscope]") if "itemprop" not in node.attributes]


def _item(node: LexborNode) -> dict[str, object]:
    kind = (node.attributes.get("itemtype") or "").split()
    item: dict[str, object] = {"@type": kind[0].rpartition("/")[2] if kind else ""}
    for child in _properties(node):
        value = _item(child) if "itemscope" in child.attributes else _value(child)
        for name in (child.attributes.get("itemprop") or "").split():
            held = item.get(name)
            item[name] = value if held is None else [*(held if isinstance(held, list) else [held]), value]
    return item


def _properties(node: LexborNode) -> Iterator[LexborNode]:
    """The elements inside `node` that are properties of it, not of an item inside it; in the order of the page."""
    stack = list(reversed(list(node.iter())))
    while stack:
        child = stack.pop()
        if "itemprop" in child.attributes:
            yield child
        if "itemscope" not in child.attributes:
            stack.extend(reversed(list(child.iter())))


def _value(node: LexborNode) -> str:
    tag = node.tag or ""
    attribute = "content" if "content" in node.attributes else _VALUES.get(tag) or _ADDRESSES.get(tag)
    if attribute and node.attributes.get(attribute) is not None:
        return node.attributes[attribute] or ""
    return text_of(node)
