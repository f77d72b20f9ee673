"""Names that sound alike, found by the component as Rasa's graph drives it."""

from typing import Any

import pytest

from dialogue.quiet import quiet_imports
from nlu.errors import NluError, WeightsError
from nlu.names.names_file import NAMES_FILE
from tests.nlu.components.driving import CONTEXT, RESOURCE, entities_of, entity, is_in_recipe, read, table

with quiet_imports():
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.sound_alike import SoundAlikeEntityExtractor

pytestmark = pytest.mark.heavy

EXAMPLES = """
version: "3.1"
nlu:
- intent: ask
  examples: |
    - how much is the [swift hare](product)
    - is the [Pulse Buds Pro](product) any good
    - fly to [Rome](city)
- lookup: product
  examples: |
    - Swift Hare Mouse
    - swift hare
    - Pulse Buds Pro
    - Harbor Kettle
- lookup: city
  examples: |
    - Rome
- lookup: unused
  examples: |
    - how much
- synonym: Swift Hare Mouse
  examples: |
    - swift hare
    - the fast mouse
"""


@pytest.fixture(scope="module")
def examples() -> TrainingData:
    return read(EXAMPLES)


def trained(storage: LocalModelStorage, examples: TrainingData, **config: Any) -> SoundAlikeEntityExtractor:
    """The extractor, trained, persisted, and loaded again."""
    config = {**SoundAlikeEntityExtractor.get_default_config(), **config}
    SoundAlikeEntityExtractor.create(config, storage, RESOURCE, CONTEXT).train(examples)
    return SoundAlikeEntityExtractor.load(config, storage, RESOURCE, CONTEXT)


def test_component_is_known_to_the_recipe_by_its_module_path() -> None:
    assert is_in_recipe(SoundAlikeEntityExtractor)


def test_a_misheard_name_has_the_value_of_the_table(storage: LocalModelStorage, examples: TrainingData) -> None:
    (found,) = entities_of(trained(storage, examples), "is the harper kettle any good")
    assert 0.5 < found.pop("confidence_entity") < 1
    assert found == {
        "entity": "product",
        "value": "Harbor Kettle",
        "start": 7,
        "end": 20,
        "additional_info": {"heard": "harper kettle"},
        "extractor": "SoundAlikeEntityExtractor",
    }


def test_synonyms_are_one_thing(storage: LocalModelStorage, examples: TrainingData) -> None:
    component = trained(storage, examples)
    for said in ("the swift hair", "the fast mouse", "the swift hair mouse"):
        assert [each["value"] for each in entities_of(component, said)] == ["Swift Hare Mouse"]


def test_an_entity_without_a_name_is_corrected(storage: LocalModelStorage, examples: TrainingData) -> None:
    text = "is the pull spuds pro any good"
    (found,) = entities_of(trained(storage, examples), text, entity("product", "spuds pro", text))
    assert (found["value"], found["additional_info"]) == ("Pulse Buds Pro", {"heard": "pull spuds pro"})


def test_a_corrected_entity_keeps_its_role_and_group(storage: LocalModelStorage) -> None:
    component = trained(storage, table("city", "Barcelona", "New Orleans"), entities=["city"])
    text = "from barselona to new awlins please"
    place = {"role": "to", "confidence_role": 0.75, "group": "1", "confidence_group": 0.5}
    known = [entity("city", "barselona", text), entity("city", "new", text), entity("city", "awlins", text) | place]
    first, second = entities_of(component, text, *known)
    assert (first["value"], second["value"]) == ("Barcelona", "New Orleans")
    assert {key: second[key] for key in place} == place
    assert not place.keys() & first.keys()


def test_what_is_a_name_or_another_kind_of_entity_stays(storage: LocalModelStorage, examples: TrainingData) -> None:
    component = trained(storage, examples)
    for text, known in (("the swift hare", "swift hare"), ("the swift hare", "swift"), ("to rome", "rome")):
        other = entity("animal" if known == "swift" else "product" if "swift" in known else "city", known, text)
        assert entities_of(component, text, other) == [other]


def test_tables_are_chosen(storage: LocalModelStorage, examples: TrainingData) -> None:
    text = "to rome with the harbor kettle"
    assert {each["entity"] for each in entities_of(trained(storage, examples), text)} == {"city", "product"}
    assert {each["entity"] for each in entities_of(trained(storage, examples, entities=["city"]), text)} == {"city"}


def test_tables_of_one_name_are_one(storage: LocalModelStorage) -> None:
    both = table("product", "Harbor Kettle").merge(table("product", "Snow Owl Lamp"))
    found = entities_of(trained(storage, both, entities=["product"]), "the harper kettle and the snow all lamp")
    assert [each["value"] for each in found] == ["Harbor Kettle", "Snow Owl Lamp"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("iPhone", "iphone"), "is the iPhone any good"),
        (("T-Shirt", "T Shirt", "tshirt"), "a t shirt please"),
        (("Snow Owl 2", "snow owl two"), "the snow owl 2"),
    ],
)
def test_a_name_written_in_several_ways_is_one(storage: LocalModelStorage, names: tuple[str, ...], said: str) -> None:
    (found,) = entities_of(trained(storage, table("product", *names), entities=["product"]), said)
    assert (found["value"], found["confidence_entity"]) == (names[0], 1.0)


