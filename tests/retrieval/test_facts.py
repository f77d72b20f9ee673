"""Which property a question asks for, and which fact states it."""

import pytest

from retrieval.document import Document, Fact
from retrieval.facts import choose_fact, concepts_asked, fact_for, is_absent
from retrieval.quantities import Quantity, quantity_of

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


@pytest.mark.parametrize(
    ("text", "concept", "ranking"),
    [
        ("how much is it", "price", 0),
        ("what do i pay for it", "price", 0),
        ("how much does it weigh", "weight", 0),
        ("which is cheaper", "price", -1),
        ("which is heavier", "weight", 1),
        ("how long does it last", "battery life", 0),
        ("how long does it take to charge", "charging time", 0),
        ("how long is the warranty", "warranty", 0),
        ("how big is the screen", "screen size", 0),
        ("can i swim with it", "water resistance", 0),
        ("which shades does it come in", "colours", 0),
        ("is it in stock", "stock", 0),
        ("who makes it", "brand", 0),
        ("what do i get in the box", "what is in the box", 0),
        ("is there a monthly fee", "monthly fee", 0),
        ("how much ram does it have", "memory", 0),
        ("does it work with alexa", "works with", 0),
    ],
)
def test_hears_what_is_asked_for(text: str, concept: str, ranking: int) -> None:
    first = concepts_asked(text)[0]
    assert (first.concept.name, first.ranking) == (concept, ranking)


def test_a_trigger_inside_a_longer_one_does_not_count() -> None:
    assert [asked.concept.name for asked in concepts_asked("battery life")] == ["battery life"]
    assert concepts_asked("tell me a joke") == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("how much is it", "price"),
        ("how heavy is it", "weight"),
        ("what is its secret sauce", "secret-sauce"),
        ("how many sockets", "ports"),
        ("how big is the screen", "screen-size"),
    ],
)
def test_chooses_the_fact_by_words(text: str, slug: str) -> None:
    chosen = choose_fact(LAPTOP, text, concepts_asked(text), {})
    assert chosen
    assert (chosen.fact.slug, chosen.is_named) == (slug, True)


def test_meaning_alone_can_choose_but_is_not_naming() -> None:
    likeness = {f"product:lap#{fact.slug}": 0.2 for fact in LAPTOP.facts} | {"product:lap#ports": 0.7}
    chosen = choose_fact(LAPTOP, "whatever", [], likeness)
    assert chosen
    assert (chosen.fact.slug, chosen.is_named) == ("ports", False)
    assert chosen.score == pytest.approx(0.6)


def test_meaning_decides_between_facts_that_the_words_name_alike() -> None:
    text = "battery and weight"
    near = {f"product:lap#{fact.slug}": 0.1 for fact in LAPTOP.facts}
    for slug in ("battery-life", "weight"):
        chosen = choose_fact(LAPTOP, text, concepts_asked(text), near | {f"product:lap#{slug}": 0.5})
        assert chosen
        assert chosen.fact.slug == slug


def test_a_concept_that_the_product_lacks_has_no_fact() -> None:
    (asked,) = concepts_asked("is it waterproof")
    assert fact_for(LAPTOP, asked.concept) is None
    (asked,) = concepts_asked("who makes it")
    brand = fact_for(LAPTOP, asked.concept)
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
