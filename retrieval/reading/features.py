"""What rules see of a turn against a schema: which words match which label, and how. The network has it as columns."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from retrieval.embedder import Vectors
from retrieval.language.wording import STOP_WORDS, stem, word_set
from retrieval.reading.schema import MOST_VALUES, EncodedSchema, EncodedText

VERSION = 1  # of the columns and of what they mean; weights of another version are refused
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

Mask = npt.NDArray[np.bool_]


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
    exact, near = _matches(turn, schema)
    pairs = _pairs(turn, schema, cosines, exact, near)
    values, has_value = _values(turn, reply, schema, cosines)
    labels = np.concatenate([pairs.max(axis=1), pairs.mean(axis=1), _said_before(reply, schema)], axis=1)
    kinds = np.array([label.kind for label in schema.labels], np.float32)
    return Features(_words(turn, reply), pairs, np.concatenate([labels, kinds], axis=1), values, has_value)


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


def _pairs(turn: EncodedText, schema: EncodedSchema, cosines: Vectors, exact: Vectors, near: Vectors) -> Vectors:
    """How each word goes with each label: by meaning with its texts, and by letters with its values."""
    names = _nearest(cosines, schema.names)
    descriptions = _nearest(cosines, schema.descriptions)
    values = _nearest(cosines, schema.values)
    stems = [stem(word) for word in turn.words]
    named = np.array([[word in label.name_stems for word in stems] for label in schema.labels], np.float32)
    told = np.array([[word in label.description_stems for word in stems] for label in schema.labels], np.float32)
    columns = [*names, *descriptions, *values, *(_ahead(each[0]) for each in (names, descriptions, values))]
    columns += [named, told, exact, near, _ahead(names[1])]
    stacked: Vectors = np.stack(columns, axis=-1).astype(np.float32)
    return stacked


def _nearest(cosines: Vectors, ends: npt.NDArray[np.intp]) -> Vectors:
    """The highest cosine of each word with a label's rows, [2, labels, words]; 0 where a label has none."""
    found = np.zeros((2, len(ends) - 1, cosines.shape[2]), np.float32)
    for at, (start, end) in enumerate(zip(ends[:-1], ends[1:], strict=True)):
        if end > start:
            found[:, at] = cosines[:, start:end].max(axis=1)
    return found


def _ahead(scores: Vectors) -> Vectors:
    """How far each label is ahead of the best other one, for each word."""
    if len(scores) < 2:
        return np.zeros_like(scores)
    ordered = np.sort(scores, axis=0)
    best_other = np.where(scores == ordered[-1], ordered[-2], ordered[-1])
    ahead: Vectors = scores - best_other
    return ahead


def _matches(turn: EncodedText, schema: EncodedSchema) -> tuple[Vectors, Vectors]:
    """Which words stand in a value of each label, letter by letter and nearly so, float32 [labels, words]."""
    shape = (len(schema.labels), len(turn.words))
    exact, near = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    alike = _alike(turn, schema)
    for at, label in enumerate(schema.labels):
        for value in label.values:
            for start in _places(turn.words, value):
                exact[at, start : start + len(value)] = 1
            for word in value:
                for place in alike.get(word, ()):
                    near[at, place] = 1
    return exact, near


def _places(words: tuple[str, ...], value: tuple[str, ...]) -> list[int]:
    """Where `value` begins in `words`."""
    size = len(value)
    if not size or (size == 1 and value[0] in STOP_WORDS) or value[0] not in words:
        return []
    return [at for at in range(len(words) - size + 1) if words[at : at + size] == value]


def _alike(turn: EncodedText, schema: EncodedSchema) -> dict[str, list[int]]:
    """For each word of a value, the places of words in the turn that are spelt nearly so."""
    said = [at for at, word in enumerate(turn.words) if len(word) >= SHORTEST_MISSPELT and word not in STOP_WORDS]
    known = sorted({w for label in schema.labels for value in label.values for w in value if len(w) > 3})
    if not said or not known:
        return {}
    scores = process.cdist([turn.words[at] for at in said], known, scorer=fuzz.ratio, score_cutoff=ALIKE)
    found: dict[str, list[int]] = {}
    for row, column in zip(*np.nonzero(scores), strict=True):
        found.setdefault(known[column], []).append(said[row])
    return found


def _values(turn: EncodedText, reply: EncodedText, schema: EncodedSchema, cosines: Vectors) -> tuple[Vectors, Mask]:
    """How each value of each label goes with the turn."""
    values = np.zeros((len(schema.labels), MOST_VALUES, VALUE_FEATURES), np.float32)
    has_value = np.zeros((len(schema.labels), MOST_VALUES), np.bool_)
    for at, label in enumerate(schema.labels):
        count = len(label.values)
        if not count:
            continue
        start = schema.values[at]
        nearest = cosines[:, start : start + count].max(axis=2)  # [2, values]
        mean = cosines[:, start : start + count].mean(axis=2)
        values[at, :count, 0:2] = nearest.T
        values[at, :count, 2:4] = (nearest - nearest.max(axis=1, keepdims=True)).T
        values[at, :count, 4] = mean[0]
        for number, value in enumerate(label.values):
            values[at, number, 5:] = (
                bool(_places(turn.words, value)),
                value[:1] in (("true",), ("yes",)),
                value[:1] in (("false",), ("no",)),
                bool(_places(reply.words, value)),
            )
        has_value[at, :count] = True
    return values, has_value


def _said_before(reply: EncodedText, schema: EncodedSchema) -> Vectors:
    """Whether the reply speaks of each label: by meaning with its name, by letters with its values, at its end."""
    found = np.zeros((len(schema.labels), 4), np.float32)
    if not reply.words:
        return found
    end = max(int(schema.names[-1]), int(schema.descriptions[-1]))
    cosines = np.stack([schema.late[:end] @ reply.late.T, schema.middle[:end] @ reply.middle.T])
    found[:, 0] = _nearest(cosines, schema.names)[0].max(axis=1)
    found[:, 1] = _nearest(cosines, schema.descriptions)[0].max(axis=1)
    found[:, 2] = _nearest(cosines[:, :, -8:], schema.names)[0].max(axis=1)
    found[:, 3] = [any(_places(reply.words, value) for value in label.values) for label in schema.labels]
    return found
