"""Training: a network learns a handful of turns by heart, from vectors that were kept on disk."""

from pathlib import Path

import pytest

from benchmarks.reader_training import Lessons, TrainingOptions, item_of, train
from benchmarks.reader_turns import Example, Wanted
from benchmarks.reader_vectors import KeptVectors
from retrieval.reading.network import NetworkShape
from retrieval.reading.reader import Reader
from retrieval.reading.reading import Act, Operator
from retrieval.reading.schema import Label, encode_labels, encode_schema
from tests.retrieval.toy_words import WIDTH, WordHashEncoder

LABELS = (Label("colour", values=("red", "blue")), Label("weight"))
EXAMPLES = [
    Example("mugs", "", "how heavy is it", frozenset({Act.ASK}), frozenset({"weight"}), ()),
    Example("mugs", "Which?", "a red mug", frozenset({Act.FIND}), frozenset(),
            (Wanted("colour", Operator.IS, "red", (2, 5)),)),
    Example("mugs", "Anything else?", "thanks", frozenset({Act.THANKS}), frozenset(), ()),
]  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> KeptVectors:
    texts = [text for example in EXAMPLES for text in (example.text, example.reply)]
    KeptVectors.of(texts, WordHashEncoder(), tmp_path)
    return KeptVectors.of([*texts, "colour", "weight", "red", "blue", "color"], WordHashEncoder(), tmp_path)


def test_vectors_are_kept_as_they_were(kept: KeptVectors) -> None:
    (before,), (after,) = (encoder.encode_all(["a red mug"]) for encoder in (WordHashEncoder(), kept))
    assert after.word_spans == before.word_spans
    assert abs(after.word_vectors - before.word_vectors).max() < 0.01
    assert not kept.encode_all([""])[0].word_spans


def test_a_text_that_was_not_kept_is_named(kept: KeptVectors) -> None:
    with pytest.raises(KeyError, match="green"):
        kept.encode_all(["green"])


def test_labels_that_are_named_otherwise_are_still_right(kept: KeptVectors) -> None:
    schema = encode_schema([Label("color", values=("blue", "red")), LABELS[1]], kept)
    targets = item_of(EXAMPLES[1], schema, kept, {"colour": "color"}).targets
    assert targets["operators"].tolist() == [1 + list(Operator).index(Operator.IS), 0]
    assert targets["inside"].tolist() == [[0, 1, 0], [0, 0, 0]]
    assert targets["values"].tolist() == [1, -1]


def test_a_network_learns_turns_by_heart(kept: KeptVectors) -> None:
    options = TrainingOptions(epochs=60, batch=3, rate=5e-3, strange_labels=0, dropped_labels=0)
    lessons = Lessons(EXAMPLES, {"mugs": [encode_labels(LABELS, kept)]}, kept, options)
    reader = Reader(train(lessons, options, NetworkShape(2 * WIDTH, 32, 2, 1, 0.0)), kept)
    schema = encode_schema(LABELS, kept)
    for example in EXAMPLES:
        reading = reader.read(example.text, example.reply, schema)
        assert set(reading.acts) & example.known_acts == example.acts
        assert set(reading.asked) == example.asked
        assert [(wish.label, wish.value) for wish in reading.wishes] == [(w.label, w.value) for w in example.wanted]
