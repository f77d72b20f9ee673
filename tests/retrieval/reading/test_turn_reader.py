"""Reading turns against a catalogue: its labels with samples, encoded once, and turns remembered."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import pytest

from retrieval.reading.reading import Act, Reading, TurnReading
from retrieval.reading.schema import EncodedSchema, Label, encode_schema
from retrieval.reading.turn_reader import END_OF_REPLY, LONGEST_SAMPLE, MOST_SAMPLES, TurnReader, labels_of
from tests.retrieval.toy_words import WordHashEncoder

Fact = tuple[str, str, str]


class Thanked:
    """A reader for which every turn is thanks; it counts what it is asked."""

    def __init__(self) -> None:
        self.encoded: list[Sequence[Label]] = []
        self.turns: list[tuple[str, str]] = []

    def schema(self, labels: Sequence[Label]) -> EncodedSchema:
        self.encoded.append(labels)
        return encode_schema(labels, WordHashEncoder())

    def read(self, text: str, previous_reply: str, schema: EncodedSchema) -> Reading:
        self.turns.append((text, previous_reply))
        return Reading({Act.THANKS: 1.0}, {}, (), {})


def labels_in(facts: Sequence[Fact], brands: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """The labels of a catalogue of these facts (product, label, text)."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE facts (document_id TEXT, label TEXT, text TEXT)")
    connection.execute("CREATE TABLE documents (id TEXT, kind TEXT, brand TEXT)")
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", facts)
    connection.executemany("INSERT INTO documents VALUES (?, 'product', '')", {(fact[0],) for fact in facts})
    connection.executemany("INSERT INTO documents VALUES ('b' || ?1, 'product', ?1)", [(brand,) for brand in brands])

    def rows(sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        return connection.execute(sql, parameters).fetchall()

    return {label.name: label.values for label in labels_of(rows)}


def test_values_that_most_products_have_come_first() -> None:
    facts = [("p1", "area", "west"), ("p2", "area", "east"), ("p3", "area", "east")]
    assert labels_in(facts) == {"area": ("east", "west")}


def test_labels_that_most_products_have_come_first() -> None:
    facts = [("p1", "pets", "yes"), ("p1", "area", "west"), ("p2", "area", "east")]
    assert list(labels_in(facts)) == ["area", "pets"]


def test_each_value_of_a_cell_that_lists_some_is_a_sample() -> None:
    assert labels_in([("p1", "colours", "navy blue, red and white")]) == {"colours": ("navy blue", "red", "white")}


def test_a_sentence_is_no_sample_and_its_label_counts() -> None:
    assert labels_in([("p1", "care", "x" * (LONGEST_SAMPLE + 1))]) == {"care": ()}


def test_values_that_differ_for_each_product_have_fewer_samples() -> None:
    phones = [(f"p{number}", "phone", f"0{number}") for number in range(99)]
    areas = [(f"p{number}", "area", f"area {number % 33}") for number in range(99)]
    samples = labels_in([*phones, *areas])
    assert len(samples["phone"]) < len(samples["area"]) == MOST_SAMPLES


def test_brands_are_a_label() -> None:
    assert labels_in([("p1", "area", "west")], ["Lark", "Oak"])["brand"] == ("Lark", "Oak")


def test_labels_are_encoded_once_and_turns_read_once() -> None:
    reader = Thanked()
    turns = TurnReader(reader, [Label("area")])
    read = [turns.read("thanks", reply) for reply in ("Here.", "Here.", "There.")]
    assert read == [TurnReading(Reading({Act.THANKS: 1.0}, {}, (), {}), frozenset({"area"}))] * 3
    assert (len(reader.encoded), reader.turns) == (1, [("thanks", "Here."), ("thanks", "There.")])


def test_a_catalogue_without_labels_reads_nothing() -> None:
    reader = Thanked()
    assert TurnReader(reader, []).read("thanks") == TurnReading()
    assert not reader.turns


@pytest.mark.parametrize("reply", ["word " * END_OF_REPLY, "x" * END_OF_REPLY])
def test_of_a_long_reply_the_end_is_read_in_whole_words(reply: str) -> None:
    reader = Thanked()
    TurnReader(reader, [Label("area")]).read("thanks", reply)
    ((_, read),) = reader.turns
    assert len(read) <= END_OF_REPLY
    assert reply.endswith(read)
    assert set(read.split()) <= set(reply.split())
