"""The classifier over general examples, with the real encoder."""

import pytest

from dialogue.patterns.names import OTHER, STEERING
from dialogue.patterns.recognizer import PatternRecognizer, general_examples
from nlu.encoder.sentence_encoder import MiniLMEncoder

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder.shared()


@pytest.fixture(scope="module")
def recognizer(encoder: MiniLMEncoder) -> PatternRecognizer:
    return PatternRecognizer.load(encoder)


def test_what_ships_is_what_the_examples_teach(encoder: MiniLMEncoder, recognizer: PatternRecognizer) -> None:
    learnt = PatternRecognizer.learnt(encoder)
    for text in ("forget it, leave that", "put me through to someone", "what does the red one cost", "pardon?"):
        shipped, new = recognizer.likeness(encoder.encode(text)), learnt.likeness(encoder.encode(text))
        assert shipped.pattern == new.pattern
        assert shipped.probability == pytest.approx(new.probability, abs=0.01)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("could you connect me with one of your colleagues", "person"),
        ("I have lost the paper with that number", "cannot_answer"),
        ("would you say that one more time", "repeat"),
        ("drop it, I changed my mind", "cancel"),
        ("let us begin from scratch", "start_over"),
        ("this conversation is a waste of my time", "complaint"),
        ("how much does a ticket to Leeds cost", OTHER),
        ("does the red kettle come in a smaller size", OTHER),
        ("book a table for four on Friday", OTHER),
    ],
)
def test_sentences_that_are_no_examples_are_read(
    text: str, pattern: str, encoder: MiniLMEncoder, recognizer: PatternRecognizer
) -> None:
    assert text.lower() not in {example.lower() for examples in general_examples().values() for example in examples}
    likeness = recognizer.likeness(encoder.encode(text))
    assert likeness.pattern == pattern
    assert 0 < likeness.probability <= 1


def test_every_pattern_that_steers_has_examples() -> None:
    assert set(general_examples()) >= STEERING
    assert all(len(set(texts)) == len(texts) >= 5 for texts in general_examples().values())
