"""Lookup tables and synonyms as Rasa gives them to its components."""

from typing import Any

from rasa.nlu.utils.pattern_utils import read_lookup_table_file
from rasa.shared.nlu.training_data.training_data import TrainingData


def table_entries(table: dict[str, Any]) -> list[str]:
    """The entries of a lookup table, which Rasa gives as a list or as a file with one a line."""
    elements = table["elements"]
    return list(elements if isinstance(elements, list) else read_lookup_table_file(elements))


def tables_of(training_data: TrainingData) -> dict[str, list[str]]:
    """The entries of each table; Rasa leaves the tables of one name in several files apart."""
    tables: dict[str, list[str]] = {}
    for table in training_data.lookup_tables:
        tables.setdefault(table["name"], []).extend(table_entries(table))
    return tables


def synonyms_of(training_data: TrainingData) -> dict[str, str]:
    """Return what is said, with its value as a text; Rasa leaves it a number where the examples have one."""
    return {said: str(meant) for said, meant in training_data.entity_synonyms.items()}
