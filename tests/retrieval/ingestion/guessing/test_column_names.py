"""Names of columns: how they compare, and their units."""

import pytest

from retrieval.ingestion.guessing.column_names import inner_name, parted, readable, spellings, squeezed


@pytest.mark.parametrize(
    "name", ["Größe", "GRÖSSE", " grosse ", "g:Grösse", "Größe (product.metafields.shopify.size)", "gro-sse"]
)
def test_case_accents_signs_and_brackets_make_no_difference(name: str) -> None:
    assert squeezed(name) == "grosse"


def test_a_name_without_the_word_for_the_thing_is_the_same() -> None:
    assert spellings("product_title") == ("producttitle", "title")
    assert spellings("variants") == ("variants",)


@pytest.mark.parametrize(
    ("name", "label", "unit"),
    [
        ("Weight (g)", "Weight", "g"),
        ("battery_life_h", "battery life", "h"),
        ("Preis in EUR", "Preis in EUR", ""),
        ("Länge [cm]", "Länge", "cm"),
        ("height in cm", "height", "cm"),
        ("prepTimeMinutes", "prep Time", "min"),
        ("kg", "kg", ""),
        ("colour", "colour", ""),
    ],
)
def test_the_unit_of_a_name(name: str, label: str, unit: str) -> None:
    assert parted(name) == (label, unit)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("battery_life", "battery life"), ("Item Weight", "item weight"), ("RAM", "RAM"), ("WEIGHT", "weight"),
        ("warrantyInformation", "warranty information"), ("g:color", "color"), ("dimensions.width", "dimensions width"),
    ],
)  # fmt: skip
def test_names_as_people_write_them(name: str, label: str) -> None:
    assert readable(name) == label


def test_a_column_of_a_variant_has_a_name_of_its_own() -> None:
    assert [inner_name(name) for name in ("variants.price", "specs.weight", "size.width")] == [
        "price", "weight", "size.width",
    ]  # fmt: skip
