"""What values are taken for, and what a project is told to add."""

from pathlib import Path

from asr.evaluation.acoustics import AS_RECORDED
from nlu.data.examples import Listed, Listing, NluData, Place
from server.evaluation.mishearings import Mishearing, advice, mishearings
from server.evaluation.spoken_commands import CommandResult, SpokenCommand, Stage

PLACE = Place(Path("nlu.yml"), 1)
TABLES = NluData(listings=(Listing("lookup", "drink", (Listed("mocha", PLACE), Listed("latte", PLACE)), PLACE),))


def heard(text: str, failed: Stage | None = Stage.HEARING, drink: str = "mocha") -> CommandResult:
    command = SpokenCommand(Path("a.wav"), "order", {"drink": (drink,)})
    return CommandResult(command, AS_RECORDED, text, "order", frozenset(), failed, 0.0)


def test_values_are_found_again_in_what_sounds_like_them() -> None:
    found = mishearings([heard("Give me a small moka."), heard("One moka please."), heard("I see")])
    assert found == [Mishearing("drink", "mocha", "moka", 2), Mishearing("drink", "mocha", "", 1)]


def test_only_what_was_misheard_counts() -> None:
    assert mishearings([heard("a moka", Stage.ENTITY), heard("a moka", None), heard("a mocha, in a cup")]) == []


def test_what_comes_again_and_again_is_worth_a_synonym() -> None:
    found = [
        Mishearing("drink", "mocha", "moka", 2),
        Mishearing("drink", "mocha", "marker", 1),
        Mishearing("drink", "mocha", "latte", 3),
        Mishearing("drink", "mocha", "", 4),
    ]
    assert advice(found, TABLES) == ["add `moka` to the synonyms of mocha: heard so 2 times"]


def test_a_value_that_the_training_data_lack_is_named() -> None:
    assert advice([Mishearing("drink", "ristretto", "", 1)], TABLES) == [
        "add `ristretto` to the lookup table drink: the training data have it nowhere"
    ]
