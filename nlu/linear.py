"""A linear softmax layer over frozen features: fitted with L-BFGS, calibrated by one temperature."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from nlu.errors import TrainingError

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SoftmaxLayer:
    """weights: float32 [classes, features]; bias: float32 [classes]; logits are divided by `temperature`."""

    weights: Floats
    bias: Floats
    temperature: float = 1.0

    def log_probabilities(self, features: Floats) -> Floats:
        """Features: float32 [n, features]. Returns natural-log probabilities, float32 [n, classes]."""
        logits = (features @ self.weights.T + self.bias) / np.float32(self.temperature)
        logits -= logits.max(axis=1, keepdims=True)
        result: Floats = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return result


def fit_softmax(features: Floats, labels: Labels, classes: int, l2: float) -> SoftmaxLayer:
    """Minimise sum of cross-entropy + l2/2 |weights|^2; starts from zero, so equal input gives equal output.

    features: float32 [n, features]; labels: int64 [n], each below `classes`. `l2` is 1/C of scikit-learn.
    """
    if not len(features):
        raise TrainingError("no examples to fit: give at least one")
    x, y = torch.from_numpy(features), torch.from_numpy(labels)
    weights = torch.zeros(classes, features.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weights, bias],
        max_iter=300,
        history_size=20,
        tolerance_grad=1e-6,
        tolerance_change=1e-9,
        line_search_fn="strong_wolfe",
    )

    def mean_loss() -> float:
        optimizer.zero_grad()
        loss = functional.cross_entropy(x @ weights.T + bias, y) + l2 / (2 * len(x)) * weights.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    optimizer.step(mean_loss)  # type: ignore[no-untyped-call]
    return SoftmaxLayer(weights.detach().numpy(), bias.detach().numpy())


def fit_calibrated(features: Floats, labels: Labels, classes: int, l2: float, folds: int) -> SoftmaxLayer:
    """`fit_softmax` with the temperature that makes held-out confidences right (Guo, arXiv:1706.04599).

    The held-out predictions come from cross-validation over `folds` parts; below 2, nothing is calibrated.
    """
    layer = fit_softmax(features, labels, classes, l2)
    parts = fold_numbers(labels, folds)
    if folds < 2 or len(np.unique(parts)) < 2:
        return layer
    held_out = np.zeros((len(labels), classes), dtype=np.float32)
    for part in range(folds):
        inside = parts == part
        if inside.any():
            fitted = fit_softmax(features[~inside], labels[~inside], classes, l2)
            held_out[inside] = features[inside] @ fitted.weights.T + fitted.bias
    return replace(layer, temperature=best_temperature(held_out, labels))


def best_temperature(logits: Floats, labels: Labels) -> float:
    """The divisor of the logits, from 1/30 to 30, under which the labels are most likely."""
    candidates = np.geomspace(1 / 30, 30, 121)
    x, y = torch.from_numpy(logits), torch.from_numpy(labels)
    losses = [float(functional.cross_entropy(x / float(candidate), y)) for candidate in candidates]
    return float(candidates[int(np.argmin(losses))])


def fold_numbers(labels: Sequence[int] | Labels, folds: int) -> Labels:
    """A fold for each example: the i-th example of a class goes to fold i modulo `folds`."""
    seen: dict[int, int] = {}
    numbers = np.zeros(len(labels), dtype=np.int64)
    for index, label in enumerate(labels):
        numbers[index] = seen.get(int(label), 0) % max(folds, 1)
        seen[int(label)] = seen.get(int(label), 0) + 1
    return numbers
