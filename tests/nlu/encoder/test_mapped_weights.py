from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from nlu.encoder.mapped_weights import MappedWeights
from nlu.errors import WeightsError

TENSORS = {"one": torch.arange(6.0).view(2, 3), "two": torch.tensor([1e-9])}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_file(TENSORS, tmp_path / "weights", {"by": "us"})
    return tmp_path / "weights"


def test_tensors_are_those_of_the_file_also_after_their_memory_was_given_back(path: Path) -> None:
    mapped = MappedWeights(path)
    for _ in range(2):
        assert {name: tensor.tolist() for name, tensor in mapped.tensors.items()} == {
            "one": [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]],
            "two": TENSORS["two"].tolist(),
        }
        mapped.give_back()


def test_tensors_outlive_what_mapped_them(path: Path) -> None:
    tensor = MappedWeights(path).tensors["one"]
    assert tensor.sum() == 15


def test_writing_to_a_tensor_changes_no_file(path: Path) -> None:
    MappedWeights(path).tensors["one"].zero_()
    assert MappedWeights(path).tensors["one"].sum() == 15


@pytest.mark.parametrize("size", [0, 3, 8, 60, -1])
def test_a_file_that_is_cut_short_is_refused(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(WeightsError, match="weights cannot be mapped"):
        MappedWeights(path)


def test_numbers_of_another_kind_are_left_out(tmp_path: Path) -> None:
    save_file({"half": torch.zeros(2, dtype=torch.float16), "ids": torch.arange(3)}, tmp_path / "weights")
    assert MappedWeights(tmp_path / "weights").tensors == {}


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="absent"):
        MappedWeights(tmp_path / "absent")
