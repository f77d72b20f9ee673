from pathlib import Path

import numpy as np
import pytest

from nlu.encoder import MiniLMEncoder
from nlu.errors import WeightsError
from nlu.heads import DESCRIPTION_FILE, TENSORS_FILE
from nlu.intents import IntentModel, train_intents
from nlu.options import IntentOptions

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey", "good evening", "hello again"],
    "price": ["how much is it", "what does it cost", "the price please", "is it expensive", "how many dollars"],
    "stop": ["stop", "cancel that", "never mind", "forget it", "please stop", "abort"],
}
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
INTENTS = [intent for intent, texts in EXAMPLES.items() for _ in texts]


@pytest.fixture(scope="module")
def model(encoder: MiniLMEncoder) -> IntentModel:
    return train_intents(TEXTS, INTENTS, encoder, IntentOptions())


@pytest.mark.parametrize(
    ("text", "intent"),
    [("hey good day", "greet"), ("what's the price of this", "price"), ("forget about that", "stop")],
)
def test_unseen_texts_are_understood(model: IntentModel, text: str, intent: str) -> None:
    (ranking,) = model.rank([text])
    assert ranking[0].name == intent


def test_ranking_is_sorted_complete_and_sums_to_one(model: IntentModel) -> None:
    (ranking,) = model.rank(["anything at all"])
    confidences = [intent.confidence for intent in ranking]
    assert {intent.name for intent in ranking} == set(EXAMPLES)
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)


def test_many_texts_rank_as_each_alone(model: IntentModel) -> None:
    texts = ["hello", "how much does the big one cost", "no stop"]
    for many, alone in zip(model.rank(texts), (model.rank([text])[0] for text in texts), strict=True):
        assert many[0].name == alone[0].name
        assert many[0].confidence == pytest.approx(alone[0].confidence, abs=1e-3)


def test_misheard_copies_are_learnt_as_well(model: IntentModel, encoder: MiniLMEncoder) -> None:
    noisy, again = (train_intents(TEXTS, INTENTS, encoder, IntentOptions(noisy_copies=2)) for _ in range(2))
    assert np.array_equal(noisy.layer.weights, again.layer.weights)
    assert not np.array_equal(noisy.layer.weights, model.layer.weights)
    assert noisy.layer.temperature == model.layer.temperature
    assert [ranking[0].name for ranking in noisy.rank(TEXTS)] == INTENTS


def test_training_twice_gives_equal_models(model: IntentModel, encoder: MiniLMEncoder) -> None:
    again = train_intents(TEXTS, INTENTS, encoder, IntentOptions())
    assert np.array_equal(again.layer.weights, model.layer.weights)
    assert again.layer.temperature == model.layer.temperature


def test_a_model_reads_back_as_it_was_written(model: IntentModel, encoder: MiniLMEncoder, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert IntentModel.load(tmp_path, encoder).rank(["good day"]) == model.rank(["good day"])


def test_no_examples_make_a_model_without_intents(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    train_intents([], [], encoder, IntentOptions()).save(tmp_path)
    assert IntentModel.load(tmp_path, encoder).rank(["hello"]) == [()]


@pytest.mark.parametrize("name", [DESCRIPTION_FILE, TENSORS_FILE])
def test_a_damaged_or_missing_file_raises(
    model: IntentModel, encoder: MiniLMEncoder, tmp_path: Path, name: str
) -> None:
    model.save(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 0x10
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsError, match="train again"):
        IntentModel.load(tmp_path, encoder)
    (tmp_path / name).unlink()
    with pytest.raises(WeightsError, match="train again"):
        IntentModel.load(tmp_path, encoder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MiniLMEncoder.shared().identity, "another:0123:float32"),
        ('"kind": "intent"', '"kind": "entity"'),
        ('"format": 1', '"format": 2'),
        ('"stop"', '"stop", "more"'),
    ],
)
def test_a_head_that_does_not_fit_raises(
    model: IntentModel, encoder: MiniLMEncoder, tmp_path: Path, old: str, new: str
) -> None:
    model.save(tmp_path)
    description = tmp_path / DESCRIPTION_FILE
    text = description.read_text("utf-8")
    assert old in text
    description.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(WeightsError, match="train again"):
        IntentModel.load(tmp_path, encoder)
