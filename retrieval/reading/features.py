"""What rules see of a turn against a schema: which words match which label, and how. The network has it as columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from retrieval.embedder import Vectors
from retrieval.language.wording import STOP_WORDS, stem, word_set
from retrieval.reading.schema import EncodedSchema, EncodedText, Mask

VERSION = 2  # of the columns, of the acts and of what they mean; weights of another version are refused
PAIR_FEATURES = 14
WORD_FEATURES = 12
VALUE_FEATURES = 9
LABEL_FEATURES = 2 * PAIR_FEATURES + 4 + 5
ALIKE = 86  # of 100, from which a misspelt word counts as one of a value's
SHORTEST_MISSPELT = 5

_NUMBER = re.compile(r"\d")
_ORDINAL = re.compile(r"(?:first|second|third|fourth|fifth|last|\d+(?:st|nd|rd|th))$")
_DATE = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day$|(?:january|february|march|april|june|july|august|september|october|"
    r"november|december|today|tomorrow|tonight|week|weekend|month)$"
)
_TIME = re.compile(r"(?:am|pm|noon|midnight|morning|evening|afternoon|night|o'clock|oclock)$")
_YES = word_set("yes yeah yep yup sure ok okay correct right perfect great fine")
_NO = word_set("no nope not without don t never nothing neither except")


_ValuesSaid = list[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Features:
    """Columns of a turn against a schema, float32.

    words [words, WORD_FEATURES]; pairs [labels, words, PAIR_FEATURES]; labels [labels, LABEL_FEATURES]; values [labels,
    MOST_VALUES, VALUE_FEATURES] with `has_value` [labels, MOST_VALUES].
    """

    words: Vectors
    pairs: Vectors
    labels: Vectors
    values: Vectors
    has_value: Mask


def features_of(turn: EncodedText, reply: EncodedText, schema: EncodedSchema) -> Features:
    """The columns of a turn of at least one word, after a reply that may have none."""
    cosines = np.stack([schema.late @ turn.late.T, schema.middle @ turn.middle.T])  # [2, rows, words]
    said = _values_said(turn.words, schema)
    pairs = _pairs(turn, schema, cosines, said)
    before = _values_said(reply.words, schema)
    columns = [pairs.max(axis=1), pairs.mean(axis=1), _said_before(reply, schema, before), schema.kinds]
    values = _values(schema, cosines, said, before)
    return Features(_words(turn, reply), pairs, np.concatenate(columns, axis=1), values, schema.has_value)


def _words(turn: EncodedText, reply: EncodedText) -> Vectors:
    before = {word for word in reply.words if word not in STOP_WORDS}
    count = len(turn.words)
    rows = [
        (
            _NUMBER.search(word) is not None,
            _ORDINAL.match(word) is not None,
            _DATE.search(word) is not None,
            _TIME.match(word) is not None,
            word in STOP_WORDS,
            not word[0].isalnum(),
            word in before,
            word in _YES,
            word in _NO,
            at == 0,
            at == count - 1,
            min(count, 20) / 20,
        )
        for at, word in enumerate(turn.words)
    ]
    columns: Vectors = np.array(rows, np.float32)
    return columns


def _pairs(turn: EncodedText, schema: EncodedSchema, cosines: Vectors, said: _ValuesSaid) -> Vectors:
    """How each word goes with each label: by meaning with its texts, and by letters with its values."""
    nearest = [schema.nearest(cosines, part) for part in (schema.names, schema.descriptions, schema.values)]
    stems = [stem(word) for word in turn.words]
    exact = np.zeros((len(schema.labels), len(turn.words)), np.float32)
    for label, _, start, end in said:
        exact[label, start:end] = 1
    columns = [*(layer for part in nearest for layer in part), *(_ahead(part[0]) for part in nearest)]
    columns += [_rows_with(stems, schema.name_stems, exact.shape), _rows_with(stems, schema.told_stems, exact.shape)]
    columns += [exact, _nearly_said(turn.words, schema), _ahead(nearest[0][1])]
    stacked: Vectors = np.stack(columns, axis=-1).astype(np.float32)
    return stacked


def _rows_with(keys: Sequence[str], rows: Mapping[str, Sequence[int]], shape: tuple[int, ...]) -> Vectors:
    """1 where a label has the key of a word, float32 [labels, words]."""
    found = np.zeros(shape, np.float32)
    for at, key in enumerate(keys):
        found[list(rows.get(key, ())), at] = 1
    return found


def _ahead(scores: Vectors) -> Vectors:
    """How far each label is ahead of the best other label, for each word."""
    if len(scores) < 2:
        return np.zeros_like(scores)
    second, best = np.partition(scores, -2, axis=0)[-2:]
    ahead: Vectors = scores - np.where(scores == best, second, best)
    return ahead


def _values_said(words: tuple[str, ...], schema: EncodedSchema) -> _ValuesSaid:
    """The values that stand in the words: label, number of the value, where it begins and ends."""
    return [
        (label, number, at, at + len(value))
        for at, word in enumerate(words)
        for label, number, value in schema.values_by_first_word.get(word, ())
        if words[at : at + len(value)] == value
    ]


def _nearly_said(words: tuple[str, ...], schema: EncodedSchema) -> Vectors:
    """1 where a word is spelt nearly as a word of one of a label's values, float32 [labels, words]."""
    found = np.zeros((len(schema.labels), len(words)), np.float32)
    long = [at for at, word in enumerate(words) if len(word) >= SHORTEST_MISSPELT and word not in STOP_WORDS]
    known = list(schema.rows_by_value_word)
    if not long or not known:
        return found
    scores = process.cdist([words[at] for at in long], known, scorer=fuzz.ratio, score_cutoff=ALIKE)
    for row, column in zip(*np.nonzero(scores), strict=True):
        found[list(schema.rows_by_value_word[known[column]]), long[row]] = 1
    return found


def _values(schema: EncodedSchema, cosines: Vectors, said: _ValuesSaid, before: _ValuesSaid) -> Vectors:
    """How each value of each label goes with the turn."""
    values = np.zeros((*schema.has_value.shape, VALUE_FEATURES), np.float32)
    own = cosines[:, schema.values[0] : schema.values[-1]]
    if own.shape[1]:
        nearest = own.max(axis=2)  # [2, values]
        best = schema.nearest(cosines, schema.values).max(axis=2)  # [2, labels]
        counts = np.diff(schema.values)
        columns = [nearest, nearest - np.repeat(best, counts, axis=1), own[:1].mean(axis=2)]
        values[schema.has_value, :5] = np.concatenate(columns).T
    values[:, :, 6:8] = schema.truths
    for column, found in ((5, said), (8, before)):
        for label, number, _, _ in found:
            values[label, number, column] = 1
    return values


def _said_before(reply: EncodedText, schema: EncodedSchema, values: _ValuesSaid) -> Vectors:
    """Whether the reply speaks of each label: by meaning with its name, by letters with its values, at its end."""
    found = np.zeros((len(schema.labels), 4), np.float32)
    if not reply.words:
        return found
    end = int(schema.descriptions[-1])
    cosines = (schema.late[:end] @ reply.late.T)[np.newaxis]
    names = schema.nearest(cosines, schema.names)[0]
    found[:, 0] = names.max(axis=1)
    found[:, 1] = schema.nearest(cosines, schema.descriptions)[0].max(axis=1)
    found[:, 2] = names[:, -8:].max(axis=1)
    found[[label for label, *_ in values], 3] = 1
    return found
