"""Which property a question asks for, and which fact states it."""

import pytest

from retrieval.document import Document, Fact
from retrieval.language.concepts import Asked, Concept
from retrieval.language.quantities import Quantity, quantity_of
from retrieval.properties.facts import ChosenFact, FactChooser, fact_for, is_absent

LAPTOP = Document(
    "product:lap",
    "product",
    "Lap",
    "",
    facts=(
        Fact("price", "price", "$999", 999.0),
        Fact("battery-life", "battery life", "16 hours"),
        Fact("screen-size", "screen size", "14 inches"),
        Fact("weight", "weight", "1.25 kilograms"),
        Fact("ports", "ports", "two USB C"),
        Fact("secret-sauce", "secret sauce", "paprika"),
    ),
    brand="Oak",
)


WEIGHT = Concept("weight", ("weight",))
SCREEN = Concept("screen size", ("display", "screen size"))
PORTS = Concept("ports", ("ports",))
WATER = Concept("water resistance", ("water resistance",))
SHARPER = Concept("sharpness", ("pixels", "resolution", "screen size"))
CHOOSER = FactChooser(lambda word: 1.0)


def chosen(text: str, asked: list[Asked], meaning: dict[str, float] | None = None) -> ChosenFact:
    found = CHOOSER.choose(LAPTOP, text, asked, meaning or {})
    assert found is not None
    return found


def slug(found: ChosenFact) -> str:
    assert found.fact is not None
    return found.fact.slug


def test_the_likeliest_concept_chooses_the_fact() -> None:
    assert slug(chosen("is it a burden", [Asked(WEIGHT, 0.6), Asked(PORTS, 0.5)])) == "weight"
    assert slug(chosen("is it a burden", [Asked(PORTS, 0.6), Asked(WEIGHT, 0.5)])) == "ports"


def test_a_concept_that_states_the_fact_best_goes_first() -> None:
    assert slug(chosen("show", [Asked(SHARPER, 0.63), Asked(PORTS, 0.6)])) == "ports"
    assert slug(chosen("show", [Asked(SHARPER, 0.7), Asked(PORTS, 0.6)])) == "screen-size"


def test_a_verb_of_time_chooses_its_fact() -> None:
    hours = Concept("opening hours", ("open",), is_general=True)
    clinic = Document(
        "product:c", "product", "C", "", facts=(Fact("opens", "opens", "8"), Fact("closes", "closes", "6"))
    )
    for text, expected in (("when does it close", "closes"), ("when does it open", "opens"), ("its hours", "opens")):
        found = CHOOSER.choose(clinic, text, [Asked(hours, 0.9)], {})
        assert found is not None
        assert slug(found) == expected


def test_words_of_the_value_decide_between_like_concepts() -> None:
    asked = [Asked(WEIGHT, 0.5), Asked(PORTS, 0.48)]
    assert slug(chosen("can i plug in my usb stick", asked)) == "ports"
    assert slug(chosen("can i plug in my stick", asked)) == "weight"


def test_a_rare_word_of_a_value_says_more_than_a_common_one() -> None:
    camera = Document(
        "product:cam", "product", "Cam", "", facts=(Fact("a", "a", "red inches"), Fact("b", "b", "inches"))
    )
    chooser = FactChooser({"red": 0.9, "inch": 0.1}.__getitem__)
    found = chooser.choose(camera, "red inches", [], {})
    assert found
    assert slug(found) == "a"
    common = chooser.choose(camera, "inches", [], {})
    assert common
    assert common.score < found.score


def test_meaning_decides_between_like_concepts() -> None:
    asked = [Asked(WEIGHT, 0.5), Asked(PORTS, 0.48)]
    even = {f"product:lap#{fact.slug}": 0.2 for fact in LAPTOP.facts}
    assert slug(chosen("whatever", asked, even)) == "weight"
    assert slug(chosen("whatever", asked, even | {"product:lap#ports": 0.5})) == "ports"


def test_a_label_that_no_concept_knows_is_found_by_its_words() -> None:
    found = chosen("what is its secret sauce", [Asked(WEIGHT, 0.3)])
    assert slug(found) == "secret-sauce"
    assert found.score == pytest.approx(0.7)
    assert chosen("what is its secret", []).score == pytest.approx(0.35)


def test_a_concept_that_the_record_lacks_is_missing_only_when_it_is_clearly_ahead() -> None:
    missing = chosen("may it get moist", [Asked(WATER, 0.6), Asked(WEIGHT, 0.5)])
    assert (missing.fact, missing.what, missing.score) == (None, "water resistance", 0.6)
    assert slug(chosen("may it get moist", [Asked(WATER, 0.51), Asked(WEIGHT, 0.5)])) == "weight"


def test_no_score_is_above_one() -> None:
    assert chosen("two usb", [Asked(PORTS, 1.1)]).score == 1.0


def test_a_product_without_facts_has_none_to_choose() -> None:
    bare = Document("product:bare", "product", "Bare", "")
    assert CHOOSER.choose(bare, "anything", [], {}) is None


def test_a_concept_is_stated_by_its_best_label_or_not_at_all() -> None:
    assert fact_for(LAPTOP, WATER) is None
    assert fact_for(LAPTOP, SCREEN) == LAPTOP.fact("screen-size")
    brand = fact_for(LAPTOP, Concept("brand", ("brand",)))
    assert brand
    assert brand.text == "Oak"


def test_a_fact_can_say_that_the_thing_is_absent() -> None:
    assert is_absent(Fact("fee", "fee", "none, ever"))
    assert not is_absent(Fact("fee", "fee", "nonesuch"))


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1.25 kilograms", Quantity(1250, "gram")),
        ("5 grams per bud", Quantity(5, "gram")),
        ("about 1,880 grams", Quantity(1880, "gram")),
        ("8 hours, or 30 hours with the case", Quantity(28800, "second")),
        ("two years", Quantity(2 * 31556952, "second")),
        ("14.2 inches", Quantity(14.2 * 0.0254, "metre")),
        ("30 centimeters tall", Quantity(30 * 0.01, "metre")),
        ("two USB C", None),
        ("none", None),
    ],
)
def test_quantities_are_read_in_base_units(text: str, quantity: Quantity | None) -> None:
    assert quantity_of(text) == quantity
