"""Turns HTML into running text."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.language.wording import word_set

_SILENT = word_set("script style noscript template svg iframe head")
# Elements that begin a new line when they are shown; all other tags stand inside a line or even a word.
_BLOCKS = word_set(
    """
    address article aside blockquote br dd details div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main
    nav ol p pre section table td th tr ul
    """
)
# Of these the standard says which other tags end them, so that one does not stand inside another for want of its end.
_ENDED_BY_OTHERS = word_set(
    """
    area base br col embed hr img input link meta source track wbr html head body li dt dd p tr td th thead tbody tfoot
    option optgroup rt rp colgroup caption
    """
)
_FOREIGN = word_set("svg math")  # inside these, <path/> has no inside
_NESTING = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b.*?(?:</\1|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)(?P<is_empty>[^<>]*/>)?",
    re.DOTALL | re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<[^<>]*>")
MAX_DEPTH = 1000
"""Elements inside one another; browsers stop at 512, and a parser takes time with the square of them."""


def is_too_deep(markup: str) -> bool:
    """Return whether more than MAX_DEPTH elements stand inside one another, as far as their tags tell."""
    depth = foreign = 0
    for tag in _NESTING.finditer(markup):
        name = (tag["name"] or "").lower()
        if not name or name in _ENDED_BY_OTHERS or (foreign and tag["is_empty"]):
            continue
        step = -1 if tag["end"] else 1
        depth = max(depth + step, 0)
        if name in _FOREIGN:
            foreign = max(foreign + step, 0)
        if depth > MAX_DEPTH:
            return True
    return False


def without_tags(markup: str) -> str:
    """The text of a piece of HTML, a line end where a browser would begin a new line."""
    if is_too_deep(markup):
        return _ANY_TAG.sub(" ", markup)
    body = LexborHTMLParser(f"<body>{markup}").body
    return text_of(body) if body else ""


def text_of(node: LexborNode) -> str:
    """The text inside an element, a line end where a browser would begin a new line."""
    whole = (node.text_content or "") if node.tag == "-text" else "".join(_pieces(node))
    lines = (" ".join(line.split()) for line in whole.split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(node: LexborNode) -> Iterator[str]:
    """The texts in order and a line end around each block; with a stack, since pages nest without limit."""
    stack: list[tuple[Iterator[LexborNode], str]] = [(node.iter(include_text=True), "")]
    while stack:
        children, end = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield end
        elif child.tag == "-text":
            # White space stays where it is, but never ends a line.
            yield re.sub(r"\s+", " ", child.text_content or "")
        elif child.tag not in _SILENT:
            edge = "\n" if child.tag in _BLOCKS else ""
            yield edge
            stack.append((child.iter(include_text=True), edge))
