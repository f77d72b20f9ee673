"""The schema of a catalogue as the reader sees it: its labels with some of their values, as word vectors."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.embedder import EncodedWords, Vectors, WordEncoder
from retrieval.language.wording import NUMBER_WORDS, STOP_WORDS, stem, words

MOST_VALUES = 24  # of a label: more are samples that add nothing
SHORTEST_WORD = 4  # letters of a value's word that a misspelt one may stand for
_BOOLEAN = frozenset({"true", "false", "yes", "no"})
_NUMBER = re.compile(r"\d")

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Label:
    """A property of the entries: its name, what it means if somebody wrote it down, and values as samples."""

    name: str
    description: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedText:
    """The words of a text in lower case, numbers in digits, with their vectors of unit length.

    vectors: float32 [words, 2 * dimension], as the encoder gives them. late, middle: float32 [words, dimension], the
    two layers, each row of length 1. spans: the words' character offsets.
    """

    words: tuple[str, ...]
    vectors: Vectors
    late: Vectors
    middle: Vectors
    spans: tuple[tuple[int, int], ...]

    def cut(self, part: slice) -> "EncodedText":
        """Some of its words."""
        return EncodedText(self.words[part], self.vectors[part], self.late[part], self.middle[part], self.spans[part])


@dataclass(frozen=True, slots=True)
class EncodedLabel:
    """A label with the vectors of its texts.

    means: float32 [3, 2 * dimension], the mean words of name, description and all values; zeros for what is absent.
    value_means: float32 [values, 2 * dimension], the mean word of each value.
    kind: float [5], the form of its values.
    """

    label: Label
    name: EncodedText
    description: EncodedText
    name_stems: frozenset[str]
    description_stems: frozenset[str]
    values: tuple[tuple[str, ...], ...]
    value_means: Vectors
    means: Vectors
    kind: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EncodedSchema:
    """The labels of a catalogue, and what their texts have in common, one under the other.

    late, middle: float32 [rows, dimension]: the words of all names, then those of all descriptions, then the mean word
    of each value, each row of length 1. Where those of a label begin is in `names`, `descriptions` and `values`: int
    [labels + 1]. means: float32 [labels, 3, 2 * dimension]. kinds: float32 [labels, 5]. has_value: bool [labels,
    MOST_VALUES]; truths: float32 [labels, MOST_VALUES, 2], whether a value is yes, and no. The rest is for looking up
    labels by the stems of their texts, and values by their words.
    """

    labels: tuple[EncodedLabel, ...]
    late: Vectors
    middle: Vectors
    names: npt.NDArray[np.intp]
    descriptions: npt.NDArray[np.intp]
    values: npt.NDArray[np.intp]
    means: Vectors
    kinds: Vectors
    has_value: Mask
    truths: Vectors
    name_stems: Mapping[str, Sequence[int]]
    told_stems: Mapping[str, Sequence[int]]
    values_by_first_word: Mapping[str, Sequence[tuple[int, int, tuple[str, ...]]]]
    rows_by_value_word: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, labels: Sequence[EncodedLabel]) -> "EncodedSchema":
        """Stack what was encoded."""
        texts = [*(label.name for label in labels), *(label.description for label in labels)]
        means = [label.value_means for label in labels]
        half = means[0].shape[1] // 2 if means else 0
        late = np.concatenate([*(text.late for text in texts), *(unit(mean[:, :half]) for mean in means)])
        middle = np.concatenate([*(text.middle for text in texts), *(unit(mean[:, half:]) for mean in means)])
        ends = np.cumsum([0, *(len(text.words) for text in texts), *(len(mean) for mean in means)])
        count = len(labels)
        return cls(
            tuple(labels),
            late,
            middle,
            ends[: count + 1],
            ends[count : 2 * count + 1],
            ends[2 * count : 3 * count + 1],
            np.stack([label.means for label in labels]),
            np.array([label.kind for label in labels], np.float32),
            np.array([[at < len(label.values) for at in range(MOST_VALUES)] for label in labels]),
            _truths(labels),
            _rows_by((stem, at) for at, label in enumerate(labels) for stem in label.name_stems),
            _rows_by((stem, at) for at, label in enumerate(labels) for stem in label.description_stems),
            _values_by_first_word(labels),
            _rows_by(
                (word, at)
                for at, label in enumerate(labels)
                for word in dict.fromkeys(word for value in label.values for word in value)
                if len(word) >= SHORTEST_WORD
            ),
        )

    def nearest(self, cosines: Vectors, ends: npt.NDArray[np.intp]) -> Vectors:
        """The highest of each label's rows from one of `ends` to the next, of [n, rows, words]: [n, labels, words]; 0
        where a label has none.
        """
        found = np.zeros((len(cosines), len(ends) - 1, cosines.shape[2]), np.float32)
        some = np.flatnonzero(np.diff(ends))
        if len(some):
            found[:, some] = np.maximum.reduceat(cosines[:, : ends[-1]], ends[some], axis=1)
        return found


def encode_schema(labels: Sequence[Label], encoder: WordEncoder) -> EncodedSchema:
    """Encode the labels once; all texts go through the encoder together. Raises ValueError without a label."""
    if not labels:
        raise ValueError("a schema has at least one label")
    return EncodedSchema.of(encode_labels(labels, encoder))


def encode_labels(labels: Sequence[Label], encoder: WordEncoder) -> list[EncodedLabel]:
    """Encode each label for itself."""
    texts = dict.fromkeys(text for label in labels for text in _texts(label))
    kept = {text: encoded_text(text, words) for text, words in zip(texts, encoder.encode_all(list(texts)), strict=True)}
    return [_label(label, kept) for label in labels]


def encoded_text(text: str, encoded: EncodedWords) -> EncodedText:
    """The words of a text that the encoder has read."""
    said = (text[start:end].lower() for start, end in encoded.word_spans)
    plain = tuple(str(NUMBER_WORDS.get(word, word)) for word in said)
    vectors = np.asarray(encoded.word_vectors, np.float32)  # of no words, still as wide as others
    half = vectors.shape[1] // 2
    return EncodedText(plain, vectors, unit(vectors[:, :half]), unit(vectors[:, half:]), encoded.word_spans)


def unit(vectors: npt.NDArray[np.float32]) -> Vectors:
    """The rows at length 1."""
    rows: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-6))
    return rows


def word_key(text: str) -> str:
    """A text as values are compared: words in lower case, numbers in digits."""
    return " ".join(str(NUMBER_WORDS.get(word, word)) for word in words(text))


def is_boolean(label: Label) -> bool:
    """Whether the label's values are yes and no."""
    return bool(label.values) and all(value.lower() in _BOOLEAN for value in label.values)


