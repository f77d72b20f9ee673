"""Entries of lookup tables inside those of others."""

from pathlib import Path

import pytest

from nlu.data.examples import Listed, Listing, NluData, Place
from nlu.validation.overlaps import overlapping_entries

FILE = Path("nlu.yml")


def table(name: str, line: int, *entries: str) -> Listing:
    items = tuple(Listed(entry, Place(FILE, line + number)) for number, entry in enumerate(entries, 1))
    return Listing("lookup", name, items, Place(FILE, line))


COFFEE = NluData(
    listings=(
        table("size", 1, "small", "Medium"),
        table("roast", 10, "light roast", "medium roast", "medium dark roast"),
        Listing("synonym", "small", (Listed("small roast", Place(FILE, 30)),), Place(FILE, 30)),
    )
)


def test_an_entry_inside_another_tables_is_told_once_for_both_tables() -> None:
    (finding,) = overlapping_entries(COFFEE, ["RegexEntityExtractor"])
    assert (finding.severity, finding.kind, finding.place) == ("warning", "overlapping-entries", Place(FILE, 3))
    assert (
        finding.message == "'Medium' of the table size is inside 'medium roast' of the table roast, and so are 1 more"
    )
    assert "SoundAlikeEntityExtractor" in finding.cure
    assert [listed.text for listed in finding.also] == ["roast: medium roast", "roast: medium dark roast"]


@pytest.mark.parametrize(
    "pipeline",
    [["RegexEntityExtractor", "nlu.components.sound_alike.SoundAlikeEntityExtractor"], ["WhitespaceTokenizer"]],
)
def test_it_is_a_hint_where_the_part_is_dropped_or_not_looked_for(pipeline: list[str]) -> None:
    (finding,) = overlapping_entries(COFFEE, pipeline)
    assert finding.severity == "hint"
    assert "annotate" in finding.cure


def test_words_within_words_entries_of_one_table_and_equal_entries_are_no_overlap() -> None:
    data = NluData(
        listings=(table("drink", 1, "tea", "green tea"), table("food", 5, "steak", "tea"), table("word", 9, "ea"))
    )
    assert [finding.message for finding in overlapping_entries(data, [])] == [
        "'tea' of the table food is inside 'green tea' of the table drink"
    ]
