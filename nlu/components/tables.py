"""Lookup tables as Rasa gives them to its components."""

from typing import Any

from rasa.nlu.utils.pattern_utils import read_lookup_table_file


def table_entries(table: dict[str, Any]) -> list[str]:
    """The entries of a lookup table, which Rasa gives as a list or as a file with one a line."""
    elements = table["elements"]
    return list(elements if isinstance(elements, list) else read_lookup_table_file(elements))
