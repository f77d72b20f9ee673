"""What is trained and indexed from the settings."""

from pathlib import Path

import pytest

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from retrieval.errors import RetrievalError
from server.artifacts import index_folder
from server.bootstrap import open_knowledge
from server.building import build_index, forget, train
from server.settings import Settings, load_settings

PRODUCTS = """{"id": "a", "name": "Oak Desk Lamp", "description": "Shines."}
{"id": "b", "name": "Whole Milk", "description": "Fresh."}
"""
TAXONOMY = "1 - Furniture > Lamps\n2 - Food > Dairy\n"


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "products.jsonl").write_text(PRODUCTS, encoding="utf-8")
    flags = [f"paths.{name}={tmp_path / name}" for name in ("assistant", "knowledge", "build")]
    return load_settings(None, {"HEEDFUL_CONFIG": ""}, flags)


def test_the_assistant_of_the_settings_is_trained_unless_another_is_named(own: Settings, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=str(tmp_path / "assistant")):
        train(own)
    with pytest.raises(ProjectError, match=str(tmp_path / "other")):
        train(own, Project.at(tmp_path / "other"))


def test_a_taxonomy_that_cannot_be_read_is_reported_before_anything_is_indexed(own: Settings, tmp_path: Path) -> None:
    taxonomy = tmp_path / "taxonomy.txt"
    taxonomy.write_text("no number\n", encoding="utf-8")
    with pytest.raises(RetrievalError, match=str(taxonomy)):
        build_index(own, taxonomy=taxonomy)
    assert not index_folder(own).exists()


@pytest.mark.heavy
def test_the_knowledge_of_the_settings_is_indexed_placed_updated_and_forgotten(own: Settings, tmp_path: Path) -> None:
    taxonomy, more = tmp_path / "taxonomy.txt", tmp_path / "faq.jsonl"
    taxonomy.write_text(TAXONOMY, encoding="utf-8")
    more.write_text('{"id": "why", "question": "Why?", "answer": "Because."}\n', encoding="utf-8")
    assert build_index(own, taxonomy=taxonomy).index.documents == 2
    with open_knowledge(own) as (retriever, _):
        categories = {document.title: document.category for document in retriever.catalogue.documents("product")}
    assert categories == {"Oak Desk Lamp": "Furniture > Lamps", "Whole Milk": "Food > Dairy"}
    assert build_index(own, taxonomy=taxonomy).index.unchanged
    assert build_index(own, [more], update=True).index.documents == 3
    assert forget(own, ["product:b"]).documents == 2
    assert build_index(own, [more]).index.documents == 1
