"""The components for spoken text, driven as Rasa's graph drives them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialogue.quiet import quiet_imports, quiet_prints
from nlu.errors import NluError, WeightsError
from nlu.names.names_file import NAMES_FILE

with quiet_imports():
    import rasa.core.agent  # noqa: F401 - imported lazily otherwise, and then not quietly
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.sound_alike import SoundAlikeEntityExtractor
    from nlu.components.spoken_text import SpokenTextNormalizer

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
CONTEXT = ExecutionContext(GraphSchema({}), node_name="node")
RESOURCE = Resource("names")


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path)


def read(text: str) -> TrainingData:
    with quiet_prints():
        return RasaYAMLReader().reads(text)


@pytest.fixture(scope="module")
def examples() -> TrainingData:
    return read(EXAMPLES)


def table(entity: str, *names: str) -> TrainingData:
    listed = "".join(f"    - {name}\n" for name in names)
    return read(f"version: '3.1'\nnlu:\n- lookup: {entity}\n  examples: |\n{listed}")


def trained(storage: LocalModelStorage, examples: TrainingData, **config: Any) -> SoundAlikeEntityExtractor:
    """The extractor, trained, persisted, and loaded again."""
    config = {**SoundAlikeEntityExtractor.get_default_config(), **config}
    SoundAlikeEntityExtractor.create(config, storage, RESOURCE, CONTEXT).train(examples)
    return SoundAlikeEntityExtractor.load(config, storage, RESOURCE, CONTEXT)


def normalizer(storage: LocalModelStorage, **config: Any) -> SpokenTextNormalizer:
    config = {**SpokenTextNormalizer.get_default_config(), **config}
    return SpokenTextNormalizer.create(config, storage, RESOURCE, CONTEXT)


def entities_of(component: Any, text: str, *known: dict[str, Any]) -> list[dict[str, Any]]:
    (message,) = component.process([Message({"text": text, "entities": list(known)})])
    assert "entities" in message.output_properties
    found: list[dict[str, Any]] = message.get("entities")
    return found


def entity(name: str, value: str, text: str) -> dict[str, Any]:
    start = text.index(value)
    return {"entity": name, "value": value, "start": start, "end": start + len(value), "extractor": "Earlier"}


@pytest.mark.parametrize("kind", [SoundAlikeEntityExtractor, SpokenTextNormalizer])
def test_component_is_known_to_the_recipe_by_its_module_path(kind: Any) -> None:
    name = f"{kind.__module__}.{kind.__name__}"
    schema = DefaultV1Recipe().graph_config_for_recipe(
        {"language": "en", "assistant_id": "x", "pipeline": [{"name": name}], "policies": []}, {}
    )
    assert any(node.uses is kind for node in schema.predict_schema.nodes.values())


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


@pytest.mark.parametrize("kind", [SoundAlikeEntityExtractor, SpokenTextNormalizer])
def test_a_damaged_model_stops_the_start(storage: LocalModelStorage, examples: TrainingData, kind: Any) -> None:
    kind.create(kind.get_default_config(), storage, RESOURCE, CONTEXT).train(examples)
    with storage.read_from(RESOURCE) as directory:
        (directory / NAMES_FILE).write_text("[")
    with pytest.raises(WeightsError, match="train again"):
        kind.load(kind.get_default_config(), storage, RESOURCE, CONTEXT)


def test_no_tables_find_nothing(storage: LocalModelStorage) -> None:
    (message,) = trained(storage, TrainingData()).process([Message({"text": "the harbor kettle"})])
    assert message.get("entities") is None


def test_a_spoken_value_is_written(storage: LocalModelStorage) -> None:
    text = "order four eight two one three"
    (found,) = entities_of(normalizer(storage), text, entity("order_number", "four eight two one three", text))
    assert (found["value"], found["additional_info"]) == ("48213", {"heard": "four eight two one three"})
    assert (found["start"], found["end"], found["processors"]) == (6, 30, ["SpokenTextNormalizer"])


def test_only_the_entities_asked_for_are_written(storage: LocalModelStorage) -> None:
    text = "order four eight two one three"
    known = entity("order_number", "four eight two one three", text)
    assert entities_of(normalizer(storage, normalize=["size"]), text, known) == [known]


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("order forty nine ninety five", "forty nine ninety five", "4995"),
        ("is it forty nine ninety five", "forty nine ninety five", "$49.95"),
        ("at nine thirty please", "nine thirty", "9:30"),
        ("at nine thirty please", "at nine thirty", "at 9:30"),
        ("at fourteen thirty", "fourteen thirty", "14:30"),
        ("we close at midnight", "midnight", "00:00"),
    ],
)
def test_a_value_is_written_as_its_sentence_has_it(
    storage: LocalModelStorage, text: str, said: str, expected: str
) -> None:
    (found,) = entities_of(normalizer(storage), text, entity("what", said, text))
    assert (found["value"], found["additional_info"]) == (expected, {"heard": said})


def test_what_was_heard_first_is_kept(storage: LocalModelStorage) -> None:
    known = {**entity("size", "five", "five"), "additional_info": {"heard": "fife"}}
    (found,) = entities_of(normalizer(storage), "five", known)
    assert (found["value"], found["additional_info"]) == ("5", {"heard": "fife"})


def test_a_value_in_small_letters_is_written(storage: LocalModelStorage) -> None:
    known = {**entity("size", "Five", "Five please"), "value": "five"}
    (found,) = entities_of(normalizer(storage), "Five please", known)
    assert (found["value"], found["additional_info"]) == ("5", {"heard": "Five"})


@pytest.mark.parametrize("value", ["Seven Seas Oil", 7])
def test_a_value_that_was_not_said_stays(storage: LocalModelStorage, value: object) -> None:
    known = {**entity("product", "sevenses oil", "the sevenses oil"), "value": value}
    assert entities_of(normalizer(storage), "the sevenses oil", known) == [known]


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("product", "seven seas oil", "seven seas oil"),
        ("size", "seven seas oil", "7 seas oil"),
        ("size", "two by four", "two by four"),
        ("product", "nine lives", "nine lives"),
        ("order_number", "four eight two one three", "48213"),
    ],
)
def test_a_name_stays(storage: LocalModelStorage, name: str, said: str, expected: str) -> None:
    """An entry of the entity's own table does, and so does a synonym, unless it stands for what is written anyway."""
    synonyms = "- synonym: Nine Lives\n  examples: |\n    - two by four\n"
    synonyms += "- synonym: '48213'\n  examples: |\n    - four eight two one three\n"
    data = table("product", "Seven Seas Oil").merge(read(f"version: '3.1'\nnlu:\n{synonyms}"))
    normalizer(storage).train(data)
    component = SpokenTextNormalizer.load(SpokenTextNormalizer.get_default_config(), storage, RESOURCE, CONTEXT)
    (found,) = entities_of(component, f"the {said}", entity(name, said, f"the {said}"))
    assert found["value"] == expected


