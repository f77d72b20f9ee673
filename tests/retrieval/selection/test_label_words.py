"""What the labels of a catalogue are called."""

import pytest

from retrieval.index.catalogue import Catalogue
from retrieval.selection.label_words import LabelWords
from retrieval.values.value_index import LabelProfile, ValueIndex


@pytest.fixture(scope="module")
def labels(catalogue: Catalogue) -> LabelWords:
    return LabelWords(ValueIndex(catalogue.rows).labels.values())


def test_labels_that_say_whether_there_is_something_are_facilities(labels: LabelWords) -> None:
    assert {each.label for each in labels.facilities} == {"parking", "pets allowed", "good for kids"}
    assert labels.is_facility("parking")
    assert not labels.is_facility("area")


def test_a_facility_is_called_by_its_own_words_or_by_those_of_questions_about_it(labels: LabelWords) -> None:
    known = {each.label: each for each in labels.facilities}
    assert [sorted(words) for words in known["pets allowed"].own] == [["pet"]]
    assert "dog" in known["pets allowed"].others
    assert any({"kid", "child"} <= words for words in known["good for kids"].own)


def test_labels_are_known_by_their_names_and_by_what_counts_them(labels: LabelWords) -> None:
    assert "area" in labels.called("neighbourhood")
    assert list(labels.called("star")) == ["stars"]
    assert {"stars", "seats"} <= labels.numeric
    assert list(labels.measured_in("metre")) == ["length"]
    assert labels.is_name("lengths")
    assert not labels.is_name("zebra")


def test_what_is_of_one_thing_alone_is_told_apart() -> None:
    words = LabelWords([LabelProfile("address", 50, 40, 0, False), LabelProfile("area", 5, 0, 0, False)])
    assert words.is_of_one("address")
    assert not words.is_of_one("area")
    assert "address" not in words.numeric
