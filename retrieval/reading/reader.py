"""Reads a turn against a schema by the network that comes with the package."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from retrieval.embedder import TurnEncoder, Vectors
from retrieval.reading.features import Features, features_of
from retrieval.reading.network import MOST_REPLY_WORDS, MOST_WORDS, Batch, ReaderNetwork, Scores
from retrieval.reading.network_file import read_network
from retrieval.reading.reading import NOTHING, Act, Operator, Reading, Reference, Wish
from retrieval.reading.schema import (
    EncodedLabel,
    EncodedSchema,
    EncodedText,
    Label,
    Mask,
    encode_schema,
    encoded_text,
    is_boolean,
    word_key,
)

EVEN = 0.5
_BEFORE_NUMBER = r" (?:about |around |a )?[$€£]?$"
_AT_MOST = re.compile(
    r"\b(?:under|below|at most|up to|maximum|max|within|(?:no|not) more than|not over|(?:less|fewer|cheaper|lighter|"
    rf"smaller|shorter|lower|quieter|thinner) than){_BEFORE_NUMBER}",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"\b(?:over|above|at least|minimum|(?:no|not) less than|(?:more|bigger|larger|heavier|longer|taller|higher|wider|"
    rf"louder|better) than){_BEFORE_NUMBER}",
    re.IGNORECASE,
)
_EXCLUDING = re.compile(
    r"\b(?:not?|non|never|nothing|neither|nor|without|except|excluding|exclude|skip|avoid|hate|dislike|minus|save for|"
    r"\w+n['\u2019]?t|(?:but|other than|apart from|rather than|instead of|less)(?= ))\b",
    re.IGNORECASE,
)
LEAST_OWNED = 0.2  # of the likeliest word of a value
SHARE_OF_BEST = 0.8
WITHOUT_VALUE = frozenset({Operator.MOST, Operator.LEAST, Operator.ANY})


@dataclass(frozen=True, slots=True)
class Inputs:
    """A turn, the reply before it and the labels of a schema as the network gets them."""

    reply: EncodedText
    turn: EncodedText
    label_means: Vectors
    features: Features

    @classmethod
    def of(cls, turn: EncodedText, reply: EncodedText, schema: EncodedSchema) -> "Inputs":
        """Cut to the network's lengths, and look at it by rules; the turn has at least one word."""
        turn, reply = turn.cut(slice(0, MOST_WORDS)), reply.cut(slice(-MOST_REPLY_WORDS, None))
        return cls(reply, turn, schema.means, features_of(turn, reply, schema))


class Reader:
    """Reads turns; immutable and thread-safe."""

    def __init__(self, network: ReaderNetwork, encoder: TurnEncoder) -> None:
        self._network = network.eval().requires_grad_(False)
        self._encoder = encoder

    @classmethod
    def load(cls, encoder: TurnEncoder, path: Path | None = None) -> "Reader":
        """Load a file (`None`: the one of the package); raises RetrievalError when it is damaged."""
        return cls(read_network(path), encoder)

    def schema(self, labels: Sequence[Label]) -> EncodedSchema:
        """Encode labels to read against; raises ValueError without a label."""
        return encode_schema(labels, self._encoder)

    def read(self, text: str, previous_reply: str, schema: EncodedSchema) -> Reading:
        """Read a turn that follows a reply (`""`: none); what the encoder remembers of either is not encoded again."""
        turn = encoded_text(text, self._encoder.encode(text))
        if not turn.words:
            return NOTHING
        reply = encoded_text(previous_reply, self._encoder.encode(previous_reply))
        inputs = Inputs.of(turn, reply, schema)
        with torch.inference_mode():
            scores = self._network(padded([inputs]))
        return reading_of(scores, 0, text, inputs.turn, schema.labels)


def padded(inputs: Sequence[Inputs]) -> Batch:
    """Beside each other; replies are filled up in front, everything else behind."""
    replies = _filled([each.reply.vectors for each in inputs], in_front=True)
    turns = _filled([each.turn.vectors for each in inputs])
    return Batch(
        reply=replies[0],
        turn=turns[0],
        words=_filled([each.features.words for each in inputs])[0],
        label_means=_filled([each.label_means for each in inputs])[0],
        labels=_filled([each.features.labels for each in inputs])[0],
        pairs=_filled([each.features.pairs for each in inputs])[0],
        values=_filled([each.features.values for each in inputs])[0],
        has_reply=replies[1],
        has_word=turns[1],
        has_label=_filled([each.features.labels for each in inputs])[1],
        has_value=_filled([each.features.has_value for each in inputs])[0],
    )


