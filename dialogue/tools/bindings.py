"""A project's client_tools.yml: which function of the client's is called when, with what, and what its output does."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml
from yaml import MappingNode, Node, ScalarNode

from dialogue.errors import ProjectError
from nlu.data.examples import Place
from nlu.data.yaml_nodes import DataError, child, entries, is_null, place_of, read_nodes, scalar

Trigger: TypeAlias = Literal["intent", "form", "action"]
TRIGGERS: tuple[Trigger, ...] = ("intent", "form", "action")
SOURCES = ("slot", "entity", "value")
KEYS = (*TRIGGERS, "arguments", "sets", "says")

WHOLE = ""
"""The key of an output that is all of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an argument comes from: a slot or an entity, by its name, or a constant, which is any JSON value."""

    kind: Literal["slot", "entity", "value"]
    value: Any


@dataclass(frozen=True, slots=True)
class Binding:
    """One function: the intent, form or action that calls it, its arguments, and what its output does.

    `arguments` is None where each parameter is taken from the slot or the entity of its name. `sets` has the key of the
    output for each slot, with dots into objects; None where each slot is set that is named like a key. `says` is a
    response of the domain.
    """

    tool: str
    trigger: Trigger
    name: str
    arguments: Mapping[str, Source] | None = None
    sets: Mapping[str, str] | None = None
    says: str | None = None
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where its parts stand: `""` is the whole, the others are keys such as `says` and `arguments.order`."""


def named_like(action: str) -> tuple[str, ...]:
    """Return the names of functions that an action calls without being bound: its own, also without `action_`."""
    short = action.removeprefix("action_")
    return (action,) if short == action else (action, short)


def load_bindings(file: Path) -> tuple[Binding, ...]:
    """Read a client_tools.yml; none where there is no file. Raises ProjectError, which names file and line."""
    try:
        return tuple(read_bindings(file)) if file.is_file() else ()
    except DataError as error:
        raise ProjectError(str(error)) from error


def read_bindings(file: Path) -> Iterator[Binding]:
    """Read a client_tools.yml, binding by binding; raises DataError for the first thing wrong with its form."""
    root = read_nodes(file)
    if is_null(root):
        return
    for key, _ in entries(_mapping(root, file, "the file")):
        if key.value not in ("version", "tools"):
            raise DataError(place_of(key, file), f"there is no key {key.value!r} here", "write tools, or remove it")
    tools = child(root, "tools")
    if is_null(tools):
        return
    seen: dict[str, str] = {}
    called: dict[tuple[Trigger, str], str] = {}
    for key, node in entries(_mapping(tools, file, "tools")):
        binding = _binding(key, node, file)
        if binding.tool in seen:
            raise DataError(place_of(key, file), f"the tool {binding.tool!r} is here twice", "remove one of the two")
        other = called.setdefault((binding.trigger, binding.name), binding.tool)
        if other != binding.tool:
            problem = f"the {binding.trigger} {binding.name!r} calls {other!r} already"
            raise DataError(place_of(key, file), problem, "bind one of the two to something else")
        seen[binding.tool] = binding.name
        yield binding


def _binding(key: ScalarNode, node: Node, file: Path) -> Binding:
    tool = key.value
    places = {"": place_of(key, file)}
    for name, value in entries(_mapping(node, file, f"the tool {tool!r}")):
        if name.value not in KEYS:
            problem = f"the tool {tool!r} has no key {name.value!r}"
            raise DataError(place_of(name, file), problem, f"write one of {', '.join(KEYS)}, or remove it")
        places[name.value] = place_of(name, file)
        places |= {f"{name.value}.{inner.value}": place_of(inner, file) for inner, _ in entries(value)}
    triggers = [trigger for trigger in TRIGGERS if child(node, trigger) is not None]
    if len(triggers) != 1:
        problem = f"the tool {tool!r} is bound to {len(triggers)} things"
        raise DataError(places[""], problem, "bind it to one intent, one form or one action")
    trigger = triggers[0]
    says = child(node, "says")
    return Binding(
        tool,
        trigger,
        _text(child(node, trigger), file, trigger),
        _arguments(child(node, "arguments"), file),
        _sets(child(node, "sets"), file),
        None if is_null(says) else _text(says, file, "says"),
        places,
    )


def _arguments(node: Node | None, file: Path) -> dict[str, Source] | None:
    if is_null(node):
        return None
    return {key.value: _source(value, file, key.value) for key, value in entries(_mapping(node, file, "arguments"))}


def _source(node: Node, file: Path, name: str) -> Source:
    if isinstance(node, ScalarNode):
        return Source("slot", _text(node, file, name))
    kinds = [(key.value, value) for key, value in entries(node)]
    if len(kinds) != 1 or kinds[0][0] not in SOURCES:
        problem = f"the argument {name!r} has no source"
        raise DataError(place_of(node, file), problem, "write the name of a slot, {entity: its name} or {value: any}")
    kind, value = kinds[0]
    if kind == "value":
        return Source("value", _constant(value, file, name))
    return Source("entity" if kind == "entity" else "slot", _text(value, file, name))


def _constant(node: Node, file: Path, name: str) -> Any:
    try:
        value = yaml.safe_load(yaml.serialize(node))
        json.dumps(value, allow_nan=False)
    except (yaml.YAMLError, TypeError, ValueError) as error:
        problem = f"the constant of the argument {name!r} cannot be written as JSON"
        raise DataError(place_of(node, file), problem, "put a date or the like in quotes") from error
    return value


def _sets(node: Node | None, file: Path) -> dict[str, str] | None:
    if is_null(node):
        return None
    if isinstance(node, ScalarNode):
        return {_text(node, file, "sets"): WHOLE}
    return {key.value: _text(value, file, key.value) for key, value in entries(_mapping(node, file, "sets"))}


def _mapping(node: Node | None, file: Path, what: str) -> MappingNode:
    if not isinstance(node, MappingNode):
        place = place_of(node, file) if node is not None else Place(file, 1)
        raise DataError(place, f"{what} is no mapping of keys to values", "write each key on its line, with a colon")
    return node


def _text(node: Node | None, file: Path, what: str) -> str:
    text = scalar(node)
    if not text or node is None:
        place = place_of(node, file) if node is not None else Place(file, 1)
        raise DataError(place, f"{what} has no name after it", "write one, as a text")
    return text
