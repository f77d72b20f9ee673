"""Labels of records, as people mean them."""

import pytest

from retrieval.language.labels import extra_words, plain_label, says_what_it_does, singular


@pytest.mark.parametrize(
    ("label", "text", "unit"),
    [
        ("weight_g", "weight", "gram"),
        ("Item Weight", "weight", ""),
        ("Weight (kg)", "weight", "kilogram"),
        ("heightInCm", "height", "centimetre"),
        ("is_waterproof", "waterproof", ""),
        ("Colour (frame)", "colour", ""),
        ("battery life", "battery life", ""),
        ("g", "g", ""),
        ("(g)", "g", "gram"),
    ],
)
def test_a_label_is_read_without_its_unit_and_empty_words(label: str, text: str, unit: str) -> None:
    assert (plain_label(label).text, plain_label(label).unit) == (text, unit)


@pytest.mark.parametrize(
    ("label", "known", "extra"),
    [
        ("case material", "material", 1),
        ("material of the case", "material", 3),
        ("material", "material", 0),
        ("battery type", "type", None),
        ("type", "type", 0),
        ("colour", "material", None),
        ("artikelgewicht", "gewicht", 1),
        ("weights", "gewicht", None),
    ],
)
def test_words_more_than_those_known_are_counted(label: str, known: str, extra: int | None) -> None:
    assert extra_words(tuple(label.split()), (known,)) == extra


def test_only_plurals_lose_their_s() -> None:
    assert [singular(word) for word in ("colours", "glass", "bus", "gps")] == ["colour", "glass", "bus", "gps"]


@pytest.mark.parametrize(
    ("label", "is_verb"), [("works with", True), ("opens", True), ("opens with", False), ("ports", False)]
)
def test_some_labels_are_verbs(label: str, is_verb: bool) -> None:
    assert says_what_it_does(label) is is_verb