def test_spans_become_entities(storage: LocalModelStorage) -> None:
    component = normalizer(storage, add={"price": "MONEY", "date": "when"})
    text = "under forty nine dollars on the third of june for two"
    price, date = entities_of(component, text)
    assert (price["entity"], price["value"], price["additional_info"]["unit"]) == ("MONEY", "49", "USD")
    assert (date["entity"], date["value"], date["additional_info"]["heard"]) == ("when", "--06-03", "the third of june")
    known = entity("MONEY", "forty nine dollars", text)
    assert [each["extractor"] for each in entities_of(component, text, known)] == ["Earlier", "SpokenTextNormalizer"]


def test_tomorrow_is_the_day_after_today(storage: LocalModelStorage) -> None:
    days = iter([date(2028, 2, 28), date(2028, 12, 31)])
    config = {"normalize": None, "add": {"date": "when"}}
    component = SpokenTextNormalizer(config, storage, RESOURCE, today=lambda: next(days))
    for expected in ("2028-02-29", "2029-01-01"):
        (found,) = entities_of(component, "is it open tomorrow")
        assert (found["entity"], found["value"], found["additional_info"]["heard"]) == ("when", expected, "tomorrow")


def test_today_is_what_the_clock_says(storage: LocalModelStorage) -> None:
    before = date.today()
    (found,) = entities_of(normalizer(storage, add={"date": "when"}), "are you open today")
    assert before.isoformat() <= found["value"] <= date.today().isoformat()


@pytest.mark.parametrize("kind", [SoundAlikeEntityExtractor, SpokenTextNormalizer])
def test_an_unknown_setting_is_named(kind: Any) -> None:
    kind.validate_config(kind.get_default_config())
    with pytest.raises(NluError, match="'epochs'"):
        kind.validate_config({**kind.get_default_config(), "epochs": 3})


def test_an_unknown_kind_of_span_is_named() -> None:
    with pytest.raises(NluError, match="'money'.*price"):
        SpokenTextNormalizer.validate_config({"add": {"money": "MONEY"}})


@pytest.mark.parametrize(
    ("kind", "setting", "value"),
    [
        (SpokenTextNormalizer, "normalize", "order_number"),
        (SpokenTextNormalizer, "add", None),
        (SpokenTextNormalizer, "add", ["price"]),
        (SpokenTextNormalizer, "add", {"price": 5}),
        (SoundAlikeEntityExtractor, "entities", "product"),
        (SoundAlikeEntityExtractor, "min_confidence", "high"),
        (SoundAlikeEntityExtractor, "min_confidence", None),
        (SoundAlikeEntityExtractor, "min_confidence", True),
        (SoundAlikeEntityExtractor, "min_confidence", 1),
        (SoundAlikeEntityExtractor, "min_confidence", -0.1),
        (SoundAlikeEntityExtractor, "min_confidence", float("nan")),
    ],
)
def test_a_setting_of_another_type_is_named_with_its_cure(
    storage: LocalModelStorage, kind: Any, setting: str, value: object
) -> None:
    with pytest.raises(NluError, match=f"{setting} is .*; make it a "):
        kind.create({**kind.get_default_config(), setting: value}, storage, RESOURCE, CONTEXT)
