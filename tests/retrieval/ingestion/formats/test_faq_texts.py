"""Questions with answers in Markdown and HTML."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from retrieval.ingestion.formats.faq_texts import html_entries, markdown_entries


@pytest.mark.parametrize(
    "text",
    [
        "# Help\n## Can I pay?\nBy *card*.\n## When?\n- Today.",
        "**Can I pay?**\n\nBy [card](https://a.example).\n\n**When?**\nToday.",
        "Q: Can I pay?\nA: By card.\n\nQ: When?\nA: Today.",
    ],
)
def test_questions_in_markdown(text: str) -> None:
    found = [(question, answer) for _, question, answer in markdown_entries(text.splitlines(), is_faq=False)]
    assert found == [("Can I pay?", "By card."), ("When?", "Today.")]


def test_a_text_with_other_headings_is_no_faq_unless_it_is_named_so() -> None:
    lines = ["# Terms", "## Shipping", "Two days.", "## Payment", "By card."]
    assert markdown_entries(lines, is_faq=False) == []
    assert markdown_entries(lines, is_faq=True) == [(2, "Shipping", "Two days."), (4, "Payment", "By card.")]


@pytest.mark.parametrize(
    "page",
    [
        "<details><summary>Can I pay?</summary><p>By card.</p></details><details><summary>When?</summary>Today.",
        "<dl><dt>Can I pay?</dt><dd>By card.</dd><dt>When?</dt><dd>Today.</dd></dl>",
        "<h3>Can I pay?</h3><p>By card.</p><h3>When?</h3><p>Today.</p>",
    ],
)
def test_questions_in_html(page: str) -> None:
    assert html_entries(LexborHTMLParser(page), is_faq=False) == [("Can I pay?", "By card."), ("When?", "Today.")]


def test_a_page_of_texts_has_no_questions() -> None:
    page = LexborHTMLParser("<h2>Terms</h2><p>All.</p><h2>Why?</h2><p>So.</p><h2>More</h2><p>x</p>")
    assert html_entries(page, is_faq=False) == []
    assert len(html_entries(page, is_faq=True)) == 3
