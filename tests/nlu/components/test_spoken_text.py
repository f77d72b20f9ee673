"""Spoken values written by the component, as Rasa's graph drives it."""

from datetime import date
from typing import Any

import pytest

from dialogue.quiet import quiet_imports
from nlu.errors import NluError, WeightsError
from nlu.names.names_file import NAMES_FILE
from tests.nlu.components.driving import CONTEXT, RESOURCE, entities_of, entity, is_in_recipe, read, table

with quiet_imports():
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu.components.spoken_text import SpokenTextNormalizer

pytestmark = pytest.mark.heavy


def normalizer(storage: LocalModelStorage, **config: Any) -> SpokenTextNormalizer:
    config = {**SpokenTextNormalizer.get_default_config(), **config}
    return SpokenTextNormalizer.create(config, storage, RESOURCE, CONTEXT)


def test_component_is_known_to_the_recipe_by_its_module_path() -> None:
    assert is_in_recipe(SpokenTextNormalizer)


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


def test_a_damaged_model_stops_the_start(storage: LocalModelStorage) -> None:
    config = SpokenTextNormalizer.get_default_config()
    SpokenTextNormalizer.create(config, storage, RESOURCE, CONTEXT).train(TrainingData())
    with storage.read_from(RESOURCE) as directory:
        (directory / NAMES_FILE).write_text("[")
    with pytest.raises(WeightsError, match=NAMES_FILE):
        SpokenTextNormalizer.load(config, storage, RESOURCE, CONTEXT)


def test_an_unknown_setting_is_named() -> None:
    config = SpokenTextNormalizer.get_default_config()
    SpokenTextNormalizer.validate_config(config)
    with pytest.raises(NluError, match="'epochs'"):
        SpokenTextNormalizer.validate_config({**config, "epochs": 3})


def test_an_unknown_kind_of_span_is_named() -> None:
    with pytest.raises(NluError, match="'money'.*price"):
        SpokenTextNormalizer.validate_config({"add": {"money": "MONEY"}})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("normalize", "order_number"),
        ("add", None),
        ("add", ["price"]),
        ("add", {"price": 5}),
    ],
)
def test_a_setting_of_another_type_is_named(storage: LocalModelStorage, setting: str, value: object) -> None:
    with pytest.raises(NluError, match=f"{setting} is "):
        SpokenTextNormalizer.create(
            {**SpokenTextNormalizer.get_default_config(), setting: value}, storage, RESOURCE, CONTEXT
        )
