"""The network: its scores do not depend on padding, on the turns beside, or on the order of the labels."""

import torch

from retrieval.reading.network import MOST_REPLY_WORDS, MOST_WORDS, NetworkShape, ReaderNetwork, Scores
from retrieval.reading.reader import Inputs, padded
from retrieval.reading.reading import Act, Operator, Reference
from retrieval.reading.schema import Label, encode_schema, encoded_text
from tests.retrieval.toy_words import WIDTH, WordHashEncoder

ENCODER = WordHashEncoder()
LABELS = [Label("colour", "Shade of it", ("red", "blue")), Label("price"), Label("weight", values=("2 kg",))]
SHAPE = NetworkShape(encoder_width=2 * WIDTH, width=32, heads=2, layers=2)


def network() -> ReaderNetwork:
    torch.manual_seed(1)
    made = ReaderNetwork(SHAPE).eval()
    for parameter in made.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return made


def inputs(text: str, reply: str, labels: list[Label]) -> Inputs:
    turn, before = (encoded_text(each, *ENCODER.encode_all([each])) for each in (text, reply))
    return Inputs.of(turn, before, encode_schema(labels, ENCODER))


def scores(*turns: Inputs) -> Scores:
    with torch.inference_mode():
        found: Scores = network()(padded(turns))
    return found


def test_a_turn_is_read_alike_alone_and_beside_longer_ones() -> None:
    short = inputs("red please", "Which colour?", LABELS[:2])
    long = inputs("what is the weight of the third one and its price", "There are three of them, or four.", LABELS)
    alone, beside = scores(short), scores(long, short)
    assert torch.allclose(alone.acts[0], beside.acts[1], atol=1e-5)
    assert torch.allclose(alone.asked[0], beside.asked[1, :2], atol=1e-5)
    assert torch.allclose(alone.inside[0], beside.inside[1, :2, :2], atol=1e-5)
    assert torch.allclose(alone.values[0, :, :2], beside.values[1, :2, :2], atol=1e-5)


def test_the_order_of_the_labels_does_not_matter() -> None:
    forward, backward = scores(inputs("the price", "", LABELS)), scores(inputs("the price", "", LABELS[::-1]))
    assert torch.allclose(forward.asked[0], backward.asked[0].flip(0), atol=1e-5)
    assert torch.allclose(forward.acts, backward.acts, atol=1e-5)


def test_the_reply_matters() -> None:
    after, before = scores(inputs("red", "Which colour?", LABELS)), scores(inputs("red", "", LABELS))
    assert not torch.allclose(after.acts, before.acts, atol=1e-4)


def test_there_is_a_score_for_every_name() -> None:
    found = scores(inputs("red", "", LABELS))
    assert found.acts.shape == (1, len(Act))
    assert found.references.shape == (1, len(Reference))
    assert found.operators.shape == (1, 3, 1 + len(Operator))


def test_long_turns_and_replies_are_cut() -> None:
    cut = inputs("red " * 100, "blue " * 100 + "end", LABELS)
    assert len(cut.turn.words) == MOST_WORDS
    assert len(cut.reply.words) == MOST_REPLY_WORDS
    assert cut.reply.words[-1] == "end"
    assert scores(cut).inside.shape == (1, 3, MOST_WORDS)
