"""Products named by a part of their names."""

from pathlib import Path

import pytest

from benchmarks.corpus import name_index
from retrieval.document import PRODUCT, Document
from retrieval.index.catalogue import Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.chunking import cut
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.questions.product_resolution import Mention
from retrieval.questions.short_names import ShortNames

TITLES = {
    "parka": "Harbour Parka",
    "kettle": 'Kettle "Pro", 1.7 l',
    "phone": "Apple iPhone 13 Pro Max 256GB (Graphite)",
    "women": "Trail Runner GTX (Women)",
    "men": "Trail Runner GTX (Men)",
    "radio": "Lake House Radio",
    "weight": "Kitchen Weight",
}
NAMES = ShortNames(
    name_index(Document(f"{PRODUCT}:{name}", PRODUCT, title, "") for name, title in TITLES.items()),
    {"weight"},
    {"lake", "big", "house"}.__contains__,
)


def found(text: str) -> list[str]:
    return [mention.product_id.removeprefix("product:") for mention in NAMES.find(tokens_of(text))]


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("how heavy is the parka", ["parka"]),
        ("what does the kettle pro cost", ["kettle"]),
        ("is the iphone 13 pro max in stock", ["phone"]),
        ("how much is the trail runner", ["men", "women"]),
        ("how much is the trail runner for men", ["men"]),
        ("do you have a parka", []),
        ("it fell into the lake", []),
        ("what is the weight", []),
        ("what is the price", []),
    ],
)
def test_a_part_of_a_name_means_those_that_have_it(text: str, products: list[str]) -> None:
    assert found(text) == products


def test_what_is_said_of_the_product_in_hand_names_no_other() -> None:
    assert NAMES.find(tokens_of("how big is the parka"), {"parka"}) == []


def test_more_words_of_the_text_decide_between_equals() -> None:
    both = [Mention(f"product:{name}", 1.0, 3, 6) for name in ("men", "women")]
    assert [each.product_id for each in NAMES.narrowed(both, tokens_of("is the men's trail runner gtx dry"))] == [
        "product:men"
    ]
    assert NAMES.narrowed(both, tokens_of("is the trail runner gtx dry")) == both


def test_a_kind_and_a_maker_are_no_name(tmp_path: Path) -> None:
    spades = [("badger", "Oakridge Badger Spade", "Oakridge"), ("mole", "Mole Spade", "Hollin")]
    with CatalogueWriter(tmp_path) as writer:
        for name, title, brand in spades:
            product = Document(f"product:{name}", PRODUCT, title, "", brand=brand, category="Spades")
            writer.add(product, list(cut(product)))
        writer.finish()
    with Catalogue(tmp_path) as catalogue:
        names = ShortNames(NameIndex(catalogue.rows), set(), lambda word: False)
        assert names.find(tokens_of("any spade by oakridge or fenwick")) == []
        assert [each.product_id for each in names.find(tokens_of("any badger by oakridge"))] == ["product:badger"]
