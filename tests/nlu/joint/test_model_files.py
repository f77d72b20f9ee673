"""A model's two files: what is written is read, and what is damaged is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from safetensors import SafetensorError

from nlu.errors import WeightsError
from nlu.joint.model_files import DESCRIPTION_FILE, TENSORS_FILE, read_model, unreadable, write_model

ENCODER = "toy:0123:float32"
TENSORS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "bias": np.ones(2, dtype=np.float32)}
CONTENT: dict[str, Any] = {"names": ["grüßen", "bye"], "scale": [1.5, None]}

shapes = array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
tensors = st.dictionaries(
    st.text("abc.", min_size=1, max_size=8),
    arrays(
        np.float32, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), elements=st.floats(-9, 9, width=32)
    ),
    max_size=4,
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(tensors, st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, NDArray[np.float32]], content: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("model") / "new"
    write_model(folder, ENCODER, tensors, content)
    found, said = read_model(folder, ENCODER)
    assert said == content
    assert set(found) == set(tensors)
    for name, value in tensors.items():
        np.testing.assert_array_equal(found[name], value)
        assert found[name].dtype == np.float32


def test_a_view_in_another_order_is_written_as_it_looks(tmp_path: Path) -> None:
    write_model(tmp_path, ENCODER, {"weights": TENSORS["weights"].T}, {})
    np.testing.assert_array_equal(read_model(tmp_path, ENCODER)[0]["weights"], TENSORS["weights"].T)


def test_another_model_replaces_the_one_that_is_there(tmp_path: Path) -> None:
    write_model(tmp_path, ENCODER, TENSORS, CONTENT)
    write_model(tmp_path, ENCODER, {}, {})
    assert read_model(tmp_path, ENCODER) == ({}, {})


@settings(max_examples=60, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_a_changed_byte_of_the_tensors_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: int
) -> None:
    folder = tmp_path_factory.mktemp("model")
    write_model(folder, ENCODER, TENSORS, CONTENT)
    packed = bytearray((folder / TENSORS_FILE).read_bytes())
    packed[at % len(packed)] ^= change
    (folder / TENSORS_FILE).write_bytes(packed)
    with pytest.raises(WeightsError, match="sha256"):
        read_model(folder, ENCODER)


@pytest.mark.parametrize(
    ("key", "value"), [("encoder", "another:0123:float32"), ("format", 1), ("sha256", "0" * 64), ("content", 5)]
)
def test_a_description_that_does_not_fit_is_refused(tmp_path: Path, key: str, value: object) -> None:
    write_model(tmp_path, ENCODER, TENSORS, CONTENT)
    description = json.loads((tmp_path / DESCRIPTION_FILE).read_text("utf-8"))
    for changed in (description | {key: value}, {name: of for name, of in description.items() if name != key}):
        (tmp_path / DESCRIPTION_FILE).write_text(json.dumps(changed), "utf-8")
        with pytest.raises(WeightsError, match=tmp_path.name):
            read_model(tmp_path, ENCODER)


def test_a_model_of_another_encoder_names_both(tmp_path: Path) -> None:
    write_model(tmp_path, ENCODER, TENSORS, CONTENT)
    with pytest.raises(WeightsError, match=f"{ENCODER}.*other:9:float32"):
        read_model(tmp_path, "other:9:float32")


@pytest.mark.parametrize("content", ["", "[]", "null", "{", "{}", '"text"'])
def test_a_description_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    write_model(tmp_path, ENCODER, TENSORS, CONTENT)
    (tmp_path / DESCRIPTION_FILE).write_text(content, "utf-8")
    with pytest.raises(WeightsError, match=tmp_path.name):
        read_model(tmp_path, ENCODER)


@pytest.mark.parametrize("name", [DESCRIPTION_FILE, TENSORS_FILE])
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    write_model(tmp_path, ENCODER, TENSORS, CONTENT)
    (tmp_path / name).unlink()
    with pytest.raises(WeightsError, match=tmp_path.name):
        read_model(tmp_path, ENCODER)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_tensor_that_is_not_finite_is_named(tmp_path: Path, bad: float) -> None:
    write_model(tmp_path, ENCODER, TENSORS | {"bias": np.array([0, bad], dtype=np.float32)}, CONTENT)
    with pytest.raises(WeightsError, match="bias"):
        read_model(tmp_path, ENCODER)


def test_an_error_that_no_file_leads_to_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), unreadable(tmp_path):
        raise ZeroDivisionError


@pytest.mark.parametrize("kind", [OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError, SafetensorError])
def test_what_a_damaged_file_leads_to_is_raised_as_an_error_about_the_model(
    tmp_path: Path, kind: type[Exception]
) -> None:
    with pytest.raises(WeightsError, match=f"{tmp_path.name}.*'names'"), unreadable(tmp_path):
        raise kind("names")
