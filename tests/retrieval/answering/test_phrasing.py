"""Facts in sentences."""

import pytest

from retrieval.answering.phrasing import (
    best_sentences,
    differences,
    first_sentences,
    listing,
    nearest_of,
    sentence_of,
    summary_of,
    unknown,
    verdict_of,
    without_verdict,
)
from retrieval.document import Document, Fact

TEXT = "One thing. Two things here. Three more. Four in all."


def product(title: str, *facts: Fact, text: str = TEXT) -> Document:
    return Document(f"product:{title}", "product", title, text, facts=facts)


LAMP, BUDS = product("Oak Lamp"), product("Pulse Buds 2")


def fact(label: str, text: str, number: float | None = None) -> Fact:
    return Fact(label.lower().replace(" ", "-"), label, text, number)


@pytest.mark.parametrize(
    ("thing", "stated", "sentence"),
    [
        (LAMP, fact("price", "$5", 5.0), "The price of the Oak Lamp is $5."),
        (BUDS, fact("Ear tips", "three pairs"), "The ear tips of the Pulse Buds 2 are three pairs."),
        (LAMP, fact("USB", "two ports"), "The USB of the Oak Lamp is two ports."),
        (LAMP, fact("glass", "clear"), "The glass of the Oak Lamp is clear."),
        (LAMP, fact("brand", "Oak"), "The Oak Lamp is made by Oak."),
        (BUDS, fact("brand", "Lark"), "The Pulse Buds 2 are made by Lark."),
        (product("Pulse Buds Case 2"), fact("brand", "Lark"), "The Pulse Buds Case 2 is made by Lark."),
        (LAMP, fact("dimmer", "none"), "For the dimmer of the Oak Lamp, the catalogue says: none."),
        (LAMP, fact("What is in the box", "a lamp"), "In the box of the Oak Lamp: a lamp."),
        (LAMP, fact("works with", "bulbs"), "The Oak Lamp works with bulbs."),
        (BUDS, fact("teaches", "birds"), "The Pulse Buds 2 teach birds."),
        (LAMP, fact("opens", "08:00"), "The Oak Lamp opens at 08:00."),
        (BUDS, fact("closes", "on Sundays"), "The Pulse Buds 2 close on Sundays."),
        (LAMP, fact("price in Red, S", "$5"), "The price of the Oak Lamp in Red, S is $5."),
        (LAMP, fact("stock in Red", "out of stock"), "The Oak Lamp in Red is out of stock."),
        (LAMP, fact("stock in Red", "6 in stock"), "For the Oak Lamp in Red, we have 6 in stock."),
        (LAMP, fact("Suitable for", "desks"), "The Oak Lamp is suitable for desks."),
        (BUDS, fact("made in", "Oslo"), "The Pulse Buds 2 are made in Oslo."),
        (LAMP, fact("lights rooms up to", "20 metres"), "The Oak Lamp lights rooms up to 20 metres."),
        (LAMP, fact("extras", "Folds flat; glows."), "Oak Lamp: Folds flat; glows."),
        (BUDS, fact("Connects to", "phones"), "The Pulse Buds 2 connect to phones."),
        (LAMP, fact("stock", "3 in stock", 3.0), "For the Oak Lamp, we have 3 in stock."),
        (LAMP, fact("stock", "out of stock", 0.0), "The Oak Lamp is out of stock."),
        (BUDS, fact("stock", "on pre-order"), "The Pulse Buds 2 are on pre-order."),
    ],
)
def test_a_fact_is_said_in_a_sentence(thing: Document, stated: Fact, sentence: str) -> None:
    assert sentence_of(thing, stated) == sentence


@pytest.mark.parametrize(
    ("thing", "what", "sentence"),
    [
        (LAMP, "weight", "The catalogue does not say anything about the weight of the Oak Lamp."),
        (LAMP, "", "The catalogue does not say that about the Oak Lamp."),
        (LAMP, "fits", "The catalogue does not say what the Oak Lamp fits."),
        (BUDS, "comes with", "The catalogue does not say what the Pulse Buds 2 come with."),
        (LAMP, "what is in the box", "The catalogue does not say what is in the box of the Oak Lamp."),
    ],
)
def test_what_is_not_known_is_named(thing: Document, what: str, sentence: str) -> None:
    assert unknown(thing, what) == sentence


def test_a_summary_has_two_sentences_and_the_price_if_there_is_one() -> None:
    assert summary_of(LAMP) == "Oak Lamp: One thing. Two things here."
    priced = product("Oak Lamp", fact("price", "$5", 5.0), text="Shines.")
    assert summary_of(priced) == "Oak Lamp: Shines. The price is $5."


def test_differences_stand_side_by_side() -> None:
    pairs = [(fact("price", "$5"), fact("price", "$6")), (fact("USB", "yes"), fact("USB", "no"))]
    assert differences(LAMP, BUDS, pairs) == (
        "This is how the Oak Lamp and the Pulse Buds 2 differ. Price: $5, against $6. USB: yes, against no."
    )


SOLD_OUT = product("Ash", fact("price", "$5"), fact("stock", "out of stock", 0.0))
UNPRICED = product("Birch", fact("stock", "out of stock", 0.0))
PRICED = product("Cedar", fact("price", "$7"), fact("stock", "1 in stock", 1.0))


@pytest.mark.parametrize(
    ("products", "total", "is_exact", "text"),
    [
        ([PRICED], 1, True, "We have the Cedar at $7."),
        ([PRICED, LAMP], 2, True, "We have the Cedar at $7 and the Oak Lamp."),
        ([SOLD_OUT, UNPRICED, PRICED], 3, True,
         "We have the Ash, out of stock now, at $5, the Birch, out of stock now and the Cedar at $7."),
        ([PRICED, LAMP], 9, True, "We have 9 of those: the Cedar at $7, the Oak Lamp, and 7 more."),
        ([PRICED, LAMP], 9, False, "The closest we have: the Cedar at $7 and the Oak Lamp."),
    ],
)  # fmt: skip
def test_a_list_says_prices_what_is_sold_out_and_how_many_more(
    products: list[Document], total: int, is_exact: bool, text: str
) -> None:
    assert listing(products, total, is_exact) == text


def test_a_verdict_is_sure_only_when_every_wish_was_checked() -> None:
    assert verdict_of(LAMP) == "That is the Oak Lamp."
    assert verdict_of(LAMP, is_exact=False) == "The closest we have is the Oak Lamp."


def test_the_first_two_sentences_are_quoted() -> None:
    assert first_sentences(TEXT) == "One thing. Two things here."
    assert first_sentences("Only one") == "Only one"
    assert first_sentences("") == ""


@pytest.mark.parametrize(
    ("stems", "quoted"),
    [
        (set(), "One thing. Two things here."),
        ({"four"}, "One thing. Four in all."),
        ({"four", "all", "three"}, "Three more. Four in all."),
        ({"thing", "four", "in", "two"}, "Two things here. Four in all."),
    ],
)
def test_the_two_sentences_that_share_most_words_are_quoted_in_their_order(stems: set[str], quoted: str) -> None:
    assert best_sentences(TEXT, stems) == quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes, we do.", "We do."),
        ("No. It is closed.", "It is closed."),
        ("Nothing fits.", "Nothing fits."),
        ("No", "No"),
    ],
)
def test_a_yes_to_another_question_is_left_out(text: str, expected: str) -> None:
    assert without_verdict(text) == expected


def test_the_nearest_thing_is_named_with_its_price() -> None:
    assert nearest_of(product("Oak Lamp", fact("price", "$5", 5.0))) == "The nearest is the Oak Lamp at $5."