def test_a_synonym_has_the_say_however_it_is_written(storage: LocalModelStorage) -> None:
    tee = read("version: '3.1'\nnlu:\n- synonym: Tee\n  examples: |\n    - t-shirt\n")
    both = table("product", "tee", "T Shirt").merge(tee)
    component = trained(storage, both, entities=["product"])
    for said in ("a TEE please", "a T-Shirt please"):
        assert [each["value"] for each in entities_of(component, said)] == ["Tee"]


def test_a_synonym_may_stand_for_a_number(storage: LocalModelStorage) -> None:
    five = read(
        """version: '3.1'\nnlu:\n- intent: ask\n  examples: |\n    - [high five]{"entity": "size", "value": 5}\n"""
    )
    (found,) = entities_of(trained(storage, table("size", "high five").merge(five)), "the high five")
    assert found["value"] == "5"


def test_of_two_tables_with_one_name_the_first_has_it(storage: LocalModelStorage) -> None:
    both = table("brand", "Snow Owl").merge(table("product", "Snow Owl"))
    component = trained(storage, both, entities=["brand", "product"])
    text = "the snow owl please"
    assert [each["entity"] for each in entities_of(component, text)] == ["brand"]
    known = entity("product", "snow owl", text)
    assert entities_of(component, text, known) == [known]


def test_of_several_tables_the_likelier_name_wins(storage: LocalModelStorage) -> None:
    both = table("brand", "Harper Kettles").merge(table("product", "Harbor Kettle"))
    (found,) = entities_of(trained(storage, both, entities=["brand", "product"]), "is the harbor kettle any good")
    assert (found["entity"], found["confidence_entity"]) == ("product", 1.0)


def test_the_least_confidence_is_set(storage: LocalModelStorage, examples: TrainingData) -> None:
    component = trained(storage, examples, min_confidence=0.999)
    assert entities_of(component, "is the harper kettle any good") == []
    assert len(entities_of(component, "is the harbor kettle any good")) == 1


def test_a_damaged_model_stops_the_start(storage: LocalModelStorage, examples: TrainingData) -> None:
    config = SoundAlikeEntityExtractor.get_default_config()
    SoundAlikeEntityExtractor.create(config, storage, RESOURCE, CONTEXT).train(examples)
    with storage.read_from(RESOURCE) as directory:
        (directory / NAMES_FILE).write_text("[")
    with pytest.raises(WeightsError, match=NAMES_FILE):
        SoundAlikeEntityExtractor.load(config, storage, RESOURCE, CONTEXT)


def test_no_tables_find_nothing(storage: LocalModelStorage) -> None:
    (message,) = trained(storage, TrainingData()).process([Message({"text": "the harbor kettle"})])
    assert message.get("entities") is None


def test_an_unknown_setting_is_named() -> None:
    config = SoundAlikeEntityExtractor.get_default_config()
    SoundAlikeEntityExtractor.validate_config(config)
    with pytest.raises(NluError, match="'epochs'"):
        SoundAlikeEntityExtractor.validate_config({**config, "epochs": 3})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("entities", "product"),
        ("min_confidence", "high"),
        ("min_confidence", None),
        ("min_confidence", True),
        ("min_confidence", 1),
        ("min_confidence", -0.1),
        ("min_confidence", float("nan")),
    ],
)
def test_a_setting_of_another_type_is_named(storage: LocalModelStorage, setting: str, value: object) -> None:
    with pytest.raises(NluError, match=f"{setting} is "):
        SoundAlikeEntityExtractor.create(
            {**SoundAlikeEntityExtractor.get_default_config(), setting: value}, storage, RESOURCE, CONTEXT
        )


OVERLAPPING = """
version: "3.1"
nlu:
- intent: order
  examples: |
    - a [medium](size) tea with a [medium roast](roast)
- lookup: size
  examples: |
    - medium
- lookup: roast
  examples: |
    - medium roast
"""


def test_a_name_within_a_longer_one_of_another_table_is_left_out(storage: LocalModelStorage) -> None:
    extractor = trained(storage, read(OVERLAPPING))
    found = entities_of(extractor, "a medium roast tea", entity("size", "medium", "a medium roast tea"))
    assert [(each["entity"], each["value"]) for each in found] == [("roast", "medium roast")]
    alone = entities_of(extractor, "a medium tea", entity("size", "medium", "a medium tea"))
    assert [(each["entity"], each["value"]) for each in alone] == [("size", "medium")]


CLOSED = """
version: "3.1"
nlu:
- intent: order
  examples: |
    - a [mocha](drink)
    - an [iced mocha](drink)
    - one [mocha](drink) please
    - two [iced mocha](drink)
    - a [green tea](other)
- lookup: drink
  examples: |
    - mocha
    - iced mocha
- lookup: other
  examples: |
    - tea
"""


def test_what_a_tagger_found_of_a_closed_table_is_its_entry(storage: LocalModelStorage) -> None:
    extractor = trained(storage, read(CLOSED))
    for text, heard, name in (("an ice mocha", "ice mocha", "iced mocha"), ("one moco please", "moco", "mocha")):
        tagged = entity("drink", heard, text)
        message = Message({"text": text, "entities": [tagged], "tagged_entities": [tagged]})
        extractor.process([message])
        (found,) = message.get("entities")
        assert (found["value"], found["additional_info"]) == (name, {"heard": heard})


def test_a_table_that_the_examples_go_beyond_is_not_closed(storage: LocalModelStorage) -> None:
    tagged = entity("other", "toy", "a toy")
    message = Message({"text": "a toy", "entities": [tagged], "tagged_entities": [tagged]})
    trained(storage, read(CLOSED)).process([message])
    assert [found["value"] for found in message.get("entities")] == ["toy"]
