"""Columns that become specs."""

from collections.abc import Sequence

from retrieval.ingestion.guessing.column_values import Profile
from retrieval.ingestion.guessing.spec_columns import Taken, spec_columns
from retrieval.ingestion.rows.transforms import Transform


def specs(**columns: Sequence[object]) -> tuple[list[Taken], dict[str, str]]:
    return spec_columns({name: Profile(values, len(values)) for name, values in columns.items()})


def test_columns_keep_their_names_and_give_their_units_away() -> None:
    taken, unused = specs(colour=["red"], weight_g=["5"], check_in=["after 3"], waterproof=["ja", "nein"], grams=[5])
    assert unused == {}
    assert [(each.label, each.steps) for each in taken] == [
        ("colour", ()),
        ("weight", (Transform("measure", "g"),)),
        ("check in", ()),
        ("waterproof", (Transform("yes_no"),)),
        ("weight", (Transform("measure", "g"),)),
    ]


def test_a_unit_in_a_column_of_its_own_goes_to_the_value() -> None:
    taken, unused = specs(weight=[5], weight_unit=["kg"], lone_unit=["cm"])
    assert taken == [Taken("specs", ("weight", "weight_unit"), "weight", template="{weight} {weight_unit}")]
    assert list(unused) == ["lone_unit"]


def test_a_column_may_name_the_one_beside_it() -> None:
    taken, unused = specs(**{"Option1 Name": ["Size"], "Option1 Value": ["M"], "Option1 Linked To": ["x"]})
    assert taken == [Taken("specs", ("Option1 Value", "Option1 Name"), "{Option1 Name}")]
    assert list(unused) == ["Option1 Linked To"]


def test_cells_full_of_labels_are_spread() -> None:
    taken, _ = specs(additional_attributes=["color=Black,size=XS"], other=["{'a': 'b'}"], slogan=["a=b? never, ever"])
    assert [(each.label, each.steps) for each in taken] == [
        ("", (Transform("labels"),)), ("", (Transform("labels"),)), ("slogan", ()),
    ]  # fmt: skip
