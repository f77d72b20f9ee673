"""The figures that understanding is measured by, over plain numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CALIBRATION_BINS = 15

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Counts:
    """Found and annotated things compared: right, found but not annotated, annotated but not found."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.extra + other.extra, self.missed + other.missed)

    @property
    def support(self) -> int:
        """How many were annotated."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """The share of the found that is right; 0 when nothing was found."""
        return share(self.right, self.right + self.extra)

    @property
    def recall(self) -> float:
        """The share of the annotated that was found; 0 when nothing is annotated."""
        return share(self.right, self.support)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return share(2 * self.right, 2 * self.right + self.extra + self.missed)


def calibration_error(confidences: Floats, right: Flags, bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error (Guo, arXiv:1706.04599): how far confidence and accuracy lie apart, by equal bins."""
    if not len(confidences):
        return 0.0
    gaps = [
        abs(float(right[part].mean() - confidences[part].mean())) * part.sum() for part in binned(confidences, bins)
    ]
    return float(sum(gaps) / len(confidences))


def binned(confidences: Floats, bins: int) -> Iterator[Flags]:
    """Which confidences lie in each bin of 0..1 that has any."""
    numbers = np.minimum((confidences * bins).astype(int), bins - 1)
    for number in np.unique(numbers):
        yield numbers == number


def auroc(higher: Floats, lower: Floats) -> float:
    """How often one of `higher` lies above one of `lower`, ties counting half: the area under the ROC curve."""
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, side="left")
    not_above = np.searchsorted(ordered, higher, side="right")
    return float((below + not_above).sum() / (2 * len(higher) * len(lower)))


def threshold_at_loss(scores: Floats, loss: float) -> float:
    """The highest threshold below which at most the share `loss` of `scores` lies."""
    return float(np.sort(scores)[int(loss * len(scores))])


def share(part: float, whole: float) -> float:
    """`part` of `whole`, 0 of nothing."""
    return part / whole if whole else 0.0
