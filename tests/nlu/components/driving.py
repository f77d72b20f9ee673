"""How tests drive a component of entities as Rasa's graph drives it."""

from typing import Any

from dialogue.quiet import quiet_imports, quiet_prints

with quiet_imports():
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

CONTEXT = ExecutionContext(GraphSchema({}), node_name="node")
RESOURCE = Resource("names")


def read(text: str) -> TrainingData:
    with quiet_prints():
        return RasaYAMLReader().reads(text)


def table(entity: str, *names: str) -> TrainingData:
    listed = "".join(f"    - {name}\n" for name in names)
    return read(f"version: '3.1'\nnlu:\n- lookup: {entity}\n  examples: |\n{listed}")


def entities_of(component: Any, text: str, *known: dict[str, Any]) -> list[dict[str, Any]]:
    (message,) = component.process([Message({"text": text, "entities": list(known)})])
    assert "entities" in message.output_properties
    found: list[dict[str, Any]] = message.get("entities")
    return found


def entity(name: str, value: str, text: str) -> dict[str, Any]:
    start = text.index(value)
    return {"entity": name, "value": value, "start": start, "end": start + len(value), "extractor": "Earlier"}


def is_in_recipe(kind: Any) -> bool:
    """Whether a config.yml may name the component by its module path."""
    name = f"{kind.__module__}.{kind.__name__}"
    schema = DefaultV1Recipe().graph_config_for_recipe(
        {"language": "en", "assistant_id": "x", "pipeline": [{"name": name}], "policies": []}, {}
    )
    return any(node.uses is kind for node in schema.predict_schema.nodes.values())
