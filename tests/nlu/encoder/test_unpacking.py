import hashlib
import zipfile
from pathlib import Path

import pytest

from nlu.encoder.unpacking import default_cache, unpacked

CONTENT = b"weights" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.bin", CONTENT)
    return path


def test_a_file_is_unpacked_once_and_then_found(archive: Path, tmp_path: Path) -> None:
    path = unpacked(archive, "model.bin", SHA256, tmp_path / "new" / "cache")
    assert path is not None
    assert path.read_bytes() == CONTENT
    archive.unlink()
    assert unpacked(archive, "model.bin", SHA256, tmp_path / "new" / "cache") == path
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("damaged", [b"", CONTENT[:-1], CONTENT + b"!"])
def test_a_damaged_file_is_replaced_by_another_file(archive: Path, tmp_path: Path, damaged: bytes) -> None:
    path = unpacked(archive, "model.bin", SHA256, tmp_path)
    assert path is not None
    path.write_bytes(damaged)
    before = path.stat().st_ino
    with path.open("rb") as held:
        assert unpacked(archive, "model.bin", SHA256, tmp_path) == path
        assert held.read() == damaged
    assert path.read_bytes() == CONTENT
    assert path.stat().st_ino != before


def test_there_is_no_file_where_it_cannot_be_unpacked(archive: Path, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert unpacked(archive, "model.bin", SHA256, None) is None
    assert unpacked(archive, "model.bin", SHA256, in_the_way) is None
    assert unpacked(archive, "other.bin", SHA256, tmp_path) is None
    assert unpacked(in_the_way, "model.bin", SHA256, tmp_path) is None
    assert unpacked(archive, "model.bin", "0" * 64, tmp_path) is None
    assert {file.name for file in tmp_path.iterdir()} == {"file", "model.zip"}


def test_the_cache_is_in_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache() == tmp_path / ".cache" / "heedful"
