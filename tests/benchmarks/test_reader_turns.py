"""Turns of the Schema-Guided Dialogue set as examples: acts of all services of a turn, and where values stand."""

import gzip
import json
from pathlib import Path

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
TURN = {
    "dialogue": "1", "service": "Mugs_1", "system": "Which?", "offered": {"colour": ["red"]},
    "user": "Two rooms, any colour",
    "acts": [["INFORM", "rooms", "2"], ["INFORM", "colour", "dontcare"], ["INFORM_INTENT", "intent", "Buy"]],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.json").write_text(json.dumps([SERVICE]), encoding="utf-8")
    turns = [TURN, TURN | {"acts": [["SELECT", "", ""], ["REQUEST", "colour", ""]]}]
    with gzip.open(tmp_path / "turns.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(turn) + "\n" for turn in turns)
    return tmp_path


def test_acts_of_one_turn_are_joined_and_labels_are_not(folder: Path) -> None:
    first, second = read_sgd(folder).examples
    assert first.acts == second.acts == {Act.FIND, Act.ORDER, Act.CHOOSE, Act.ASK}
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
    assert Act.ORDER in example.known_acts
    assert Act.COMPARE not in example.known_acts
