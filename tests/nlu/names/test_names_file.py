"""Catalogues of names on disk."""

from pathlib import Path

import pytest

from nlu.errors import WeightsError
from nlu.names.names_file import NAMES_FILE, Catalogues, read_catalogues, write_catalogues
from nlu.names.sound_index import CatalogueName

CATALOGUES = Catalogues(
    {"product": [CatalogueName("Crème Kettle", ("kettle",), "p1"), CatalogueName("Pulse Buds 2", ())], "city": []},
    frozenset({"how", "much"}),
    {"product": 0.25},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_catalogues(tmp_path / "names", CATALOGUES)
    assert read_catalogues(tmp_path / "names") == CATALOGUES


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 3}',
        '{"format": 2, "names": {"a": [["b"]]}, "ordinary_words": [], "closed": {}}',
        '{"format": 2, "names": {}, "ordinary_words": []}',
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / NAMES_FILE).write_text(content)
    with pytest.raises(WeightsError, match=r"names\.json"):
        read_catalogues(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"names\.json"):
        read_catalogues(tmp_path)
