"""What is wanted to have more or less than what was shown."""

import pytest

from dialogue.discourse.comparing import compared_in
from retrieval.question import Comparison


@pytest.mark.parametrize(
    ("text", "ranks"),
    [
        ("something cheaper", "something cheaper"),
        ("do you have anything lighter?", "something lighter"),
        ("a bit bigger please", "something bigger"),
        ("a more powerful one", "something more powerful"),
        ("cheaper", "something cheaper"),
        ("Cheaper ones please", "something cheaper"),
        ("that is too much", "something cheaper"),
        ("it's over my budget", "something cheaper"),
    ],
)
def test_more_or_less_is_wanted(text: str, ranks: str) -> None:
    assert compared_in(text) == Comparison(ranks, is_opposite=False)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("that is too expensive", "more expensive"),
        ("too heavy", "heavier"),
        ("it's too big for me", "bigger"),
        ("something less noisy", "noisier"),
        ("one that is not so large", "larger"),
    ],
)
def test_too_much_of_it_is_wanted_the_other_way_round(text: str, form: str) -> None:
    compared = compared_in(text)
    assert compared is not None
    assert compared.is_opposite
    assert form in compared.text


@pytest.mark.parametrize(
    "text",
    [
        "a toaster",
        "a printer please",
        "is it cheaper than the mini",
        "any other",
        "that is too late",
        "how heavy is it",
    ],
)
def test_other_turns_compare_nothing(text: str) -> None:
    assert compared_in(text) is None
