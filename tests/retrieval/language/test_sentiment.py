"""Praise and complaints."""

import math

import pytest

from retrieval.language.sentiment import CHOSEN, polarity, shipped, signs_of


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("The battery is astonishing.", 1),
        ("It broke after a week.", -1),
        ("It is not good.", -1),
        ("It isn’t worth the money.", -1),
        ("I have no problem with it.", 1),
        ("", 0),
        ("12 345", 0),
    ],
)
def test_tells_praise_from_complaint(sentence: str, sign: int) -> None:
    found = polarity(sentence)
    assert (found > 0) - (found < 0) == sign
    assert -1 <= found <= 1


@pytest.mark.parametrize(
    ("sentence", "about", "sign"),
    [
        ("Great sound, but the remote is flimsy.", "sound", 1),
        ("Great sound, but the remote is flimsy.", "remote", -1),
        ("The screens are sharp and smooth. The speaker sounds tinny.", "screen", 1),
        ("The screens are sharp and smooth. The speaker sounds tinny.", "speaker", -1),
    ],
)
def test_of_two_things_each_has_its_own_praise_or_complaint(sentence: str, about: str, sign: int) -> None:
    assert polarity(sentence, {about}) * sign > 0


def test_a_negation_turns_round_the_next_words_of_its_part_of_the_sentence() -> None:
    signs = signs_of("not one good and fine old phone, nice")
    assert [signs[word] for word in ("one", "good", "fine", "old", "nice")] == [-1, -1, -1, 1, 1]
    assert signs[CHOSEN] == -1 - 1 + 1
    assert signs_of("never good but nice")["nice"] == 1


def test_words_count_less_far_from_the_thing_and_not_at_all_in_another_clause_nor_does_its_name() -> None:
    signs = signs_of("the screen is good though heavy", {"screen"})
    assert signs["screen"] == 0
    assert signs["good"] == pytest.approx(1 / (1 + 2 / 6))
    assert signs["heavy"] == 0
    assert signs_of("good", {"screen"}) == signs_of("good")


def test_other_words_may_count() -> None:
    assert polarity("a b", counts={"a": 1.0}) == pytest.approx(math.tanh(1 / math.sqrt(2)))
    assert polarity("c", counts={"a": 1.0}) == 0


def test_words_chosen_by_hand_count_beside_those_learnt() -> None:
    assert shipped()[CHOSEN] > 0
    assert polarity("superb", counts={CHOSEN: 1.0}) > 0 > polarity("shoddy and flimsy", counts={CHOSEN: 1.0})
