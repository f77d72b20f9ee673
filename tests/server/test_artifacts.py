"""Where builds lie, and how a new build is noticed."""

import os
from pathlib import Path

import pytest

from dialogue.errors import ModelError
from retrieval.document import Document
from retrieval.errors import IndexUnusableError
from retrieval.index.index_folder import build_index
from server.artifacts import (
    assistant_project,
    built,
    index_folder,
    model_folder,
    model_path,
    require_built,
    results_folder,
    versions,
)
from server.settings import Settings, load_settings
from tests.retrieval.toy_embedder import WordHashEmbedder


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    flags = (f"paths.build={tmp_path / 'build'}", f"paths.assistant={tmp_path / 'shop'}")
    return load_settings(None, {"HEEDFUL_CONFIG": ""}, flags)


def train(settings: Settings) -> None:
    """Put a new file where training puts a model."""
    path = model_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.touch()
    os.replace(draft, path)


def index(settings: Settings, title: str) -> None:
    build_index([Document("product:a", "product", title, "Shines.")], WordHashEmbedder(), index_folder(settings))


def test_everything_that_is_built_lies_in_the_build_folder_and_each_has_its_own(own: Settings, tmp_path: Path) -> None:
    folders = {index_folder(own), model_folder(own), results_folder(own)}
    assert {folder.parent for folder in folders} == {tmp_path / "build"}
    assert len(folders) == 3
    assert model_path(own).parent == model_folder(own)
    assert assistant_project(own).folder == tmp_path / "shop"


def test_a_missing_model_and_a_damaged_index_are_reported_and_none_is_no_fault(own: Settings) -> None:
    with pytest.raises(ModelError, match=str(model_path(own))):
        require_built(own)
    train(own)
    require_built(own)
    index(own, "Oak Lamp")
    require_built(own)
    (index_folder(own) / "manifest.json").unlink()
    with pytest.raises(IndexUnusableError, match=str(index_folder(own))):
        require_built(own)


def test_a_new_model_and_a_new_index_are_noticed_and_nothing_else_is(own: Settings) -> None:
    assert built(own) == (None, None)
    train(own)
    index(own, "Oak Lamp")
    first = built(own)
    assert built(own) == first
    train(own)
    trained = built(own)
    index(own, "Elm Lamp")
    assert (trained[0] != first[0], trained[1]) == (True, first[1])
    assert (built(own)[0], built(own)[1] != first[1]) == (trained[0], True)


def test_the_versions_name_the_model_that_was_trained_and_what_the_index_was_built_from(own: Settings) -> None:
    train(own)
    os.utime(model_path(own), (0, 0))
    assert versions(own)["index"] == "none"
    index(own, "first")
    before = versions(own)
    assert before["model"] == f"{model_path(own).name} of 1970-01-01T00:00:00Z"
    index(own, "second")
    assert versions(own)["model"] == before["model"]
    assert versions(own)["index"] != before["index"]
