"""Who may import whom, and where the heavy dependencies are met."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "asr": {"asr"},
    "nlu": {"nlu"},
    "retrieval": {"retrieval"},
    "dialogue": {"dialogue", "nlu", "retrieval"},
    "server": {"server", "asr", "nlu", "retrieval", "dialogue"},
}
AT_HOME = {
    "rasa": ("nlu/components/", "dialogue/"),
    "rasa_sdk": ("dialogue/",),
    "whisper": ("asr/",),
    "torchaudio": ("asr/",),
    "soundfile": ("asr/audio/audio_files.py",),
    "faiss": ("retrieval/index/vectors.py",),
    "pyarrow": ("retrieval/ingestion/formats/parquet.py",),
    "selectolax": ("retrieval/ingestion/",),
    "sqlite3": ("nlu/encoder/encoding_cache.py", "retrieval/"),
    "websockets": ("server/transport/", "server/client/realtime_client.py"),
    "hibari": ("server/turns/speech.py",),
}


def imports(file: Path) -> Iterator[str]:
    """The top-level names of everything a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_only_what_stands_before_them(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        foreign = (set(imports(file)) & set(MAY_IMPORT)) - MAY_IMPORT[package]
        assert not foreign, f"{file.relative_to(ROOT)} imports {sorted(foreign)}"


@pytest.mark.parametrize("dependency", AT_HOME)
def test_a_heavy_dependency_is_met_in_one_place(dependency: str) -> None:
    for package in MAY_IMPORT:
        for file in (ROOT / package).rglob("*.py"):
            name = file.relative_to(ROOT).as_posix()
            if dependency in imports(file):
                assert name.startswith(AT_HOME[dependency]), f"{name} imports {dependency}"
