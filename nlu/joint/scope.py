"""How likely a text is in scope, by energy and by distance: trained without any example of what is not.

Energy: Liu et al., arXiv:2010.03759. Relative Mahalanobis distance: Ren et al., arXiv:2106.09022. Chosen by AUROC on
the validation split of CLINC150 and on domains of it left out of training, against the highest softmax, its logit, the
Mahalanobis distance and the nearest neighbours; the sum of the two was among the best everywhere.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

SHRINKAGE = 0.6
"""Of a covariance towards that of a sphere."""
STEEPNESS = 4.0
"""A score one deviation above the threshold is in scope with probability 0.98."""


@dataclass(frozen=True, slots=True)
class Distances:
    """How much nearer a text is to its nearest intent than to all texts, as one quadratic form for each intent.

    matrix: float32 [features, features]; slopes: float32 [intents, features]; offsets: float32 [intents].
    """

    matrix: Floats
    slopes: Floats
    offsets: Floats

    def nearness(self, features: Floats) -> Floats:
        """Features: float32 [n, features]. Returns float32 [n], high where an intent is near."""
        # For one row, torch multiplies in a third of NumPy's time.
        common = ((torch.from_numpy(features) @ torch.from_numpy(self.matrix)).numpy() * features).sum(axis=1)
        nearest: Floats = (common[:, np.newaxis] - features @ self.slopes.T + self.offsets).min(axis=1)
        return -nearest


def fit_distances(features: Floats, labels: Labels, classes: int) -> Distances:
    """From labelled features; every label below `classes` must occur."""
    means = np.stack([features[labels == label].mean(axis=0) for label in range(classes)])
    centre = features.mean(axis=0)
    centred, apart = features - centre, means - centre
    deviations = torch.from_numpy(centred)
    scatter = (deviations.T @ deviations).numpy()  # in a third of NumPy's time
    between = (apart.T * np.bincount(labels, minlength=classes)) @ apart
    within, whole = (_precision(matrix / len(features)) for matrix in (scatter - between, scatter))
    slopes = 2 * (means @ within - centre @ whole)
    offsets = ((means @ within) * means).sum(axis=1) - centre @ whole @ centre
    return Distances((within - whole).astype(np.float32), slopes.astype(np.float32), offsets.astype(np.float32))


def _precision(covariance: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    width, covariance = len(covariance), covariance.astype(np.float64)
    sphere = max(float(np.trace(covariance)) / width, 1e-6) * np.eye(width)
    shrunk = torch.from_numpy((1 - SHRINKAGE) * covariance + SHRINKAGE * sphere)
    result: NDArray[np.float64] = torch.cholesky_inverse(torch.linalg.cholesky(shrunk)).numpy()
    return result


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes raw scores comparable: `energy` and `nearness` are (mean, deviation) over texts in scope held out."""

    energy: tuple[float, float] = (0.0, 1.0)
    nearness: tuple[float, float] = (0.0, 1.0)
    threshold: float = -np.inf
    """Below it lies the stated share of texts in scope."""

    def probability(self, energy: Floats, nearness: Floats) -> NDArray[np.float64]:
        """How likely each text is in scope; 0.5 at the threshold, 1 where nothing was held out to set one."""
        scores = self.scores(energy, nearness)
        result: NDArray[np.float64] = 1 / (1 + np.exp(-STEEPNESS * (scores - self.threshold).clip(-150, 150)))
        return result

    def scores(self, energy: Floats, nearness: Floats) -> NDArray[np.float64]:
        """The mean of both in deviations from what is usual."""
        first = (energy.astype(np.float64) - self.energy[0]) / self.energy[1]
        second = (nearness.astype(np.float64) - self.nearness[0]) / self.nearness[1]
        result: NDArray[np.float64] = (first + second) / 2
        return result


def fit_scale(energy: Floats, nearness: Floats, loss: float) -> Scale:
    """From the scores of texts in scope that were held out; `loss` of them lie below the threshold."""
    usual = Scale(_spread(energy), _spread(nearness))
    threshold = float(np.quantile(usual.scores(energy, nearness), loss))
    return Scale(usual.energy, usual.nearness, threshold)


def energy_of(logits: Floats) -> Floats:
    """The logarithm of the summed exponentials of each row."""
    highest = logits.max(axis=1)
    result: Floats = highest + np.log(np.exp(logits - highest[:, np.newaxis]).sum(axis=1))
    return result


def _spread(values: Floats) -> tuple[float, float]:
    return float(values.mean()), max(float(values.std()), 1e-6)
