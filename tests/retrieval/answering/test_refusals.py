"""What is said where nothing is known."""

import numpy as np
import pytest

from retrieval.answering.refusals import again, lacking
from retrieval.document import Document, Fact
from retrieval.properties.label_meanings import LabelMeanings

LABELS = ("price", "price in S", "weight_g", "made in", "colour")
SHIRT = Document("product:shirt", "product", "Shirt", "", facts=tuple(Fact(label, label, "x") for label in LABELS))
BARE = Document("product:bare", "product", "Bare", "")
MEANINGS = LabelMeanings(lambda texts: np.eye(len(texts), dtype=np.float32))


def test_the_nearest_properties_that_are_known_are_offered() -> None:
    vector = np.array([0.1, 0.9, 0.5], np.float32)  # of price, weight and colour
    said = lacking(SHIRT, "care", vector, MEANINGS)
    assert said == (
        "The catalogue does not say anything about the care of the Shirt. I can tell you its weight and colour."
    )


def test_nothing_is_offered_where_nothing_is_known() -> None:
    said = lacking(BARE, "care", np.zeros(3, np.float32), MEANINGS)
    assert said == "The catalogue does not say anything about the care of the Bare."


@pytest.mark.parametrize(
    ("product", "kinds", "text"),
    [
        (
            SHIRT,
            [],
            "That is not in what I have about the Shirt, sorry. What I know is its price, weight and colour.",
        ),
        (BARE, [], "That is not in what I have about the Bare, sorry."),
        (None, ["lamps", "rugs"], "I find nothing like that either. We have lamps and rugs."),
        (None, [], "I find nothing like that either."),
    ],
)
def test_a_second_refusal_says_what_there_is(product: Document | None, kinds: list[str], text: str) -> None:
    assert again(product, kinds) == text
