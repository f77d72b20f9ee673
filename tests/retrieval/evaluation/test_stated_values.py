"""Whether an answer states the value of a fact."""

import pytest

from retrieval.document import PRODUCT, Document, Fact
from retrieval.evaluation.stated_values import states

BOOK = Document("product:book", PRODUCT, "Falcon Book 14", "")


@pytest.mark.parametrize(
    ("value", "text", "is_stated"),
    [
        ("1.25 kilograms", "The weight of the Falcon Book 14 is 1.25 kilograms.", True),
        ("1.25 kg", "It weighs 1,250 grams.", True),
        ("1 pound", "It weighs 454 grams.", True),
        ("1.25 kg", "It weighs 1.3 kilograms.", False),
        ("1.25 kg", "It is 1.25 metres long.", False),
        ("14", "For the Falcon Book 14, we have 3 in stock.", False),
        ("$10 to $20", "The price is $10 to $20.", True),
        ("$10 to $20", "The price is $10.", False),
        ("red, blue and green", "It comes in blue, red and green.", True),
        ("red, blue and green", "It comes in red.", False),
        ("two USB C", "The ports are two USB C.", True),
        ("30 x 20 cm", "It measures 30 x 20 centimetres.", True),
        ("XL", "The size is XL.", True),
        ("Wash it by hand. Dry it in the shade for a day.", "Care: wash it by hand.", True),
        ("yes", "Yes, it has parking.", True),
        ("yes", "No, it has no parking.", False),
        ("no", "It has no parking.", True),
        ("no", "It has parking.", False),
    ],
)
def test_words_numbers_and_amounts_have_to_be_there(value: str, text: str, is_stated: bool) -> None:
    assert states(BOOK, Fact("x", "x", value), text) is is_stated
