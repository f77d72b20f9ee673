"""Lookup tables and synonyms, however Rasa gives them."""

from pathlib import Path

import pytest

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.tables import synonyms_of, table_entries, tables_of

pytestmark = pytest.mark.heavy


def test_a_table_is_a_list_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cities.txt"
    file.write_text("Rome\nNew York\n", "utf-8")
    assert table_entries({"name": "city", "elements": ["Rome", "New York"]}) == ["Rome", "New York"]
    assert table_entries({"name": "city", "elements": str(file)}) == ["Rome", "New York"]


def test_tables_of_one_name_are_joined_in_their_order() -> None:
    tables = [("city", ["Rome"]), ("brand", ["Lark"]), ("city", ["Oslo", "Rome"])]
    data = TrainingData(lookup_tables=[{"name": name, "elements": entries} for name, entries in tables])
    assert tables_of(data) == {"city": ["Rome", "Oslo", "Rome"], "brand": ["Lark"]}
    assert tables_of(TrainingData()) == {}


def test_a_synonym_s_value_is_a_text() -> None:
    data = TrainingData(entity_synonyms={"high five": 5, "the big apple": "New York"})
    assert synonyms_of(data) == {"high five": "5", "the big apple": "New York"}
