"""Our heads trained without Rasa."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu.encoder import MiniLMEncoder
from nlu.evaluation import cross_validate, report
from nlu.examples import Example, Place
from nlu.frozen import ENTITY_HEAD, INTENT_HEAD, FrozenTrainer, RememberingEncoder, frozen_trainer
from nlu.markup import parse_markup
from nlu.options import EncoderOptions

pytestmark = pytest.mark.heavy

DATA = {
    "greet": ["hello", "hi there", "good morning", "hey", "good evening", "hello again"],
    "book": ["a flight to [Paris](city)", "fly to [Rome](city)", "book a trip to [London](city)"]
    + ["get me to [Madrid](city)", "i want to fly to [Oslo](city)", "a ticket to [Lisbon](city)"],
}
EXAMPLES = [
    Example(*parse_markup(text)[:1], intent, Place(Path("nlu.yml"), 1), parse_markup(text)[1])
    for intent, texts in DATA.items()
    for text in texts
]


@pytest.fixture(scope="module")
def remembering() -> RememberingEncoder:
    return RememberingEncoder.load(options=EncoderOptions())


def test_small_data_is_understood_in_cross_validation(remembering: RememberingEncoder) -> None:
    measured = report(list(cross_validate(FrozenTrainer(remembering), EXAMPLES, 3, seed=0)))
    assert measured.accuracy >= 11 / 12
    assert measured.all_entities.f1 > 0.7


def test_a_remembered_text_has_the_vectors_of_a_fresh_one(
    remembering: RememberingEncoder, encoder: MiniLMEncoder
) -> None:
    texts = ["hello", "a flight to Paris", "hello"]
    remembering.encode_all(texts[:1])
    for ours, fresh in zip(remembering.encode_all(texts), encoder.encode_all(texts), strict=True):
        np.testing.assert_allclose(ours.sentence, fresh.sentence, atol=1e-5)
        assert ours.word_spans == fresh.word_spans
    assert remembering.encode_all([]) == []


def test_without_options_for_entities_none_are_found(remembering: RememberingEncoder) -> None:
    model = FrozenTrainer(remembering, entity_options=None)(EXAMPLES)
    assert model.interpret("a flight to Paris").entities == ()


@pytest.mark.parametrize(
    ("pipeline", "own"),
    [
        ([{"name": INTENT_HEAD, "l2": 0.5}, {"name": ENTITY_HEAD, "l2": 0.7}], True),
        ([{"name": "WhitespaceTokenizer"}, {"name": INTENT_HEAD}, {"name": "EntitySynonymMapper"}], True),
        ([{"name": INTENT_HEAD}, {"name": "FallbackClassifier"}], False),
        ([{"name": INTENT_HEAD}, {"name": "DIETClassifier"}], False),
        ([{"name": INTENT_HEAD, "encoder": "elsewhere"}], False),
        ([{"name": ENTITY_HEAD}], False),
        ([], False),
    ],
)
def test_only_a_pipeline_of_our_heads_alone_needs_no_rasa(pipeline: list[dict[str, Any]], own: bool) -> None:
    trainer = frozen_trainer(pipeline, EncoderOptions())
    assert (trainer is not None) == own
    if trainer is not None and len(pipeline) == 2:
        assert trainer.entity_options is not None
        assert (trainer.intent_options.l2, trainer.entity_options.l2) == (0.5, 0.7)


def test_neither_rasa_nor_tensorflow_is_imported() -> None:
    code = "import sys, nlu.frozen, nlu.evaluation; print([m for m in ('rasa', 'tensorflow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
