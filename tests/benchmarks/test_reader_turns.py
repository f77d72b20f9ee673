"""Turns of the Schema-Guided Dialogue set as examples: acts of all services of a turn, and where values stand."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.reader_turns import Example, Wanted, joined, normal, read_sgd, sampled, span_of
from retrieval.reading.reading import Act, Operator

SERVICE = {
    "service_name": "Mugs_1",
    "slots": [
        {"name": "colour", "description": "Shade", "is_categorical": False, "possible_values": []},
        {"name": "rooms", "description": "", "is_categorical": True, "possible_values": ["1", "2"]},
    ],
    "intents": [{"name": "Find", "is_transactional": False}, {"name": "Buy", "is_transactional": True}],
}
TURN: dict[str, Any] = {
    "dialogue": "1", "service": "Mugs_1", "system": "Which?", "offered": {"colour": ["red"]},
    "user": "Two rooms, any colour",
    "acts": [["INFORM", "rooms", "2"], ["INFORM", "colour", "dontcare"], ["INFORM_INTENT", "intent", "Buy"]],
}  # fmt: skip


def written(folder: Path, *turns: dict[str, Any]) -> Path:
    (folder / "schema.json").write_text(json.dumps([SERVICE]), encoding="utf-8")
    with gzip.open(folder / "turns.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(turn) + "\n" for turn in turns)
    return folder


def only_example(folder: Path, turn: dict[str, Any]) -> Example:
    (example,) = read_sgd(written(folder, turn)).examples
    return example


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path, TURN, TURN | {"acts": [["SELECT", "", ""], ["REQUEST", "colour", ""]]})


def test_acts_of_one_turn_are_joined_and_labels_are_not(folder: Path) -> None:
    first, second = read_sgd(folder).examples
    assert first.acts == second.acts == {Act.FIND, Act.CHOOSE, Act.ASK}
    assert not first.asked
    assert second.asked == {"colour"}
    assert first.wanted == (Wanted("rooms", Operator.IS, "2", (0, 3)), Wanted("colour", Operator.ANY, ""))


def test_open_values_are_those_that_were_told(folder: Path) -> None:
    colour, rooms = read_sgd(folder).schemas["Mugs_1"]
    assert (colour.values, rooms.values) == (("red",), ("1", "2"))


def test_a_sample_has_each_turn_once(folder: Path) -> None:
    example = read_sgd(folder).examples[0]
    assert sampled([example, example], ["Mugs_1", "Bowls_1"], 5) == [example]


@pytest.mark.parametrize(
    ("text", "value", "span"),
    [("in Santa Clara.", "santa clara", (3, 14)), ("for two", "2", (4, 7)), ("a scar", "car", None), ("", "x", None)],
)
def test_a_value_stands_in_a_text_as_whole_words(text: str, value: str, span: tuple[int, int] | None) -> None:
    assert span_of(text, value) == span


def test_values_are_compared_without_articles() -> None:
    assert normal("the 5th") == normal("5th")
    assert normal("The Two") == "2"


def test_pieces_keep_the_place_of_their_values() -> None:
    text, (wanted,) = joined([("in ", None), ("red", Wanted("colour", Operator.IS, "red"))])
    assert text[slice(*wanted.span or (0, 0))] == "red"


def test_an_example_knows_all_acts_of_the_set() -> None:
    example = Example("", "", "", frozenset(), frozenset(), ())
    assert Act.PERSON in example.known_acts
    assert Act.REFINE not in example.known_acts


@pytest.mark.parametrize(("offered", "act"), [({}, Act.FIND), ({"colour": ["red"]}, Act.CHOOSE)])
def test_whoever_books_takes_an_offer_or_begins_a_search(
    tmp_path: Path, offered: dict[str, list[str]], act: Act
) -> None:
    example = only_example(tmp_path, TURN | {"offered": offered, "acts": [["INFORM_INTENT", "intent", "Buy"]]})
    assert example.acts == {act}


def test_an_intent_that_asks_for_one_label_is_a_question(tmp_path: Path) -> None:
    example = only_example(tmp_path, TURN | {"acts": [["INFORM_INTENT", "intent", "CheckBalance"]]})
    assert example.acts == {Act.ASK}
    assert example.asked == {"balance"}
