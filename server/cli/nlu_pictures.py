"""The pictures of `heedful evaluate nlu`: which intents are taken for which, and what the confidences are worth."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.figure
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import NullFormatter, StrMethodFormatter
from numpy.typing import NDArray

from nlu.evaluation.measures import CALIBRATION_BINS, binned
from nlu.evaluation.understanding import Outcome, believed, intent_confidences, is_right

RIGHT, WRONG, OUTSIDE = "#2a6fbb", "#d1495b", "#8d99ae"
# Up to this many intents the cells have room for their counts.
NUMBERED_INTENTS = 40
HISTOGRAM_BINS = 20


def draw_confusion(names: Sequence[str], matrix: NDArray[np.int64], path: Path) -> None:
    """Annotated intents in rows, predicted in columns, as shares of the row: blue where right, red where wrong.

    matrix: int64 [intents, intents].
    """
    size = max(4.0, 0.28 * len(names)) if len(names) <= NUMBERED_INTENTS else 0.13 * len(names)
    figure = matplotlib.figure.Figure(figsize=(size + 2.5, size + 2.5), layout="constrained")
    axes = figure.add_subplot(xlabel="predicted", ylabel="annotated", title="Intents")
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    diagonal = np.eye(len(names), dtype=bool)
    for colour, wanted in ((RIGHT, diagonal), (WRONG, ~diagonal)):
        shown = np.where(wanted & (matrix > 0), shares, np.nan)
        axes.imshow(shown, cmap=_fading(colour), vmin=0, vmax=1 if colour == RIGHT else 0.5, aspect="equal")
    _label(axes, names)
    if len(names) <= NUMBERED_INTENTS:
        for row, column in zip(*np.nonzero(matrix), strict=True):
            white = shares[row, column] > (0.5 if row == column else 0.3)
            text = str(matrix[row, column])
            axes.text(column, row, text, ha="center", va="center", fontsize=6, color="white" if white else "black")
    figure.savefig(path, dpi=110)


def _fading(colour: str) -> LinearSegmentedColormap:
    """From a tint that still shows on white to the full colour."""
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    tint = tuple(1 - 0.3 * (1 - part) for part in (red, green, blue))
    return LinearSegmentedColormap.from_list(colour, [tint, (red, green, blue)])


def _label(axes: Any, names: Sequence[str]) -> None:
    font = 7 if len(names) <= NUMBERED_INTENTS else 6
    numbers = range(len(names))
    axes.set_xticks(numbers, names, rotation=90, fontsize=font)
    axes.set_yticks(numbers, names, fontsize=font)
    axes.set_xticks([number - 0.5 for number in numbers], minor=True)
    axes.set_yticks([number - 0.5 for number in numbers], minor=True)
    axes.grid(which="minor", color="#e6e6e6", linewidth=0.5)
    axes.tick_params(which="minor", length=0)


def draw_confidences(outcomes: Sequence[Outcome], out_of_scope: str | None, path: Path) -> None:
    """Left how many are right and wrong at each confidence, right how often a confidence holds."""
    confidence_figure(outcomes, out_of_scope).savefig(path, dpi=110)


def confidence_figure(outcomes: Sequence[Outcome], out_of_scope: str | None) -> matplotlib.figure.Figure:
    """The picture that `draw_confidences` writes."""
    confidences = np.array([believed(outcome).confidence for outcome in outcomes])
    right = np.array([is_right(outcome, out_of_scope) for outcome in outcomes])
    outside = np.array([outcome.example.intent == out_of_scope for outcome in outcomes])
    figure = matplotlib.figure.Figure(figsize=(11, 4.2), layout="constrained")
    _draw_histogram(figure.add_subplot(1, 2, 1), confidences, right, outside)
    _draw_reliability(figure.add_subplot(1, 2, 2), *intent_confidences(outcomes, out_of_scope))
    return figure


def _draw_histogram(axes: Any, confidences: NDArray[Any], right: NDArray[Any], outside: NDArray[Any]) -> None:
    kinds = {
        "right": (right & ~outside, RIGHT),
        "wrong": (~right & ~outside, WRONG),
        "out of scope": (outside, OUTSIDE),
    }
    shown = {name: (confidences[mask], colour) for name, (mask, colour) in kinds.items() if mask.any()}
    axes.hist(
        [values for values, _ in shown.values()],
        bins=np.linspace(0, 1, HISTOGRAM_BINS + 1),
        color=[colour for _, colour in shown.values()],
        label=[f"{name} ({len(values)})" for name, (values, _) in shown.items()],
    )
    # Nearly all are right and sure: on a linear scale the rest, which matters, would not be seen.
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel="confidence", ylabel="examples", title="Confidence", xlim=(0, 1))
    axes.legend(loc="upper left")


def _draw_reliability(axes: Any, confidences: NDArray[Any], right: NDArray[Any]) -> None:
    bins = list(binned(confidences, CALIBRATION_BINS))
    sure = [confidences[members].mean() for members in bins]
    holds = [right[members].mean() for members in bins]
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", label="as sure as right")
    axes.plot(sure, holds, color=RIGHT, marker="o", markersize=3, label="measured")
    sizes = [8 + 300 * members.mean() for members in bins]
    axes.scatter(sure, holds, s=sizes, color=RIGHT, alpha=0.4, label="size: share of the examples")
    axes.set(xlabel="confidence", ylabel="share that is right", title="Calibration", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(loc="upper left", markerscale=0.5)
