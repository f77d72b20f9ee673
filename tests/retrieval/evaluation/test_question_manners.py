"""Slips of the finger, and texts as recognition writes them."""

import random

import pytest

from retrieval.evaluation.question_manners import as_heard, misspelt, number_in_words


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("How heavy is the IPX4?", "how heavy is the I P X four"),
        ("the SBV-40S", "the S B V forty S"),
        ("a 500ml cup, 1.5 kg", "a five hundred millilitres cup one point five kg"),
        ("Falcon Book 14", "falcon book fourteen"),
        ("the iphone15", "the iphone fifteen"),
        ("don't", "don't"),
        ("", ""),
    ],
)
def test_recognition_writes_no_signs_and_no_digits(written: str, heard: str) -> None:
    assert as_heard(written) == heard


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "zero"),
        ("7", "seven"),
        ("21", "twenty one"),
        ("305", "three hundred and five"),
        ("400", "four hundred"),
        ("1905", "nineteen oh five"),
        ("1920", "nineteen twenty"),
        ("1800", "eighteen hundred"),
        ("2007", "two thousand seven"),
        ("3,000", "three thousand"),
        ("60320", "six zero three two zero"),
        ("2.50", "two point five zero"),
        ("007", "zero zero seven"),
    ],
)
def test_numbers_are_said_as_people_say_them(digits: str, said: str) -> None:
    assert number_in_words(digits) == said


def test_a_slip_changes_one_longer_word_and_makes_no_other_word() -> None:
    for seed in range(50):
        slipped = misspelt("the Robin Vacuum", random.Random(seed), {"robinn", "vacum"}.__contains__)
        first, *rest = slipped.split()
        assert (first, len(rest)) == ("the", 2)
        assert sum(word not in ("Robin", "Vacuum") for word in rest) == 1
        assert not {"robinn", "vacum"} & set(slipped.lower().split())


def test_what_cannot_be_misspelt_stays() -> None:
    assert misspelt("a cup", random.Random(1), lambda _: False) == "a cup"
    assert misspelt("the kettle", random.Random(1), lambda _: True) == "the kettle"