def spoken_name(name: str) -> str:
    """A label's name in words: `has_live_music`, `hasLiveMusic` and `Has live music` are the same."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_\W]+", " ", name).strip().lower()


def _texts(label: Label) -> list[str]:
    return [spoken_name(label.name), label.description, *label.values[:MOST_VALUES]]


def _label(label: Label, kept: dict[str, EncodedText]) -> EncodedLabel:
    name, description, *values = (kept[text] for text in _texts(label))
    description = _telling(description)
    width = name.vectors.shape[1]
    of_values = np.stack([_mean(value, width) for value in values]) if values else np.zeros((0, width), np.float32)
    mean = of_values.mean(axis=0) if values else np.zeros(width, np.float32)
    means = np.stack([_mean(name, width), _mean(description, width), mean])
    return EncodedLabel(
        label,
        name,
        description,
        _stems(name),
        _stems(description),
        tuple(value.words for value in values),
        of_values,
        means,
        _kind(label),
    )


def _truths(labels: Sequence[EncodedLabel]) -> Vectors:
    truths = np.zeros((len(labels), MOST_VALUES, 2), np.float32)
    for row, label in zip(truths, labels, strict=True):
        for at, value in enumerate(label.values):
            row[at] = value[:1] in (("true",), ("yes",)), value[:1] in (("false",), ("no",))
    return truths


def _rows_by(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for key, at in pairs:
        rows.setdefault(key, []).append(at)
    return rows


def _values_by_first_word(labels: Sequence[EncodedLabel]) -> dict[str, list[tuple[int, int, tuple[str, ...]]]]:
    found: dict[str, list[tuple[int, int, tuple[str, ...]]]] = {}
    for at, label in enumerate(labels):
        for number, value in enumerate(label.values):
            if value and not (len(value) == 1 and value[0] in STOP_WORDS):
                found.setdefault(value[0], []).append((at, number, value))
    return found


def _stems(text: EncodedText) -> frozenset[str]:
    return frozenset(stem(word) for word in text.words if word not in STOP_WORDS)


def _mean(text: EncodedText, width: int) -> Vectors:
    """The mean word, float32 [width]; zeros without words."""
    mean: Vectors = text.vectors.mean(axis=0) if text.words else np.zeros(width, np.float32)
    return mean


def _telling(text: EncodedText) -> EncodedText:
    """A text less its stop words."""
    kept = [at for at, word in enumerate(text.words) if word not in STOP_WORDS and word.isalnum()]
    return EncodedText(
        tuple(text.words[at] for at in kept),
        text.vectors[kept],
        text.late[kept],
        text.middle[kept],
        tuple(text.spans[at] for at in kept),
    )


def _kind(label: Label) -> tuple[float, ...]:
    """Whether the label has values, whether those are yes and no, the share of those with a number and of short ones,
    and whether it has a description.
    """
    count = max(len(label.values), 1)
    numbers = sum(_NUMBER.search(value) is not None for value in label.values) / count
    short = sum(len(value.split()) <= 2 for value in label.values) / count
    return (float(bool(label.values)), float(is_boolean(label)), numbers, short, float(bool(label.description)))
