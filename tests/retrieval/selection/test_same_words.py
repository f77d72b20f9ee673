"""Words that mean the same."""

from retrieval.selection.same_words import thesaurus
from retrieval.values.value_keys import value_key


def test_a_kind_is_known_by_its_other_words() -> None:
    (stay, *_) = thesaurus().kinds[value_key("place to stay")]
    assert value_key("hotels") in stay.keys
    assert {"place", "stay"} <= thesaurus().kind_words


def test_some_words_mean_the_same_under_certain_labels_only() -> None:
    (cheap, *_) = thesaurus().values["low"]
    assert "cheap" in cheap.keys
    assert cheap.are_under("price_range")
    assert not cheap.are_under("light")
    (centre, *_) = thesaurus().values["downtown"]
    assert centre.are_under("area")


def test_a_word_of_several_lists_has_them_in_their_order() -> None:
    assert ["cheap" in group.keys for group in thesaurus().values["premium"]] == [False, False]
