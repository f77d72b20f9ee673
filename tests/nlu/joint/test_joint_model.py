"""The joint model: intents, entities, roles, scope, and both ways of training."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from nlu.data.examples import Example, Place
from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.errors import WeightsError
from nlu.evaluation.understanding import Outcome, believed
from nlu.interpretation import FALLBACK
from nlu.joint.entity_head import AnnotatedText, EntityKind
from nlu.joint.joint_model import JointModel, train_joint
from nlu.joint.listed_texts import listed_texts
from nlu.joint.model_files import DESCRIPTION_FILE, TENSORS_FILE
from nlu.options import JointOptions

pytestmark = pytest.mark.heavy

CITY_FROM = EntityKind("city", role="from")
CITY_TO = EntityKind("city", role="to")
NUMBER = EntityKind("number")
OPTIONS = JointOptions(entity_min_steps=100, entity_hidden=64)


def annotated(text: str, intent: str, **values: EntityKind) -> AnnotatedText:
    """An example in which each keyword, underscores for spaces, stands in the text as that kind."""
    entities = []
    for value, kind in values.items():
        start = text.index(value.replace("_", " "))
        entities.append((kind, (start, start + len(value))))
    return AnnotatedText(text, intent, tuple(entities))


EXAMPLES = [
    annotated("a flight from Paris to Berlin", "book", Paris=CITY_FROM, Berlin=CITY_TO),
    annotated("fly from London to New York", "book", London=CITY_FROM, New_York=CITY_TO),
    annotated("from Rome to Madrid please", "book", Rome=CITY_FROM, Madrid=CITY_TO),
    annotated("I want to go to Vienna", "book", Vienna=CITY_TO),
    annotated("take me to San Francisco", "book", San_Francisco=CITY_TO),
    annotated("leaving from Tokyo", "book", Tokyo=CITY_FROM),
    AnnotatedText("the number is 48213", "order", ((NUMBER, (14, 19)),)),
    AnnotatedText("order 50007 please", "order", ((NUMBER, (6, 11)),)),
    AnnotatedText("where is my order", "order"),
    AnnotatedText("thank you very much", "thank"),
    AnnotatedText("thanks a lot", "thank"),
    AnnotatedText("great, thank you", "thank"),
    AnnotatedText("I want to go home"),
]


@pytest.fixture(scope="module")
def model(encoder: MiniLMEncoder) -> JointModel:
    return train_joint(EXAMPLES, encoder, OPTIONS)


@pytest.mark.parametrize(
    ("text", "intent"), [("many thanks", "thank"), ("get me from Oslo to Lima", "book"), ("my order please", "order")]
)
def test_unseen_texts_are_understood(model: JointModel, text: str, intent: str) -> None:
    assert model.interpret(text).intent.name == intent


def test_ranking_is_sorted_complete_and_sums_to_one(model: JointModel) -> None:
    ranking = model.interpret("anything at all").ranking
    confidences = [intent.confidence for intent in ranking]
    assert {intent.name for intent in ranking} == {"book", "order", "thank"}
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)


def test_roles_and_offsets_of_unseen_entities(model: JointModel) -> None:
    text = "fly from Oslo to Lisbon"
    found = model.interpret(text).entities
    assert [(each.name, each.role, each.value) for each in found] == [
        ("city", "from", "Oslo"),
        ("city", "to", "Lisbon"),
    ]
    assert all(text[each.start : each.end] == each.value for each in found)
    assert all(0 < each.confidence <= 1 for each in found)


def test_what_is_listed_is_found_and_is_no_intent(model: JointModel, encoder: MiniLMEncoder) -> None:
    values = [("number", "12")]
    listed = listed_texts(EXAMPLES, values, [], [("a dozen", "12"), ("half a dozen", "12")])
    taught = train_joint(EXAMPLES, encoder, OPTIONS, listed=listed)
    text = "order half a dozen please"
    assert "half a dozen" not in {each.value for each in model.interpret(text).entities}
    assert [(each.name, each.value) for each in taught.interpret(text).entities] == [("number", "half a dozen")]
    assert taught.intents is not None
    assert taught.intents.names == ("book", "order", "thank")


def test_groups_are_learnt_and_kept(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    first, second = (EntityKind("topping", group=group) for group in ("1", "2"))
    examples = [
        annotated(f"a pizza with {one} and another one with {other}", "order", **{one: first, other: second})
        for one, other in (("ham", "olives"), ("cheese", "basil"), ("tuna", "onions"), ("corn", "pepper"))
    ]
    train_joint(examples, encoder, OPTIONS).save(tmp_path, encoder)
    found = JointModel.load(tmp_path, encoder, OPTIONS).interpret("a pizza with garlic and another one with salami")
    assert [(each.value, each.group, each.role) for each in found.entities] == [
        ("garlic", "1", None),
        ("salami", "2", None),
    ]


def test_a_name_without_roles_in_training_gets_none(model: JointModel) -> None:
    (found,) = model.interpret("the number is 91734").entities
    assert (found.name, found.role, found.group, found.value) == ("number", None, None, "91734")


def test_a_text_without_words_has_no_entities(model: JointModel) -> None:
    assert [each.entities for each in model.interpret_all(["thank you", "", "   "])] == [(), (), ()]


def test_many_texts_mean_what_each_alone_means(model: JointModel) -> None:
    texts = ["to Paris", "order 12345", "good morning to you"]
    for many, alone in zip(model.interpret_all(texts), map(model.interpret, texts), strict=True):
        assert many.intent.name == alone.intent.name
        assert many.intent.confidence == pytest.approx(alone.intent.confidence, abs=1e-3)
        assert [each.value for each in many.entities] == [each.value for each in alone.entities]


def test_training_twice_gives_equal_models(model: JointModel, encoder: MiniLMEncoder) -> None:
    again = train_joint(EXAMPLES, encoder, OPTIONS)
    assert again.interpret_all(["from Lima to Rio"]) == model.interpret_all(["from Lima to Rio"])


def test_without_entity_recognition_none_are_found(encoder: MiniLMEncoder) -> None:
    model = train_joint(EXAMPLES, encoder, JointOptions(entity_recognition=False))
    assert model.entities is None
    assert model.interpret("fly from Oslo to Lisbon").entities == ()


def test_misheard_copies_are_learnt_as_well(encoder: MiniLMEncoder) -> None:
    plain, noisy = (
        train_joint(EXAMPLES, encoder, JointOptions(entity_recognition=False, noisy_copies=copies)) for copies in (0, 2)
    )
    assert plain.intents is not None
    assert noisy.intents is not None
    assert not np.array_equal(noisy.intents.layer.weights, plain.intents.layer.weights)
    assert noisy.intents.layer.temperature == plain.intents.layer.temperature


def test_what_is_out_of_scope_goes_to_the_fallback_only_where_asked(encoder: MiniLMEncoder) -> None:
    text = "the mitochondrion is the powerhouse of the cell"
    plain = train_joint(EXAMPLES, encoder, JointOptions(entity_recognition=False)).interpret(text)
    strict = train_joint(EXAMPLES, encoder, JointOptions(entity_recognition=False, out_of_scope_loss=0.2)).interpret(
        text
    )
    assert plain.in_scope is not None
    assert plain.intent.name != FALLBACK
    assert strict.intent.name == FALLBACK
    assert [each.name for each in strict.ranking[1:]] == [each.name for each in plain.ranking]
    assert strict.intent.confidence == 1
    assert all(each.confidence < 0.5 for each in strict.ranking[1:])
    asked = Outcome(Example(text, "thank", Place(Path("nlu.yml"), 1)), strict)
    assert believed(asked).confidence == pytest.approx(plain.intent.confidence)


def test_a_model_reads_back_as_it_was_written(model: JointModel, encoder: MiniLMEncoder, tmp_path: Path) -> None:
    model.save(tmp_path, encoder)
    text = "from Lima to Rio"
    before, after = model.interpret(text), JointModel.load(tmp_path, encoder, OPTIONS).interpret(text)
    assert after.in_scope == pytest.approx(before.in_scope)  # arrays that lie elsewhere are added up in other steps
    assert replace(after, in_scope=before.in_scope) == before


def test_no_examples_make_a_model_that_knows_nothing(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    train_joint([], encoder, OPTIONS).save(tmp_path, encoder)
    meaning = JointModel.load(tmp_path, encoder, OPTIONS).interpret("hello")
    assert (meaning.intent.name, meaning.ranking, meaning.entities, meaning.in_scope) == ("", (), (), None)


def test_the_encoder_is_fine_tuned_and_kept(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    options = JointOptions(mode="fine_tuned", fine_tuning_min_steps=12, fine_tuning_epochs=1, entity_min_steps=60)
    before = encoder.encode("a flight to Paris").sentence.copy()
    model = train_joint(EXAMPLES, encoder, options)
    assert model.encoder.identity != encoder.identity
    assert np.array_equal(encoder.encode("a flight to Paris").sentence, before)
    assert not np.allclose(model.encoder.encode("a flight to Paris").sentence, before, atol=1e-3)
    model.save(tmp_path, encoder)
    loaded = JointModel.load(tmp_path, encoder, options)
    assert loaded.encoder.identity == model.encoder.identity
    assert loaded.interpret("from Lima to Rio") == model.interpret("from Lima to Rio")
    assert loaded.beside == model.beside == (encoder,)
    assert loaded.interpret("from Lima to Rio").ranking == loaded.interpret_all(["from Lima to Rio", "hi"])[0].ranking


@pytest.mark.parametrize("name", [DESCRIPTION_FILE, TENSORS_FILE])
def test_a_damaged_or_missing_file_raises(model: JointModel, encoder: MiniLMEncoder, tmp_path: Path, name: str) -> None:
    model.save(tmp_path, encoder)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-20])
    with pytest.raises(WeightsError, match=tmp_path.name):
        JointModel.load(tmp_path, encoder, OPTIONS)
    (tmp_path / name).unlink()
    with pytest.raises(WeightsError, match=tmp_path.name):
        JointModel.load(tmp_path, encoder, OPTIONS)


def test_nothing_that_is_loaded_could_run_code(model: JointModel, encoder: MiniLMEncoder, tmp_path: Path) -> None:
    model.save(tmp_path, encoder)
    assert {path.name for path in tmp_path.iterdir()} == {DESCRIPTION_FILE, TENSORS_FILE}
    assert isinstance(json.loads((tmp_path / DESCRIPTION_FILE).read_text("utf-8")), dict)
    assert load_file(tmp_path / TENSORS_FILE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MiniLMEncoder.shared().identity, "another:0123:float32"),
        ('"format": 2', '"format": 1'),
        ('"thank"', '"thank", "more"'),
        ('"fine_tuned": false', '"fine_tuned": true'),
    ],
)
def test_a_model_that_does_not_fit_raises(
    model: JointModel, encoder: MiniLMEncoder, tmp_path: Path, old: str, new: str
) -> None:
    model.save(tmp_path, encoder)
    description = tmp_path / DESCRIPTION_FILE
    text = description.read_text("utf-8")
    assert old in text
    description.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(WeightsError, match=tmp_path.name):
        JointModel.load(tmp_path, encoder, OPTIONS)
