"""Reading turns: what scores mean, and with the real encoder, turns about a catalogue that nobody has seen."""

import pytest
import torch

from nlu.encoder.sentence_encoder import MiniLMEncoder
from retrieval.reading.network import NetworkShape, ReaderNetwork, Scores
from retrieval.reading.reader import Reader, reading_of
from retrieval.reading.reading import NOTHING, Act, Operator, Reading, Reference
from retrieval.reading.schema import EncodedSchema, EncodedText, Label, encode_schema, encoded_text
from tests.retrieval.toy_words import WIDTH, WordHashEncoder

ENCODER = WordHashEncoder()
COLOUR, PARKING, PRICE = (
    Label("colour", values=("Red", "Navy Blue")),
    Label("parking", values=("yes", "no")),
    Label("price"),
)
SURE, NEVER = 9.0, -9.0


def turn_of(text: str) -> EncodedText:
    return encoded_text(text, *ENCODER.encode_all([text]))


def no_scores(labels: int, words: int) -> Scores:
    """Scores by which a turn means nothing."""
    operators = torch.full((1, labels, 1 + len(Operator)), NEVER)
    operators[..., 0] = SURE
    return Scores(
        torch.full((1, len(Act)), NEVER),
        torch.full((1, len(Reference)), NEVER),
        torch.full((1, labels), NEVER),
        operators,
        torch.full((1, labels, words), NEVER),
        torch.full((1, labels, words), NEVER),
        torch.full((1, labels, 2), NEVER),
    )


def wish_for(scores: Scores, label: int, operator: Operator) -> None:
    scores.operators[0, label, 0] = NEVER
    scores.operators[0, label, 1 + list(Operator).index(operator)] = SURE


def read(scores: Scores, text: str) -> Reading:
    return reading_of(scores, 0, text, turn_of(text), encode_schema([COLOUR, PARKING, PRICE], ENCODER).labels)


def test_scores_below_one_half_mean_nothing() -> None:
    assert read(no_scores(3, 2), "hello there") == NOTHING


def test_words_inside_are_the_value_as_the_schema_writes_it() -> None:
    scores = no_scores(3, 3)
    wish_for(scores, 0, Operator.NOT)
    scores.inside[0, 0, 1:] = SURE
    (wish,) = read(scores, "not navy blue").wishes
    assert (wish.label, wish.operator, wish.value, wish.span) == ("colour", Operator.NOT, "Navy Blue", (4, 13))


def test_two_values_side_by_side_are_parted_where_one_begins() -> None:
    scores = no_scores(3, 2)
    wish_for(scores, 0, Operator.IS)
    scores.inside[0, 0] = scores.begins[0, 0] = SURE
    assert [wish.value for wish in read(scores, "red green").wishes] == ["Red", "green"]


def test_without_words_inside_the_best_value_counts() -> None:
    scores = no_scores(3, 3)
    wish_for(scores, 1, Operator.IS)
    scores.inside[0, 1] = SURE  # of yes and no, no words are the value
    scores.values[0, 1, 1] = SURE
    (wish,) = read(scores, "without a car").wishes
    assert (wish.label, wish.value, wish.span) == ("parking", "no", None)


def test_a_value_in_words_of_another_label_is_not_wished_twice() -> None:
    scores = no_scores(3, 1)
    wish_for(scores, 0, Operator.IS)
    wish_for(scores, 2, Operator.IS)
    scores.values[0, 0, 0] = SURE
    scores.inside[0, 2, 0] = SURE
    assert [wish.label for wish in read(scores, "red").wishes] == ["price"]


@pytest.mark.parametrize(
    ("before", "operator"),
    [
        ("under", Operator.AT_MOST),
        ("No more than about", Operator.AT_MOST),
        ("at least", Operator.AT_LEAST),
        ("for", Operator.IS),
    ],
)
def test_words_before_a_number_set_its_limit(before: str, operator: Operator) -> None:
    text = f"{before} 60 dollars"
    words = len(text.split())
    scores = no_scores(3, words)
    wish_for(scores, 2, Operator.IS)
    scores.inside[0, 2, words - 2 :] = SURE
    (wish,) = read(scores, text).wishes
    assert (wish.operator, wish.value) == (operator, "60 dollars")


def test_an_operator_without_value_has_none() -> None:
    scores = no_scores(3, 2)
    wish_for(scores, 2, Operator.LEAST)
    scores.inside[0, 2] = SURE
    (wish,) = read(scores, "the cheapest").wishes
    assert (wish.label, wish.operator, wish.value, wish.span) == ("price", Operator.LEAST, "", None)


def test_a_turn_without_words_means_nothing() -> None:
    network = ReaderNetwork(NetworkShape(encoder_width=2 * WIDTH, width=16, heads=2, layers=1))
    assert Reader(network, ENCODER).read("  ", "Hello", encode_schema([PRICE], ENCODER)) == NOTHING


@pytest.fixture(scope="module")
def real() -> tuple[Reader, EncodedSchema]:
    encoder = MiniLMEncoder.shared()
    labels = [
        Label("Item Weight", values=("1.3 kg", "900 g")),
        Label("Finish", values=("matt black", "walnut", "white")),
        Label("Guarantee", values=("2 years",)),
        Label("List price", values=("$40", "$129.50")),
        Label("Dimmable", values=("yes", "no")),
    ]
    return Reader.load(encoder), encode_schema(labels, encoder)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("text", "asked"),
    [("how heavy is it", "Item Weight"), ("what does it cost", "List price"), ("can I dim it?", "Dimmable")],
)
def test_labels_are_found_that_the_turn_does_not_name(
    real: tuple[Reader, EncodedSchema], text: str, asked: str
) -> None:
    reader, schema = real
    reading = reader.read(text, "How about the Solis lamp?", schema)
    assert list(reading.asked) == [asked]
    assert set(reading.acts) == {Act.ASK}


@pytest.mark.heavy
def test_wishes_have_their_operators(real: tuple[Reader, EncodedSchema]) -> None:
    reader, schema = real
    reading = reader.read("I'm looking for a lamp in walnut under 60 dollars", "", schema)
    found = {(wish.label, wish.operator, wish.value) for wish in reading.wishes}
    assert ("Finish", Operator.IS, "walnut") in found
    assert ("List price", Operator.AT_MOST, "60 dollars") in found
    assert set(reading.acts) == {Act.FIND}


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("text", "act"),
    [("let me talk to a person", Act.PERSON), ("anything else?", Act.ANOTHER), ("thanks a lot", Act.THANKS)],
)
def test_acts_need_no_label(real: tuple[Reader, EncodedSchema], text: str, act: Act) -> None:
    reader, schema = real
    assert act in reader.read(text, "How about the Solis lamp?", schema).acts


@pytest.mark.heavy
def test_what_is_pointed_at_is_found(real: tuple[Reader, EncodedSchema]) -> None:
    reader, schema = real
    reading = reader.read("what does the second one weigh", "We have the Solis and the Luna.", schema)
    assert set(reading.references) == {Reference.PLACE}


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("not red", Operator.NOT),
        ("anything but red", Operator.NOT),
        ("about red", Operator.IS),
        ("don't red", Operator.NOT),
    ],
)
def test_nothing_is_excluded_without_a_word_that_does(text: str, operator: Operator) -> None:
    scores = no_scores(3, len(turn_of(text).words))
    wish_for(scores, 0, Operator.NOT)
    scores.inside[0, 0, -1] = SURE
    (wish,) = read(scores, text).wishes
    assert (wish.value, wish.operator) == ("Red", operator)
