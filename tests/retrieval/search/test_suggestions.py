"""Questions to begin with, made from what an index holds."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.document import Document, Fact
from retrieval.index.index_folder import build_index
from retrieval.search.suggestions import suggested_questions
from tests.retrieval.toy_embedder import WordHashEmbedder

PRICE = Fact("price", "price", "$20", 20.0)
LAMP = Document("product:lamp", "product", "Lamp Ida", "", facts=(PRICE,), category="home > lamps")
BRIDGE = Document("product:bridge", "product", "The Old Bridge", "", facts=(Fact("built", "Year_built", "1761"),))
PARKING = Document("faq:parking", "faq", "Where can I park?", "Behind the house.")


def suggestions(documents: Sequence[Document], folder: Path) -> tuple[str, ...]:
    build_index(documents, WordHashEmbedder(), folder)
    return suggested_questions(folder)


def test_asks_for_a_price_a_fact_a_kind_and_an_entry(tmp_path: Path) -> None:
    assert suggestions([LAMP, BRIDGE, PARKING], tmp_path) == (
        "How much is the Lamp Ida?",
        "What is the year built of The Old Bridge?",
        "Show me lamps",
        "Where can I park?",
    )


def test_asks_for_nothing_that_the_records_do_not_state(tmp_path: Path) -> None:
    bare = Document("product:bare", "product", "Bare", "", facts=(Fact("handmade", "handmade", "yes"),))
    rule = Document("policy:returns", "policy", "Returns", "Within 30 days.")
    assert suggestions([bare, rule], tmp_path) == ()


def test_an_entry_about_one_product_alone_is_none_for_all(tmp_path: Path) -> None:
    entry = Document("faq:bulb", "faq", "Which bulb?", "E14.", about="product:lamp")
    assert suggestions([LAMP, entry], tmp_path) == ("How much is the Lamp Ida?", "Show me lamps")
