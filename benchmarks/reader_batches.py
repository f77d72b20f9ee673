"""Examples to batches of the reader's network: columns, padding, and the right answers."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from benchmarks.reader_turns import Example, normal
from retrieval.reading.network import Batch
from retrieval.reading.reader import Inputs, padded
from retrieval.reading.reading import Act, Operator, Reference
from retrieval.reading.schema import MOST_VALUES, EncodedLabel, EncodedText

ACTS, REFERENCES, OPERATORS = list(Act), list(Reference), list(Operator)
NO_VALUE = -1

Column = npt.NDArray[np.float32] | npt.NDArray[np.int64]


class Targets(NamedTuple):
    """The right answers of a batch, in the shapes of `Scores`, with masks of what is known."""

    acts: Tensor
    acts_known: Tensor
    references: Tensor
    references_known: Tensor
    asked: Tensor
    operators: Tensor
    inside: Tensor
    begins: Tensor
    values: Tensor  # int64 [b, l], the number of the value or NO_VALUE


class Item(NamedTuple):
    """One example as the network gets it, and its right answers."""

    inputs: Inputs
    targets: dict[str, Column]


def targets_of(
    example: Example, turn: EncodedText, labels: Sequence[EncodedLabel], renamed: Mapping[str, str]
) -> dict[str, Column]:
    """The right answers for an example against these labels, whose names may be others than the example's."""
    names = {label.label.name: at for at, label in enumerate(labels)}
    count, words = len(labels), len(turn.words)
    asked = np.zeros(count, np.float32)
    told = [names.get(renamed.get(label, label)) for label in example.asked]
    asked[[at for at in told if at is not None]] = 1
    operators = np.zeros(count, np.int64)
    inside, begins = np.zeros((count, words), np.float32), np.zeros((count, words), np.float32)
    values = np.full(count, NO_VALUE, np.int64)
    for wanted in example.wanted:
        at = names.get(renamed.get(wanted.label, wanted.label))
        if at is None:
            continue
        operators[at] = 1 + OPERATORS.index(wanted.operator)
        known = [normal(value) for value in labels[at].label.values[:MOST_VALUES]]
        if normal(wanted.value) in known:
            values[at] = known.index(normal(wanted.value))
        if wanted.span is not None:
            hit = [i for i, (start, end) in enumerate(turn.spans) if start < wanted.span[1] and end > wanted.span[0]]
            inside[at, hit] = 1
            begins[at, hit[:1]] = 1
    return {
        "acts": np.array([act in example.acts for act in ACTS], np.float32),
        "acts_known": np.array([act in example.known_acts for act in ACTS], np.float32),
        "references": np.array([each in example.references for each in REFERENCES], np.float32),
        "references_known": np.full(len(REFERENCES), float(example.knows_references), np.float32),
        "asked": asked,
        "operators": operators,
        "inside": inside,
        "begins": begins,
        "values": values,
    }


def collated(items: Sequence[Item]) -> tuple[Batch, Targets]:
    """Items beside each other, padded."""
    batch = padded([item.inputs for item in items])
    labels, words = batch.pairs.shape[1:3]
    shapes = {"asked": (labels,), "operators": (labels,), "inside": (labels, words), "begins": (labels, words)}
    shapes["values"] = (labels,)
    stacked = {}
    for name in Targets._fields:
        parts = [item.targets[name] for item in items]
        shape = shapes.get(name, parts[0].shape)
        whole = np.full((len(parts), *shape), NO_VALUE if name == "values" else 0, parts[0].dtype)
        for row, part in zip(whole, parts, strict=True):
            row[tuple(slice(0, size) for size in part.shape)] = part
        stacked[name] = torch.from_numpy(whole)
    return batch, Targets(**stacked)
