"""How near a question is to labels."""

from collections.abc import Sequence

import numpy as np

from retrieval.embedder import Vectors
from retrieval.properties.label_meanings import LabelMeanings


def test_each_label_is_embedded_once_as_it_is_spoken() -> None:
    asked: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return np.array([[1, 0] if text == "weight" else [0, 1] for text in texts], np.float32)

    meanings = LabelMeanings(embed)
    vector = np.array([0.6, 0.8], np.float32)
    assert {name: round(value, 3) for name, value in meanings.likeness(["weight_g", "hue"], vector).items()} == {
        "weight_g": 0.6,
        "hue": 0.8,
    }
    meanings.likeness(["hue", "weight_g"], vector)
    assert asked == ["weight", "hue"]
