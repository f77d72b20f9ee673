from pathlib import Path

import numpy as np
import pytest

from nlu.encoder import MiniLMEncoder
from nlu.entities import AnnotatedText, EntityModel, train_entities
from nlu.errors import WeightsError
from nlu.heads import DESCRIPTION_FILE, TENSORS_FILE
from nlu.options import EntityOptions
from nlu.tagging import EntityKind

CITY_FROM = EntityKind("city", role="from")
CITY_TO = EntityKind("city", role="to")
NUMBER = EntityKind("number")


def annotated(text: str, **values: EntityKind) -> AnnotatedText:
    """An example in which each keyword, underscores for spaces, stands in the text as that kind."""
    entities = []
    for value, kind in values.items():
        start = text.index(value.replace("_", " "))
        entities.append((kind, (start, start + len(value))))
    return AnnotatedText(text, tuple(entities))


EXAMPLES = [
    annotated("a flight from Paris to Berlin", Paris=CITY_FROM, Berlin=CITY_TO),
    annotated("fly from London to New York", London=CITY_FROM, New_York=CITY_TO),
    annotated("from Rome to Madrid please", Rome=CITY_FROM, Madrid=CITY_TO),
    annotated("I want to go to Vienna", Vienna=CITY_TO),
    annotated("take me to San Francisco", San_Francisco=CITY_TO),
    annotated("leaving from Tokyo", Tokyo=CITY_FROM),
    AnnotatedText("the number is 48213", ((NUMBER, (14, 19)),)),
    AnnotatedText("order 50007 please", ((NUMBER, (6, 11)),)),
    AnnotatedText("where is my order"),
    AnnotatedText("thank you very much"),
    AnnotatedText("I want to go home"),
]


@pytest.fixture(scope="module")
def model(encoder: MiniLMEncoder) -> EntityModel:
    return train_entities(EXAMPLES, encoder, EntityOptions())


def test_roles_and_offsets_of_unseen_entities(model: EntityModel) -> None:
    text = "fly from Oslo to Hong Kong"
    (found,) = model.find([text])
    assert [(each.name, each.role, each.value) for each in found] == [
        ("city", "from", "Oslo"),
        ("city", "to", "Hong Kong"),
    ]
    assert all(text[each.start : each.end] == each.value for each in found)
    assert all(0 < each.confidence <= 1 for each in found)


def test_an_unseen_number_is_found_by_its_shape(model: EntityModel) -> None:
    (found,) = model.find(["the number is 91734"])
    assert [(each.name, each.role, each.value) for each in found] == [("number", None, "91734")]


def test_a_text_without_entities_has_none(model: EntityModel) -> None:
    assert model.find(["thank you", "", "   "]) == [(), (), ()]


def test_many_texts_find_what_each_alone_finds(model: EntityModel) -> None:
    texts = ["to Paris", "order 12345", "good morning to you"]
    many = [[(each.name, each.value) for each in found] for found in model.find(texts)]
    alone = [[(each.name, each.value) for each in model.find([text])[0]] for text in texts]
    assert many == alone


def test_training_twice_gives_equal_models(model: EntityModel, encoder: MiniLMEncoder) -> None:
    again = train_entities(EXAMPLES, encoder, EntityOptions())
    assert np.array_equal(again.layer.weights, model.layer.weights)


def test_a_model_reads_back_as_it_was_written(model: EntityModel, encoder: MiniLMEncoder, tmp_path: Path) -> None:
    model.save(tmp_path)
    text = "from Lima to Rio"
    assert EntityModel.load(tmp_path, encoder).find([text]) == model.find([text])


def test_no_entities_make_a_model_that_finds_none(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    train_entities([AnnotatedText("hello")], encoder, EntityOptions()).save(tmp_path)
    assert EntityModel.load(tmp_path, encoder).find(["hello"]) == [()]


@pytest.mark.parametrize("name", [DESCRIPTION_FILE, TENSORS_FILE])
def test_a_damaged_file_raises(model: EntityModel, encoder: MiniLMEncoder, tmp_path: Path, name: str) -> None:
    model.save(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-20])
    with pytest.raises(WeightsError, match="train again"):
        EntityModel.load(tmp_path, encoder)


def test_labels_that_do_not_fit_raise(model: EntityModel, encoder: MiniLMEncoder, tmp_path: Path) -> None:
    model.save(tmp_path)
    description = tmp_path / DESCRIPTION_FILE
    description.write_text(description.read_text("utf-8").replace('"number"', '"number", 1, 2, 3'), "utf-8")
    with pytest.raises(WeightsError, match="unreadable labels"):
        EntityModel.load(tmp_path, encoder)
