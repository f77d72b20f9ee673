"""What rules see of a turn: values by letters, names by stems, and what the reply has spoken of."""

import numpy as np

from retrieval.reading.features import (
    LABEL_FEATURES,
    PAIR_FEATURES,
    VALUE_FEATURES,
    WORD_FEATURES,
    Features,
    features_of,
)
from retrieval.reading.schema import MOST_VALUES, EncodedText, Label, encode_schema, encoded_text
from tests.retrieval.toy_words import WordHashEncoder

NAMED, TOLD, EXACT, NEAR = 9, 10, 11, 12  # columns of a pair
ENCODER = WordHashEncoder()
SCHEMA = encode_schema(
    [
        Label("colour", "Shade of the mug", ("red", "navy blue")),
        Label("number of rooms", values=("2", "3")),
        Label("address"),
    ],
    ENCODER,
)


def encoded(text: str) -> EncodedText:
    (words,) = ENCODER.encode_all([text])
    return encoded_text(text, words)


def seen(text: str, reply: str = "") -> Features:
    return features_of(encoded(text), encoded(reply), SCHEMA)


def test_shapes_say_words_labels_and_columns() -> None:
    found = seen("a red mug")
    assert found.words.shape == (3, WORD_FEATURES)
    assert found.pairs.shape == (3, 3, PAIR_FEATURES)
    assert found.labels.shape == (3, LABEL_FEATURES)
    assert found.values.shape == (3, MOST_VALUES, VALUE_FEATURES)
    assert found.has_value.sum(axis=1).tolist() == [2, 2, 0]


def test_a_value_counts_whole() -> None:
    assert seen("in navy blue").pairs[0, :, EXACT].tolist() == [0, 1, 1]
    assert not seen("blue or navy").pairs[0, :, EXACT].any()


def test_numbers_in_words_are_those_in_digits() -> None:
    assert seen("two rooms").pairs[1, :, EXACT].tolist() == [1, 0]


def test_a_misspelt_long_word_is_near_to_a_value() -> None:
    schema = encode_schema([Label("material", values=("porcelain",))], ENCODER)
    pairs = features_of(encoded("of porcelan"), encoded(""), schema).pairs
    assert pairs[0, :, NEAR].tolist() == [0, 1]
    assert not pairs[0, :, EXACT].any()


def test_names_and_descriptions_count_by_their_stems() -> None:
    pairs = seen("which colours and shades").pairs
    assert pairs[0, :, NAMED].tolist() == [0, 1, 0, 0]
    assert pairs[0, :, TOLD].tolist() == [0, 0, 0, 1]
    assert not pairs[2].any(axis=0)[NAMED]


def test_the_same_word_is_nearest_and_ahead_of_the_other_labels() -> None:
    pairs = seen("colour").pairs
    assert np.isclose(pairs[0, 0, 0], 1)
    assert pairs[0, 0, 6] > 0 > pairs[1, 0, 6]


def test_what_the_reply_said_is_seen() -> None:
    without, after = seen("yes").labels, seen("yes", "It comes in red").labels
    start = 2 * PAIR_FEATURES
    assert not without[:, start : start + 4].any()
    assert after[0, start + 3] == 1
    assert after[1, start + 3] == 0
    assert seen("red", "It comes in red").words[0, 6] == 1


def test_yes_and_no_values_are_told_apart() -> None:
    schema = encode_schema([Label("parking", values=("True", "False"))], ENCODER)
    values = features_of(encoded("with parking"), encoded(""), schema).values[0]
    assert values[:2, 6:8].tolist() == [[1, 0], [0, 1]]


def test_one_label_alone_is_ahead_of_none() -> None:
    schema = encode_schema([Label("colour")], ENCODER)
    assert not features_of(encoded("colour"), encoded(""), schema).pairs[0, 0, 6:9].any()
