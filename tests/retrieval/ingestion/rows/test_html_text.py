"""HTML as running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from retrieval.ingestion.rows.html_text import text_of, without_tags


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("Cot<b>ton</b> <i>soft</i>", "Cotton soft"),
        ("<li>light</li><li>strong</li>", "light\nstrong"),
        ("a line\nthat goes\n\non", "a line that goes on"),
        ("  <div> <div>  deep </div></div>tail ", "deep\ntail"),
        ("<script>x()</script>a<style>p{}</style><svg><text>s</text></svg>b", "ab"),
        ("fish &amp; chips &lt;b&gt;", "fish & chips <b>"),
        ("plain", "plain"),
        ("<p></p>", ""),
        ("", ""),
    ],
)
def test_a_line_ends_where_a_browser_would_begin_a_new_one(markup: str, text: str) -> None:
    assert without_tags(markup) == text


def test_the_text_of_an_element_is_what_stands_inside_it() -> None:
    tree = LexborHTMLParser("before<table><tr><th>Weight<td>1 kg<td><template>no</template></tr></table>after")
    (cells,) = [list(row.iter()) for row in tree.css("tr")]
    assert [text_of(cell) for cell in cells] == ["Weight", "1 kg", ""]


def test_the_text_of_a_text_is_itself() -> None:
    body = LexborHTMLParser("<body> one\n two <p>three</p>").body
    assert body is not None
    first = next(body.iter(include_text=True))
    assert text_of(first) == "one\ntwo"


@given(st.lists(st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br>", "word", " ", "\n", "<li>"]), max_size=30))
def test_every_word_stays_in_its_order_and_no_line_is_empty(pieces: list[str]) -> None:
    text = without_tags("".join(pieces))
    assert "".join(text.split()) == "word" * pieces.count("word")
    assert all(line == " ".join(line.split()) != "" for line in text.splitlines())
