"""The manifest of an index: written whole, read only when it is whole, and every file checked against it."""

import json
from dataclasses import FrozenInstanceError, replace
from hashlib import sha256
from pathlib import Path

import pytest

from retrieval.errors import IndexUnusableError
from retrieval.index.manifest import (
    FILE_NAME,
    FORMAT,
    Manifest,
    read_manifest,
    sha256_of,
    verify_files,
    write_manifest,
)

MANIFEST = Manifest("generation-1", "f00d", "toy-1", 64, 2, 5, 9, "exact", {"a.npy": sha256(b"abc").hexdigest()})


@pytest.fixture
def index_dir(tmp_path: Path) -> Path:
    """An index whose only file holds "abc"."""
    (tmp_path / MANIFEST.generation).mkdir()
    (tmp_path / MANIFEST.generation / "a.npy").write_bytes(b"abc")
    write_manifest(tmp_path, MANIFEST)
    return tmp_path


def rewrite(index_dir: Path, **changed: object) -> None:
    """Change fields of the manifest's file as an editor would."""
    path = index_dir / FILE_NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), encoding="utf-8")


def test_what_is_written_is_read_again(index_dir: Path) -> None:
    assert read_manifest(index_dir) == MANIFEST
    assert verify_files(index_dir, MANIFEST) == index_dir / "generation-1"


def test_the_next_manifest_takes_the_place_of_the_one_before(index_dir: Path) -> None:
    write_manifest(index_dir, replace(MANIFEST, generation="generation-2"))
    assert read_manifest(index_dir).generation == "generation-2"
    assert [path.name for path in index_dir.glob("manifest*")] == [FILE_NAME]


def test_a_draft_that_a_crash_left_behind_is_not_read(index_dir: Path) -> None:
    (index_dir / f"{FILE_NAME}.new").write_text("{half", encoding="utf-8")
    assert read_manifest(index_dir) == MANIFEST
    write_manifest(index_dir, replace(MANIFEST, documents=3))
    assert read_manifest(index_dir).documents == 3


def test_a_manifest_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        MANIFEST.documents = 3  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "[]", "{", '"seal"', "\udcff", json.dumps({"seal": None})])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexUnusableError, match=r"manifest\.json.*heedful index"):
        read_manifest(tmp_path)


def test_a_missing_manifest_names_its_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match="nowhere.*heedful index"):
        read_manifest(tmp_path / "nowhere")


@pytest.mark.parametrize("changed", [{"documents": 3}, {"files": {}}, {"seal": "0"}, {"more": 1}])
def test_a_manifest_that_was_edited_is_refused(index_dir: Path, changed: dict[str, object]) -> None:
    rewrite(index_dir, **changed)
    with pytest.raises(IndexUnusableError, match=r"manifest\.json.*heedful index"):
        read_manifest(index_dir)


def test_another_format_is_named(index_dir: Path) -> None:
    write_manifest(index_dir, replace(MANIFEST, format=FORMAT - 1))
    with pytest.raises(IndexUnusableError, match=f"{FORMAT - 1}, not {FORMAT}"):
        read_manifest(index_dir)


def test_the_check_sum_is_that_of_the_bytes(index_dir: Path) -> None:
    assert sha256_of(index_dir / "generation-1" / "a.npy") == sha256(b"abc").hexdigest()


@pytest.mark.parametrize("content", [b"abd", b"ab", b"abc\0", b""])
def test_a_file_with_another_check_sum_is_refused(index_dir: Path, content: bytes) -> None:
    (index_dir / "generation-1" / "a.npy").write_bytes(content)
    with pytest.raises(IndexUnusableError, match=r"a\.npy.*SHA-256.*heedful index"):
        verify_files(index_dir, MANIFEST)


def test_a_missing_file_is_refused(index_dir: Path) -> None:
    (index_dir / "generation-1" / "a.npy").unlink()
    with pytest.raises(IndexUnusableError, match=r"a\.npy.*heedful index"):
        verify_files(index_dir, MANIFEST)
