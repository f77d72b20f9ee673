"""Encoding a schema: names in words, samples of values, and how all of it is stacked."""

import numpy as np
import pytest

from retrieval.reading.schema import (
    MOST_VALUES,
    EncodedSchema,
    Label,
    encode_labels,
    encode_schema,
    is_boolean,
    spoken_name,
    word_key,
)
from tests.retrieval.toy_words import WIDTH, WordHashEncoder

COLOUR = Label("itemColour", "The colour of the mug", ("Red", "navy blue"))
PARKING = Label("has_parking", values=("True", "False"))
ENCODER = WordHashEncoder()


@pytest.mark.parametrize("name", ["has_live_music", "hasLiveMusic", "Has live music", "has-live music"])
def test_a_name_is_read_as_words(name: str) -> None:
    assert spoken_name(name) == "has live music"


def test_values_are_compared_without_case_and_with_numbers_in_digits() -> None:
    assert word_key("Two Rooms") == word_key("2 rooms") != word_key("3 rooms")


def test_a_label_is_of_yes_and_no_only_by_its_values() -> None:
    assert is_boolean(PARKING)
    assert not is_boolean(Label("parking", values=("yes", "in the street")))
    assert not is_boolean(Label("parking"))


def test_stop_words_tell_nothing_of_a_description() -> None:
    (label,) = encode_labels([COLOUR], ENCODER)
    assert label.name.words == ("item", "colour")
    assert label.description.words == ("colour", "mug")
    assert label.values == (("red",), ("navy", "blue"))


def test_no_more_values_than_are_samples() -> None:
    (label,) = encode_labels([Label("size", values=tuple(map(str, range(100))))], ENCODER)
    assert len(label.values) == MOST_VALUES


def test_rows_lie_where_the_ends_say() -> None:
    schema = encode_schema([COLOUR, PARKING, Label("price")], ENCODER)
    colour, parking, price = schema.labels
    assert np.array_equal(schema.late[: schema.names[1]], colour.name.late)
    assert np.array_equal(schema.middle[schema.descriptions[0] : schema.descriptions[1]], colour.description.middle)
    assert np.diff(schema.values).tolist() == [2, 2, 0]
    assert np.allclose(np.linalg.norm(schema.late, axis=1), 1)
    assert not price.means[1:].any()
    assert price.means.shape == (3, 2 * WIDTH)
    assert np.allclose(parking.means[2], parking.value_means.mean(axis=0))


def test_labels_encoded_apart_are_the_same() -> None:
    apart = EncodedSchema.of([*encode_labels([COLOUR], ENCODER), *encode_labels([PARKING], ENCODER)])
    together = encode_schema([COLOUR, PARKING], ENCODER)
    assert np.array_equal(apart.late, together.late)
    assert np.array_equal(apart.values, together.values)


def test_a_schema_has_labels() -> None:
    with pytest.raises(ValueError, match="label"):
        encode_schema([], ENCODER)


def test_the_nearest_row_of_a_label_without_any_is_zero() -> None:
    schema = encode_schema([Label("colour", values=("red", "blue")), Label("price")], WordHashEncoder())
    start = int(schema.values[0])
    cosines = np.zeros((1, int(schema.values[-1]), 2), np.float32)
    cosines[0, start:] = [[0.1, -0.5], [0.2, -0.4]]
    np.testing.assert_allclose(schema.nearest(cosines, schema.values)[0], [[0.2, -0.4], [0.0, 0.0]])