def _filled(arrays: Sequence[Vectors] | Sequence[Mask], in_front: bool = False) -> tuple[Tensor, Tensor]:
    """The arrays as one, filled up with zeros, and along their first axis what is no padding, bool."""
    shape = np.max([array.shape for array in arrays], axis=0)
    whole = np.zeros((len(arrays), *shape), arrays[0].dtype)
    there = np.zeros((len(arrays), shape[0]), np.bool_)
    for row, (array, has) in enumerate(zip(arrays, there, strict=True)):
        start = shape[0] - len(array) if in_front else 0
        whole[(row, slice(start, start + len(array)), *(slice(0, size) for size in array.shape[1:]))] = array
        has[start : start + len(array)] = True
    return torch.from_numpy(whole), torch.from_numpy(there)


def reading_of(scores: Scores, row: int, text: str, turn: EncodedText, labels: Sequence[EncodedLabel]) -> Reading:
    """What the scores of a row of a batch say."""
    acts, references, asked = (torch.sigmoid(part[row]).tolist() for part in scores[:3])
    return Reading(
        {act: value for act, value in zip(Act, acts, strict=True) if value >= EVEN},
        {label.label.name: value for label, value in zip(labels, asked, strict=False) if value >= EVEN},
        tuple(_wishes(scores, row, text, turn, labels)),
        {each: value for each, value in zip(Reference, references, strict=True) if value >= EVEN},
    )


def _wishes(scores: Scores, row: int, text: str, turn: EncodedText, labels: Sequence[EncodedLabel]) -> Iterator[Wish]:
    operators = torch.softmax(scores.operators[row], dim=-1).numpy()
    owners = word_owners(scores.inside)[row].numpy()
    begins = torch.sigmoid(scores.begins[row]).numpy()
    for at, label in enumerate(labels):
        wished = 1 - float(operators[at, 0])
        if wished < EVEN:
            continue
        operator = list(Operator)[int(operators[at, 1:].argmax())]
        if operator in WITHOUT_VALUE:
            yield Wish(label.label.name, operator, "", wished)
            continue
        spans = [] if is_boolean(label.label) else _spans(owners[at, : len(turn.words)], begins[at])
        for start, end in spans:
            span = turn.spans[start][0], turn.spans[end - 1][1]
            how = _limit(text[: span[0]]) if word_key(text[slice(*span)])[:1].isdigit() else None
            how = how or _unless_affirmed(operator, text[: span[0]])
            yield Wish(label.label.name, how, _known(text[slice(*span)], label), wished, span)
        if not spans and label.values:
            best = int(scores.values[row, at].argmax())
            if not is_boolean(label.label) and _is_of_others(label.values[best], at, turn, owners):
                continue
            yield Wish(label.label.name, _unless_affirmed(operator, text), label.label.values[best], wished)


def _is_of_others(value: tuple[str, ...], at: int, turn: EncodedText, owners: Vectors) -> bool:
    """Whether the turn says `value` in words that are another label's: the two of "two rooms" is no star rating."""
    said = [place for place, word in enumerate(turn.words) if word in value]
    others = np.delete(owners, at, axis=0)
    return bool(said) and len(others) > 0 and bool((others[:, said].max(axis=0) >= EVEN).all())


def _limit(before: str) -> Operator | None:
    """The limit that the words before a number set: rules are surer of these than the network."""
    if _AT_MOST.search(before):
        return Operator.AT_MOST
    return Operator.AT_LEAST if _AT_LEAST.search(before) else None


def _unless_affirmed(operator: Operator, before: str) -> Operator:
    """The operator, but nothing is excluded without a word that does."""
    return Operator.IS if operator is Operator.NOT and not _EXCLUDING.search(before) else operator


def word_owners(inside: Tensor) -> Tensor:
    """How likely each word is part of a value of each label: it is of one label, or of none, [b, l, n]."""
    none = torch.zeros_like(inside[:, :1])
    return torch.softmax(torch.cat([none, inside], dim=1), dim=1)[:, 1:]


def _spans(owned: Vectors, begins: Vectors) -> list[tuple[int, int]]:
    """Runs of words of a value, cut where another value begins; none where no word is at all likely."""
    if owned.max() < LEAST_OWNED:
        return []
    enough = min(EVEN, float(owned.max())) * SHARE_OF_BEST
    spans: list[tuple[int, int]] = []
    for at in np.flatnonzero(owned >= enough).tolist():
        if spans and spans[-1][1] == at and begins[at] < EVEN:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return [each for each in spans if owned[slice(*each)].max() >= min(EVEN, float(owned.max()))]


def _known(said: str, label: EncodedLabel) -> str:
    """The label's own value where the same words are said, else what is said."""
    return next((value for value in label.label.values if word_key(value) == word_key(said)), said)
