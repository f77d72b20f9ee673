"""What is kept from one training to the next."""

from pathlib import Path

import pytest

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource

    from dialogue.training.training_cache import FolderCache, NoCache

pytestmark = pytest.mark.heavy


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    (tmp_path / "storage").mkdir()
    return LocalModelStorage(tmp_path / "storage")


def output(storage: LocalModelStorage, name: str, kib: int = 1) -> Resource:
    """Make a component's output of that size."""
    resource = Resource(name, output_fingerprint=f"{name} output")
    with storage.write_to(resource) as folder:
        (folder / "weights").write_bytes(bytes(kib * 1024))
    return resource


def keep(cache: FolderCache | NoCache, storage: LocalModelStorage, resource: Resource) -> None:
    cache.cache_output(f"{resource.name} input", resource, resource.output_fingerprint, storage)


def test_what_is_kept_is_there_for_the_next_training(tmp_path: Path, storage: LocalModelStorage) -> None:
    keep(FolderCache(tmp_path / "deep" / "cache", 10), storage, output(storage, "part"))
    cache = FolderCache(tmp_path / "deep" / "cache", 10)
    assert cache.get_cached_output_fingerprint("part input") == "part output"
    (tmp_path / "other").mkdir()
    other = LocalModelStorage(tmp_path / "other")
    assert cache.get_cached_result("part output", "part", other) is not None
    assert (tmp_path / "other" / "part" / "weights").stat().st_size == 1024
    assert cache.get_cached_output_fingerprint("another input") is None


def test_what_was_used_least_lately_goes_first(tmp_path: Path, storage: LocalModelStorage) -> None:
    cache = FolderCache(tmp_path / "cache", 0.25)
    for name in ("a", "b"):
        keep(cache, storage, output(storage, name, kib=100))
    assert cache.get_cached_output_fingerprint("a input") == "a output"
    keep(cache, storage, output(storage, "c", kib=100))
    kept = [name for name in "abc" if cache.get_cached_output_fingerprint(f"{name} input") is not None]
    assert kept == ["a", "c"]


def test_the_environment_says_nothing(
    tmp_path: Path, storage: LocalModelStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASA_CACHE_DIRECTORY", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("RASA_MAX_CACHE_SIZE", "0")
    monkeypatch.setenv("RASA_CACHE_NAME", "other.db")
    keep(FolderCache(tmp_path / "cache", 10), storage, output(storage, "part"))
    assert not (tmp_path / "elsewhere").exists()
    monkeypatch.undo()
    assert FolderCache(tmp_path / "cache", 10).get_cached_output_fingerprint("part input") == "part output"


def test_nothing_may_be_kept(storage: LocalModelStorage) -> None:
    cache = NoCache()
    keep(cache, storage, output(storage, "part"))
    assert cache.get_cached_output_fingerprint("part input") is None
    assert cache.get_cached_result("part output", "part", storage) is None
