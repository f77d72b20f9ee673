"""Where the encoder's files come from, and which are refused."""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.encoder import weights
from nlu.encoder.weights import (
    KNOWN_SHA256,
    MODEL_NAME,
    PACKAGE,
    combined_sha256,
    default_identity,
    encoder_identity,
    package_zip,
    read_encoder_files,
)
from nlu.errors import WeightsError

CONTENTS = {"config.json": b"{}", "tokenizer.json": b"[]", "model.safetensors": b"\0" * 8}
hashes = st.dictionaries(st.sampled_from(sorted(KNOWN_SHA256)), st.sampled_from(["0a", "0b", "0c"]), min_size=1)


def write_folder(folder: Path, contents: Mapping[str, bytes] = CONTENTS) -> Path:
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def write_zip(path: Path, contents: Mapping[str, bytes] = CONTENTS) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def test_a_folder_and_a_zip_of_the_same_files_are_the_same(tmp_path: Path) -> None:
    folder, archive = write_folder(tmp_path / "own"), write_zip(tmp_path / "own.zip")
    files = read_encoder_files(folder)
    assert files == read_encoder_files(archive)
    assert (files.name, files.config, files.tokenizer, files.weights) == ("own", b"{}", b"[]", b"\0" * 8)


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_each_file_counts_in_the_hash(tmp_path: Path, name: str) -> None:
    changed = read_encoder_files(write_folder(tmp_path / "changed", CONTENTS | {name: b"other"}))
    assert changed.sha256 != read_encoder_files(write_folder(tmp_path / "own")).sha256


@pytest.mark.parametrize("write", [write_folder, write_zip])
@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_a_file_that_is_missing_is_named(
    tmp_path: Path, name: str, write: Callable[[Path, Mapping[str, bytes]], Path]
) -> None:
    source = write(tmp_path / "own", {other: content for other, content in CONTENTS.items() if other != name})
    with pytest.raises(WeightsError, match=f"{name} .*own"):
        read_encoder_files(source)


def test_a_file_that_is_no_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.zip").write_bytes(b"nothing")
    with pytest.raises(WeightsError, match=r"own\.zip"):
        read_encoder_files(tmp_path / "own.zip")


def test_the_package_carries_the_published_files() -> None:
    files = read_encoder_files()
    assert isinstance(files.weights, bytes)
    contents = {"config.json": files.config, "tokenizer.json": files.tokenizer, "model.safetensors": files.weights}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()} == KNOWN_SHA256
    assert encoder_identity(files.name, files.sha256) == default_identity()


def test_the_package_s_weights_are_a_file_where_there_is_a_cache(tmp_path: Path) -> None:
    files = read_encoder_files(cache=tmp_path)
    assert isinstance(files.weights, Path)
    assert files.weights.parent == tmp_path
    whole = read_encoder_files()
    assert files.weights.read_bytes() == whole.weights
    assert (files.config, files.tokenizer, files.sha256) == (whole.config, whole.tokenizer, whole.sha256)


def test_a_package_with_other_files_is_refused_and_the_file_and_its_hash_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    write_zip(folder / "model.zip")
    monkeypatch.syspath_prepend(tmp_path)
    assert package_zip() == folder / "model.zip"
    with pytest.raises(WeightsError, match=rf"config\.json .*{hashlib.sha256(b'{}').hexdigest()}"):
        read_encoder_files()
    assert read_encoder_files(folder / "model.zip").name == "model"  # the same by its path may be anything


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no_such_encoder")
    with pytest.raises(WeightsError, match="no_such_encoder"):
        package_zip()


@given(hashes, hashes)
def test_two_sets_of_files_have_one_hash_only_if_they_are_equal(first: dict[str, str], second: dict[str, str]) -> None:
    assert (combined_sha256(first) == combined_sha256(second)) == (first == second)
    assert combined_sha256(dict(reversed(first.items()))) == combined_sha256(first)


def test_an_identity_tells_names_and_contents_apart() -> None:
    assert len({encoder_identity(name, sha256 * 32) for name in ("a", "b") for sha256 in ("0a", "0b")}) == 4
    assert default_identity().startswith(f"{MODEL_NAME}:")


def test_the_identity_is_known_without_torch() -> None:
    code = "import sys, nlu.encoder.weights as w; print(w.default_identity(), 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [default_identity(), "False"]
