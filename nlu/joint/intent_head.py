"""The intent head: which of the known intents a text has, how sure that is, and how likely it is in scope at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.sentence_encoder import EncodedText
from nlu.interpretation import Intent
from nlu.joint.linear import Labels, SoftmaxLayer, best_temperature, fit_softmax, held_out_layers
from nlu.joint.scope import Distances, Scale, energy_of, fit_distances, fit_scale
from nlu.options import JointOptions

Floats = NDArray[np.float32]

USUAL_LOSS = 0.01
"""Of what is in scope, where no `out_of_scope_loss` is set."""
LEAST_HELD_OUT = 10
"""Fewer texts do not tell what scores are usual in scope."""


@dataclass(frozen=True, slots=True)
class IntentHead:
    """Multinomial logistic regression over sentence vectors, and distances to the intents; immutable, thread-safe."""

    names: tuple[str, ...]
    layer: SoftmaxLayer
    distances: Distances
    scale: Scale = Scale()

    def rank(self, features: Floats) -> list[tuple[Intent, ...]]:
        """All intents of each text, most likely first. features: float32 [n, views * 2 * dimension]."""
        probabilities = np.exp(self.layer.log_probabilities(features))
        return [
            tuple(Intent(self.names[index], float(row[index])) for index in np.argsort(-row, kind="stable"))
            for row in probabilities
        ]

    def in_scope(self, features: Floats) -> list[float]:
        """How likely each text is in scope; below 0.5 lies the stated share of what is."""
        nearness = self.distances.nearness(features)
        return [
            float(probability)
            for probability in self.scale.probability(energy_of(self.layer.logits(features)), nearness)
        ]


def fit_intents(
    features: Floats,
    intents: Sequence[str],
    options: JointOptions,
    noisy: Floats | None = None,
    unseen: NDArray[np.bool_] | None = None,
    views: int = 1,
) -> IntentHead | None:
    """Fit on features with their intents; equal input gives an equal head, no intents none.

    features: float32 [n, views * 2 * dimension], those of one encoder after those of another; noisy: misheard copies,
    [n * copies, views * 2 * dimension]. `unseen`: those that an encoder was not trained on, by which confidences are
    calibrated then; None calibrates by cross-validation.
    """
    names = tuple(sorted(set(intents)))
    if not names:
        return None
    numbers = {name: number for number, name in enumerate(names)}
    labels = np.array([numbers[intent] for intent in intents], dtype=np.int64)
    temperature, scale, start = _calibrated(features, labels, len(names), options, unseen, views)
    all_features, all_labels = features, labels
    if noisy is not None:
        # What is calibrated stays: a copy among held-out examples would give away what it is a copy of.
        all_features = np.concatenate([features, noisy])
        all_labels = np.tile(labels, 1 + len(noisy) // len(labels))
    layer = _fitted(all_features, all_labels, len(names), options.l2, views, start)
    return IntentHead(
        names, replace(layer, temperature=temperature), fit_distances(features, labels, len(names)), scale
    )


def _fitted(
    features: Floats, labels: Labels, classes: int, l2: float, views: int, start: SoftmaxLayer | None = None
) -> SoftmaxLayer:
    """One layer over all views, the sum of those fitted to each by itself.

    Fitted together, the view that was trained on these examples would have all the say.
    """
    if views == 1:
        return fit_softmax(features, labels, classes, l2, start)
    layers = [
        fit_softmax(np.ascontiguousarray(view), labels, classes, l2) for view in np.split(features, views, axis=1)
    ]
    weights = np.concatenate([layer.weights for layer in layers], axis=1)
    return SoftmaxLayer(weights, np.sum([layer.bias for layer in layers], axis=0))


def _calibrated(
    features: Floats,
    labels: Labels,
    classes: int,
    options: JointOptions,
    unseen: NDArray[np.bool_] | None,
    views: int,
) -> tuple[float, Scale, SoftmaxLayer | None]:
    """The temperature and the scale of scope by examples that a head fitted without them is asked about, and its
    layer; None where no head was.
    """
    if unseen is None:
        parts = held_out_layers(features, labels, classes, options.l2, options.calibration_folds)
    elif unseen.any() and not unseen.all():
        parts = iter([(unseen, _fitted(features[~unseen], labels[~unseen], classes, options.l2, views))])
    else:
        parts = iter(())
    logits, right, nearness = [], [], []
    for inside, layer in parts:
        known = np.unique(labels[~inside])
        renumbered = np.searchsorted(known, labels[~inside])
        logits.append(layer.logits(features[inside]))
        right.append(labels[inside])
        nearness.append(fit_distances(features[~inside], renumbered, len(known)).nearness(features[inside]))
    if not logits:
        return 1.0, Scale(), None
    raw = np.concatenate(logits)
    loss = USUAL_LOSS if options.out_of_scope_loss is None else options.out_of_scope_loss
    scale = fit_scale(energy_of(raw), np.concatenate(nearness), loss) if len(raw) >= LEAST_HELD_OUT else Scale()
    return best_temperature(raw, np.concatenate(right)), scale, layer


def text_features(*views: Sequence[EncodedText]) -> Floats:
    """What the classifier sees of each text, its meaning and its wording as each encoder has them: float32
    [n, views * 2 * dimension].
    """
    return np.stack(
        [
            np.concatenate([part for encoding in of for part in (encoding.sentence, encoding.wording)])
            for of in zip(*views, strict=True)
        ]
    )
