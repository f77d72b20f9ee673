"""Finds questions with their answers in texts with headings, and in HTML that folds answers away."""

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from retrieval.ingestion.rows.html_text import text_of

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_ASKED = re.compile(
    r"\s*(?:\*\*|__)?\s*(?:Q(?:uestion)?|F(?:rage)?|P)\s*\d*\s*[:.)]\s*(.+?)\s*(?:\*\*|__)?\s*$", re.IGNORECASE
)
_ANSWERED = re.compile(r"\s*(?:\*\*|__)?\s*A(?:nswer|ntwort)?\s*\d*\s*[:.)]\s*(?:\*\*|__)?\s*", re.IGNORECASE)
_BOLD = re.compile(r"\s*(?:\*\*|__)(.+\?)\s*(?:\*\*|__)\s*$")
_MOST_ARE = 0.6  # share of headings that are questions, in a text that is an FAQ
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


def markdown_entries(lines: Sequence[str], *, is_faq: bool) -> list[tuple[int, str, str]]:
    """The line, question and answer of each entry; none where the text is no FAQ.

    Questions are headings, `**bold?**` lines or `Q:` lines. Most headings have to be questions, unless the
    file is named an FAQ (`is_faq`).
    """
    parts: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(lines, start=1):
        asked = _HEADING.match(line) or _BOLD.match(line) or _ASKED.match(line)
        if asked:
            parts.append((number, asked[1].strip(" *_"), []))
        elif parts:
            parts[-1][2].append(_ANSWERED.sub("", line))
    found = [(number, text, _plain(below)) for number, text, below in parts if _plain(below)]
    if not is_faq and not _are_questions([text for _, text, _ in found]):
        return []
    asked_only = [entry for entry in found if entry[1].endswith("?")]
    return asked_only if asked_only and not is_faq else found


def html_entries(tree: LexborHTMLParser, *, is_faq: bool) -> list[tuple[str, str]]:
    """Question and answer of each `details`, of each `dt` that asks, and of headings where most of them ask."""
    found: list[tuple[str, str]] = []
    for node in tree.css("details"):
        summary = node.css_first("summary")
        if summary is not None:
            whole, question = " ".join(text_of(node).split()), " ".join(text_of(summary).split())
            found.append((question, whole.removeprefix(question).strip()))
    for term in tree.css("dl dt"):
        said = term.next
        while said is not None and said.tag not in ("dd", "dt"):
            said = said.next
        if said is not None and said.tag == "dd" and text_of(term).endswith("?"):
            found.append((text_of(term), " ".join(text_of(said).split())))
    if not found:
        below = [(text_of(node), " ".join(_until_heading(node))) for node in tree.css(", ".join(_HEADINGS))]
        headed = [(question, answer) for question, answer in below if question and answer]
        if is_faq or _are_questions([question for question, _ in headed]):
            found = headed if is_faq else [entry for entry in headed if entry[0].endswith("?")]
    return [(question, answer) for question, answer in found if question and answer]


def _until_heading(node: LexborNode) -> Iterator[str]:
    following = node.next
    while following is not None and following.tag not in ("h1", *_HEADINGS):
        text = " ".join(text_of(following).split()) if following.tag != "-comment" else ""
        if text:
            yield text
        following = following.next


def _are_questions(headings: Sequence[str]) -> bool:
    return len(headings) > 1 and sum(text.endswith("?") for text in headings) >= _MOST_ARE * len(headings)


def _plain(lines: Sequence[str]) -> str:
    """Markdown lines as running text: list marks, emphasis and link targets removed."""
    joined = " ".join(re.sub(r"^\s*(?:[-*+]|\d+[.)]|>)\s+", "", line).strip() for line in lines)
    joined = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", joined)
    return " ".join(re.sub(r"\*{1,3}|`|__|</?[a-z]+>", "", joined).split())
