"""Small sums with the prices of a catalogue."""

import pytest

from retrieval.document import PRODUCT, Document, Fact
from retrieval.properties.sums import sum_of


def priced(name: str, price: str) -> Document:
    return Document(f"product:{name}", PRODUCT, name, "", facts=(Fact("price", "price", price),))


LAMP, VASE = priced("Lamp", "£28"), priced("Vase", "£9.50")


@pytest.mark.parametrize(
    ("rest", "products", "said"),
    [
        ("how much are 3 of them", [VASE], "3 times £9.50 is £28.50."),
        ("how much are 2 tins of", [LAMP], "2 times £28 is £56."),
        ("what would 4 nights at cost", [LAMP], "4 times £28 is £112."),
        ("what do i pay for and together", [LAMP, VASE], "Together that is £37.50."),
        ("how much more is than", [VASE, LAMP], "The Lamp costs £18.50 more."),
    ],
)
def test_what_is_asked_is_reckoned(rest: str, products: list[Document], said: str) -> None:
    assert sum_of(rest, products) == said


@pytest.mark.parametrize(
    ("rest", "products"),
    [
        ("how much is", [LAMP]),
        ("how much is for 1", [LAMP]),
        ("can 4 of us sit", [LAMP]),
        ("how much are and", [LAMP, VASE]),
        ("how much are 3 of them", [priced("Gift", "from $5")]),
        ("how much together", [LAMP, priced("Rug", "€20")]),
    ],
)
def test_anything_else_is_no_sum(rest: str, products: list[Document]) -> None:
    assert sum_of(rest, products) is None
