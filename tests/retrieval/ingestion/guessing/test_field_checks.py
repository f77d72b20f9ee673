"""Whether values fit a field."""

import pytest

from retrieval.ingestion.guessing.column_values import Profile
from retrieval.ingestion.guessing.field_checks import FITS


@pytest.mark.parametrize(
    ("field", "fits", "fits_not"),
    [
        ("name", ["Mug", "Cup 2"], ["1", "2"]),
        ("brand", ["Oak"], ["https://oak.example"]),
        ("category", [["A", "B"]], ["simple", "variable"]),
        ("price", ["5", "on request"], ["red", "blue"]),
        ("stock", ["3", ">10", "0"], ["0", "1", "0"]),
        ("availability", ["1", "0"], ["red", "blue"]),
        ("rating", ["4.5", "3"], ["8.5", "9"]),
        ("rating", ["4.5 out of 5 stars"], ["superb"]),
        ("currency", ["EUR"], ["12.50"]),
        ("question", ["Why?"], ["1", "2"]),
    ],
)
def test_values_fit_or_not(field: str, fits: list[object], fits_not: list[object]) -> None:
    assert FITS[field](Profile(fits, len(fits)))
    assert not FITS[field](Profile(fits_not, len(fits_not)))
