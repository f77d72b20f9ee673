"""The intent head: which of the known intents a text has, with a confidence that means what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import MiniLMEncoder
from nlu.errors import WeightsError
from nlu.heads import read_head, write_head
from nlu.interpretation import Intent
from nlu.linear import SoftmaxLayer, fit_calibrated, fit_softmax
from nlu.noise import misheard
from nlu.options import IntentOptions

KIND = "intent"


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Multinomial logistic regression over sentence vectors; immutable, thread-safe."""

    names: tuple[str, ...]
    layer: SoftmaxLayer
    encoder: MiniLMEncoder

    def rank(self, texts: Sequence[str]) -> list[tuple[Intent, ...]]:
        """All intents of each text, most likely first; empty when the model was trained on no intent."""
        if not self.names or not texts:
            return [() for _ in texts]
        probabilities = np.exp(self.layer.log_probabilities(text_features(texts, self.encoder)))
        return [
            tuple(Intent(self.names[index], float(row[index])) for index in np.argsort(-row, kind="stable"))
            for row in probabilities
        ]

    def save(self, directory: Path) -> None:
        """Write the model, without its encoder, into `directory`."""
        write_head(directory, KIND, self.encoder.identity, self.layer, list(self.names))

    @classmethod
    def load(cls, directory: Path, encoder: MiniLMEncoder) -> "IntentModel":
        """Read what `save` wrote; raises WeightsError when damaged or made with another encoder."""
        layer, labels = read_head(directory, KIND, encoder.identity)
        if len(labels) != len(layer.bias) or layer.weights.shape[1] != 2 * encoder.dimension:
            raise WeightsError(f"the intent head in {directory} does not fit its {len(labels)} labels: train again")
        return cls(tuple(str(label) for label in labels), layer, encoder)


def train_intents(
    texts: Sequence[str], intents: Sequence[str], encoder: MiniLMEncoder, options: IntentOptions
) -> IntentModel:
    """Fit on pairs of text and intent; equal input gives an equal model, no pairs a model of no intents."""
    names = tuple(sorted(set(intents)))
    if not names:
        return IntentModel((), _empty(2 * encoder.dimension), encoder)
    numbers = {name: number for number, name in enumerate(names)}
    labels = np.array([numbers[intent] for intent in intents], dtype=np.int64)
    features = text_features(texts, encoder)
    layer = fit_calibrated(features, labels, len(names), options.l2, options.calibration_folds)
    if options.noisy_copies:
        copies = text_features(misheard(texts, options.noisy_copies), encoder)
        labels = np.tile(labels, 1 + options.noisy_copies)
        # The temperature stays: a copy among held-out examples would give away what it is a copy of.
        noisy = fit_softmax(np.concatenate([features, copies]), labels, len(names), options.l2)
        layer = replace(noisy, temperature=layer.temperature)
    return IntentModel(names, layer, encoder)


def text_features(texts: Sequence[str], encoder: MiniLMEncoder) -> NDArray[np.float32]:
    """What the classifier sees of each text, its meaning and its wording: float32 [n, 2 * dimension]."""
    encoded = [encoder.encode(texts[0])] if len(texts) == 1 else encoder.encode_all(texts)
    return np.stack([np.concatenate([each.sentence, each.wording]) for each in encoded])


def _empty(width: int) -> SoftmaxLayer:
    return SoftmaxLayer(np.zeros((0, width), dtype=np.float32), np.zeros(0, dtype=np.float32))
