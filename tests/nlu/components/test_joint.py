"""The Rasa components, driven as Rasa's graph drives them."""

from typing import Any

import pytest

from dialogue.quiet import quiet_imports, quiet_prints
from nlu.errors import NluError, WeightsError
from tests.nlu.components.driving import CONTEXT, is_in_recipe

with quiet_imports():
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.joint import MiniLMJointClassifier

pytestmark = pytest.mark.heavy

EXAMPLES = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi there
    - good morning
- intent: book
  examples: |
    - a flight to [Paris](city)
    - book a trip to [New York](city)
    - fly me to [Rome]{"entity": "city", "role": "destination"}
    - i want to go to [San Francisco](city)
"""
QUICK = {"entity_min_steps": 100, "entity_hidden": 64}


@pytest.fixture(scope="module")
def examples() -> TrainingData:
    with quiet_prints():
        return RasaYAMLReader().reads(EXAMPLES)


def trained(storage: LocalModelStorage, examples: TrainingData, **config: Any) -> MiniLMJointClassifier:
    """A component that was trained, persisted, and loaded again."""
    config = {**MiniLMJointClassifier.get_default_config(), **QUICK, **config}
    resource = Resource(MiniLMJointClassifier.__name__)
    MiniLMJointClassifier.create(config, storage, resource, CONTEXT).train(examples)
    return MiniLMJointClassifier.load(config, storage, resource, CONTEXT)


@pytest.fixture(scope="module")
def component(examples: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> MiniLMJointClassifier:
    """One that has learnt the examples, for tests that do not change it."""
    return trained(LocalModelStorage.create(tmp_path_factory.mktemp("storage")), examples)


def test_component_is_known_to_the_recipe_by_its_module_path() -> None:
    assert is_in_recipe(MiniLMJointClassifier)


def test_intent_and_ranking_are_written_as_rasa_expects(component: MiniLMJointClassifier) -> None:
    (message,) = component.process([Message({"text": "hello hello"})])
    assert message.get("intent")["name"] == "greet"
    assert message.get("intent") == message.get("intent_ranking")[0]
    assert 0 <= message.get("in_scope") <= 1
    assert [each["name"] for each in message.get("intent_ranking")] == ["greet", "book"]
    assert {"intent", "intent_ranking", "in_scope"} <= message.output_properties


def test_ranking_is_cut_to_its_length(storage: LocalModelStorage, examples: TrainingData) -> None:
    component = trained(storage, examples, ranking_length=1)
    (message,) = component.process([Message({"text": "hello"})])
    assert len(message.get("intent_ranking")) == 1


def test_messages_without_text_are_left_alone(component: MiniLMJointClassifier) -> None:
    silent = Message({"text": ""})
    component.process([silent, Message({"text": "hello"})])
    assert silent.get("intent") is None
    assert silent.get("entities") is None


@pytest.mark.parametrize("text", ["?", "-", "!", "*", "\u200b", "\0", "\U0001f600", "\U0001f44d\U0001f3fd !"])
def test_a_text_without_a_letter_or_figure_has_no_intent(component: MiniLMJointClassifier, text: str) -> None:
    (message, other) = component.process([Message({"text": text}), Message({"text": "hello"})])
    assert message.get("intent") == {"name": None, "confidence": 0.0}
    assert message.get("intent_ranking") == []
    assert {"intent", "intent_ranking"} <= message.output_properties
    assert other.get("intent")["name"] == "greet"


def test_entities_are_written_as_rasa_expects(component: MiniLMJointClassifier) -> None:
    (message,) = component.process([Message({"text": "book a trip to New York"})])
    (entity,) = message.get("entities")
    assert entity.pop("confidence_entity") > 0.5
    expected = {"entity": "city", "start": 15, "end": 23, "value": "New York", "extractor": component.name}
    assert entity == expected


def test_lookup_tables_and_synonyms_are_learnt_from(storage: LocalModelStorage) -> None:
    listings = """
- lookup: city
  examples: |
    - Addis Ababa
    - Quito
- lookup: brand
  examples: |
    - Roka
- synonym: New York
  examples: |
    - the big apple
"""
    with quiet_prints():
        component = trained(storage, RasaYAMLReader().reads(EXAMPLES + listings))
    messages = component.process(
        [Message({"text": text}) for text in ("fly me to Addis Ababa", "i want to go to the big apple")]
    )
    found = [[(each["entity"], each["value"]) for each in message.get("entities")] for message in messages]
    assert found == [[("city", "Addis Ababa")], [("city", "the big apple")]]


def test_roles_are_learned(component: MiniLMJointClassifier) -> None:
    (message,) = component.process([Message({"text": "fly me to Rome"})])
    assert [each.get("role") for each in message.get("entities")] == ["destination"]


def test_an_earlier_extractor_has_the_say(component: MiniLMJointClassifier) -> None:
    known = {"entity": "place", "start": 19, "end": 23, "value": "York", "extractor": "Lookup"}
    (message,) = component.process([Message({"text": "book a trip to New York", "entities": [known]})])
    assert message.get("entities") == [known]


def test_rasa_s_own_fallback_after_ours_adds_no_second_one(storage: LocalModelStorage) -> None:
    texts = {"greet": ["hello", "hi", "hey", "hi there", "good day"], "leave": ["bye", "see you", "so long", "ciao"]}
    texts["pay"] = ["the bill please", "i want to pay", "how much is it", "can i pay"]
    examples = TrainingData([Message.build(text, intent) for intent, listed in texts.items() for text in listed])
    component = trained(storage, examples, out_of_scope_loss=0.3)
    fallback = FallbackClassifier.create(
        {"threshold": 0.9, "ambiguity_threshold": 0.4}, storage, Resource("fallback"), CONTEXT
    )
    (message,) = fallback.process(component.process([Message({"text": "the mitochondrion powers the cell"})]))
    assert message.get("in_scope") < 0.5
    assert message.get("intent")["name"] == "nlu_fallback"
    assert sorted(each["name"] for each in message.get("intent_ranking")) == ["greet", "leave", "nlu_fallback", "pay"]


def test_a_damaged_model_stops_the_start(storage: LocalModelStorage, examples: TrainingData) -> None:
    trained(storage, examples)
    with storage.read_from(Resource(MiniLMJointClassifier.__name__)) as directory:
        (directory / "joint.safetensors").write_bytes(b"not tensors")
    with pytest.raises(WeightsError, match=MiniLMJointClassifier.__name__):
        MiniLMJointClassifier.load(
            MiniLMJointClassifier.get_default_config(), storage, Resource(MiniLMJointClassifier.__name__), CONTEXT
        )


def test_a_missing_model_stops_the_start(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError, match="absent"):
        MiniLMJointClassifier.load(MiniLMJointClassifier.get_default_config(), storage, Resource("absent"), CONTEXT)


def test_no_examples_still_make_a_model(storage: LocalModelStorage) -> None:
    component = trained(storage, TrainingData())
    (message,) = component.process([Message({"text": "hello"})])
    assert message.get("intent") in (None, {"name": None, "confidence": 0.0})
    assert message.get("entities", []) == []


def test_an_unknown_setting_is_named() -> None:
    MiniLMJointClassifier.validate_config(MiniLMJointClassifier.get_default_config())
    with pytest.raises(NluError, match="'epochs'"):
        MiniLMJointClassifier.validate_config({**MiniLMJointClassifier.get_default_config(), "epochs": 3})


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(NluError, match="'warm'.*frozen, fine_tuned"):
        MiniLMJointClassifier.validate_config({**MiniLMJointClassifier.get_default_config(), "mode": "warm"})
