"""Our heads trained without Rasa."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlu.data.entity_markup import parse_markup
from nlu.data.examples import Example, Listed, Listing, Place
from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.errors import NluError
from nlu.evaluation.understanding import cross_validate, report
from nlu.joint.trainer import JOINT, JointTrainer, RememberingEncoder, joint_trainer
from nlu.options import EncoderOptions, JointOptions

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
    measured = report(
        list(
            cross_validate(
                JointTrainer(remembering, JointOptions(entity_min_steps=100, entity_hidden=64)), EXAMPLES, 3, seed=0
            )
        )
    )
    assert measured.accuracy >= 11 / 12
    assert measured.all_entities.f1 > 0.7


def test_a_remembered_text_has_the_vectors_of_a_fresh_one(
    remembering: RememberingEncoder, encoder: MiniLMEncoder
) -> None:
    texts = ["hello", "a flight to Paris", "hello"]
    remembering.encode_all(texts[:1])
    for ours, fresh in zip(remembering.encode_all(texts), encoder.encode_all(texts), strict=True):
        np.testing.assert_allclose(ours.sentence, fresh.sentence, atol=4e-3)  # products in bfloat16
        assert ours.word_spans == fresh.word_spans
    assert remembering.encode_all([]) == []


def test_listings_are_learnt_from_as_in_rasa(remembering: RememberingEncoder) -> None:
    place = Place(Path("nlu.yml"), 1)
    listings = (
        Listing("lookup", "city", (Listed("Addis Ababa", place),), place),
        Listing("synonym", "Rome", (Listed("the eternal one", place),), place),
        Listing("regex", "city", (Listed("[A-Z]{3}", place),), place),
    )
    options = JointOptions(entity_min_steps=100, entity_hidden=64)
    model = JointTrainer(remembering, options, listings)(EXAMPLES)
    for place_name in ("Addis Ababa", "the eternal one"):
        found = model.interpret(f"fly to {place_name}").entities
        assert [(each.name, each.value) for each in found] == [("city", place_name)]


def test_without_options_for_entities_none_are_found(remembering: RememberingEncoder) -> None:
    model = JointTrainer(remembering, JointOptions(entity_recognition=False))(EXAMPLES)
    assert model.interpret("a flight to Paris").entities == ()


@pytest.mark.parametrize(
    ("pipeline", "own"),
    [
        ([{"name": JOINT, "l2": 0.5}], True),
        ([{"name": "WhitespaceTokenizer"}, {"name": JOINT}, {"name": "EntitySynonymMapper"}], True),
        ([{"name": JOINT}, {"name": "FallbackClassifier"}], False),
        ([{"name": JOINT}, {"name": "DIETClassifier"}], False),
        ([{"name": JOINT, "encoder": "elsewhere"}], False),
        ([], False),
    ],
)
def test_only_a_pipeline_of_our_heads_alone_needs_no_rasa(pipeline: list[dict[str, Any]], own: bool) -> None:
    trainer = joint_trainer(pipeline, EncoderOptions())
    assert (trainer is not None) == own
    if trainer is not None and len(pipeline) == 1:
        assert trainer.options.l2 == 0.5


def test_neither_rasa_nor_tensorflow_is_imported() -> None:
    modules = "nlu.joint.trainer, nlu.evaluation.understanding"
    code = f"import sys, {modules}; print([m for m in ('rasa', 'tensorflow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("setting", [{"out_of_scope_los": 0.01}, {"mode": "finetuned"}])
def test_a_setting_that_does_not_exist_is_no_trainer(setting: dict[str, object]) -> None:
    with pytest.raises(NluError, match=next(iter(setting))):
        joint_trainer([{"name": JOINT, **setting}], EncoderOptions())
