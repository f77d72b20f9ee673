"""Which pattern a text is, by a small classifier over the vectors of the shared encoder.

It learns from the examples in `general.yml`. What it learnt with the shipped encoder stands in `general.npz`, so that
a start need not wait; `python -m benchmarks.patterns weights` makes it. With any other encoder it learns at the start.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import numpy.typing as npt
import yaml

from dialogue.patterns.names import OTHER
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from nlu.joint.intent_head import text_features
from nlu.joint.linear import SoftmaxLayer, fit_softmax

FOLDER, EXAMPLES, WEIGHTS = "dialogue.patterns", "general.yml", "general.npz"
ENDS = ("", ".", "?")
"""People, and what recognises their speech, end a sentence so."""
L2, TEMPERATURE = 0.3, 0.54
"""Chosen by five-fold cross-validation over the examples."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The pattern that a text is most likely, and how likely; `other` is none."""

    pattern: str = OTHER
    probability: float = 0.0


class PatternRecognizer:
    """Finds the pattern of an encoded text; immutable, thread-safe."""

    def __init__(self, names: tuple[str, ...], layer: SoftmaxLayer) -> None:
        self._names = names
        self._layer = layer

    @classmethod
    def load(cls, encoder: MiniLMEncoder) -> "PatternRecognizer":
        """Load what the package ships; learns it where the weights are another encoder's or of other examples."""
        with as_file(files(FOLDER).joinpath(WEIGHTS)) as path, np.load(path) as held:
            shipped = _shipped(held, encoder.identity)
        return shipped or cls.learnt(encoder)

    @classmethod
    def learnt(cls, encoder: MiniLMEncoder) -> "PatternRecognizer":
        """Learn from the examples, each with the signs that a sentence may end with; takes a second or two."""
        examples = general_examples()
        names = tuple(examples)
        said = [(text + end, number) for number, name in enumerate(names) for text in examples[name] for end in ENDS]
        features = text_features(encoder.encode_all([text for text, _ in said], words=False))
        labels = np.array([number for _, number in said], dtype=np.int64)
        layer = fit_softmax(features, labels, len(names), L2 * len(ENDS))
        return cls(names, SoftmaxLayer(layer.weights, layer.bias, TEMPERATURE))

    def likeness(self, encoded: EncodedText) -> Likeness:
        """Return the most likely pattern."""
        (row,) = np.exp(self._layer.log_probabilities(text_features([encoded])))
        best = int(np.argmax(row))
        return Likeness(self._names[best], float(row[best]))

    def packed(self, identity: str) -> dict[str, npt.NDArray[np.generic]]:
        """Return the arrays of a file that holds the weights, for the encoder of that identity."""
        return {
            "key": np.array(_key(identity)),
            "weights": self._layer.weights.astype(np.float16),
            "bias": self._layer.bias,
        }


@cache
def general_examples() -> Mapping[str, tuple[str, ...]]:
    """Return the examples of each pattern, in the order of the file."""
    read = yaml.safe_load(files(FOLDER).joinpath(EXAMPLES).read_text(encoding="utf-8"))
    return {name: tuple(texts) for name, texts in read.items()}


def _shipped(held: Mapping[str, npt.NDArray[np.generic]], identity: str) -> PatternRecognizer | None:
    if str(held["key"]) != _key(identity):
        return None
    layer = SoftmaxLayer(held["weights"].astype(np.float32), held["bias"].astype(np.float32), TEMPERATURE)
    return PatternRecognizer(tuple(general_examples()), layer)


def _key(identity: str) -> str:
    """Return a digest of an encoder and what was learnt with it."""
    return hashlib.sha256(json.dumps([identity, L2, general_examples(), ENDS]).encode()).hexdigest()
