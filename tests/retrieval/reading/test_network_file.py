"""The file of the network: it comes back as it was written, and a damaged one is refused."""

import json
from pathlib import Path

import pytest
import torch

from retrieval.errors import RetrievalError
from retrieval.reading.network import NetworkShape, ReaderNetwork
from retrieval.reading.network_file import NOTE, WEIGHTS, read_network, write_network

SHAPE = NetworkShape(encoder_width=8, width=16, heads=2, layers=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    write_network(ReaderNetwork(SHAPE), tmp_path, ["nothing"])
    return tmp_path


def test_a_network_comes_back_as_it_was_written(folder: Path) -> None:
    read = read_network(folder)
    assert read.shape == SHAPE
    first = (folder / WEIGHTS).read_bytes()
    write_network(read, folder, ["nothing"])
    assert (folder / WEIGHTS).read_bytes() == first


def test_one_bit_flipped_stops_the_start(folder: Path) -> None:
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS).write_bytes(content)
    with pytest.raises(RetrievalError, match="sha256"):
        read_network(folder)


@pytest.mark.parametrize(("key", "value"), [("version", 0), ("shape", {"width": 17}), ("shape", {"wide": 1})])
def test_weights_of_another_network_are_refused(folder: Path, key: str, value: object) -> None:
    note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    (folder / NOTE).write_text(json.dumps(note | {key: value}), encoding="utf-8")
    with pytest.raises(RetrievalError, match="benchmarks.reader train"):
        read_network(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RetrievalError, match=str(tmp_path)):
        read_network(tmp_path)


def test_the_file_of_the_package_is_whole_and_small() -> None:
    assert 100_000 < sum(parameter.numel() for parameter in read_network().parameters()) < 3_000_000
