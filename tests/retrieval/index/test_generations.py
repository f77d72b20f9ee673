"""Generations replace each other whole; the old ones stay while they are read, and what a crash left goes."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from retrieval.index.generations import hold, new_generation, release, seal, take_over
from retrieval.index.manifest import Manifest, read_manifest


def manifest_of(folder: Path) -> Manifest:
    return Manifest(folder.name, "f00d", "toy-1", 64, 1, 1, 1, "exact", seal(folder))


def build(index_dir: Path, content: str = "words") -> Path:
    """Make a generation with one file the current one."""
    with new_generation(index_dir) as folder:
        (folder / "a.txt").write_text(content, encoding="utf-8")
        take_over(index_dir, manifest_of(folder))
    return folder


def build_half(index_dir: Path, error: type[BaseException]) -> None:
    """Fail in the middle of a build."""
    with new_generation(index_dir) as folder:
        (folder / "a.txt").touch()
        raise error


def generations(index_dir: Path) -> set[Path]:
    return set(index_dir.glob("generation-*"))


def test_a_generation_that_took_over_stays(tmp_path: Path) -> None:
    folder = build(tmp_path / "new" / "index")
    assert (folder / "a.txt").read_text(encoding="utf-8") == "words"
    assert read_manifest(tmp_path / "new" / "index").generation == folder.name


def test_sealing_gives_the_check_sum_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"")
    assert seal(tmp_path) == {"a": sha256(b"one").hexdigest(), "b": sha256(b"").hexdigest()}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_build_that_fails_leaves_only_the_one_before(tmp_path: Path, error: type[BaseException]) -> None:
    before = build(tmp_path)
    with pytest.raises(error):
        build_half(tmp_path, error)
    assert generations(tmp_path) == {before}
    assert read_manifest(tmp_path).generation == before.name


def test_a_build_that_never_took_over_leaves_nothing(tmp_path: Path) -> None:
    with new_generation(tmp_path) as folder:
        assert folder.is_dir()
    assert generations(tmp_path) == set()


def test_what_a_crash_left_behind_goes_with_the_next_build(tmp_path: Path) -> None:
    before, left = build(tmp_path), tmp_path / "generation-crashed"
    left.mkdir()
    (left / "half").touch()
    release(hold(before), before)  # a reader of the current one removes nothing
    assert generations(tmp_path) == {before, left}
    after = build(tmp_path)
    assert generations(tmp_path) == {after}


def test_without_a_manifest_that_can_be_read_nothing_is_removed(tmp_path: Path) -> None:
    folder = build(tmp_path)
    (tmp_path / "manifest.json").write_text("{half", encoding="utf-8")
    release(hold(folder), folder)
    assert generations(tmp_path) == {folder}


def test_a_generation_stays_until_its_last_reader_lets_go(tmp_path: Path) -> None:
    first = build(tmp_path)
    readers = [hold(first), hold(first)]
    second = build(tmp_path)
    assert generations(tmp_path) == {first, second}
    release(readers[0], first)
    assert generations(tmp_path) == {first, second}
    release(readers[1], first)
    assert generations(tmp_path) == {second}


def test_a_reader_that_lets_go_during_a_build_leaves_the_removal_to_the_builder(tmp_path: Path) -> None:
    first = build(tmp_path)
    reader = hold(first)
    second = build(tmp_path)
    with new_generation(tmp_path) as third:
        release(reader, first)
        assert generations(tmp_path) == {first, second, third}
        take_over(tmp_path, manifest_of(third))
    assert generations(tmp_path) == {third}


def test_a_generation_that_is_gone_cannot_be_held(tmp_path: Path) -> None:
    first = build(tmp_path)
    build(tmp_path)
    with pytest.raises(FileNotFoundError):
        hold(first)


def test_builders_of_one_index_wait_for_one_another(tmp_path: Path) -> None:
    inside: list[Path] = []
    seen: list[int] = []

    def build_alone(_: int) -> None:
        with new_generation(tmp_path) as folder:
            inside.append(folder)
            (folder / "a.txt").write_text("words", encoding="utf-8")
            manifest = manifest_of(folder)  # syncs the file, so that others can run
            seen.append(len(inside))
            inside.remove(folder)
            take_over(tmp_path, manifest)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(build_alone, range(20)))
    assert seen == [1] * 20
    assert len(generations(tmp_path)) == 1
