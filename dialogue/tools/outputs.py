"""What the output of a client's function does to the dialogue: slots to set, and a response to say."""

import ast
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.tools.bindings import WHOLE, Binding

MOST_CHARACTERS = 20_000
"""Length of an output that is read: a quarter of an hour of speech."""

_OF_RASA = frozenset({"self", "utter_action", "tracker", "output_channel"})
"""What Rasa calls the parameters of what fills a response in, so that no variable can be called so."""


@dataclass(frozen=True, slots=True)
class Effects:
    """Slots with their values, a response of the domain with the variables for its text, and complaints for the log."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    says: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    complaints: tuple[str, ...] = ()


def effects_of(output: str, binding: Binding | None, slot_names: frozenset[str]) -> Effects:
    """Read an output; `slot_names` are those of the domain. Where nothing says which, slots named like its keys are
    set.
    """
    says = None if binding is None else binding.says
    if len(output) > MOST_CHARACTERS:
        return Effects(says=says, complaints=(f"it has {len(output):,} characters, and {MOST_CHARACTERS:,} are read",))
    value = read_output(output)
    fields = value if isinstance(value, Mapping) else {}
    variables = {"output": output} | {name: item for name, item in fields.items() if name not in _OF_RASA}
    if binding is None or binding.sets is None:
        return Effects({name: item for name, item in fields.items() if name in slot_names}, says, variables)
    slots: dict[str, Any] = {}
    complaints = []
    for slot, key in binding.sets.items():
        found, item = _lookup(value, key)
        if slot not in slot_names:
            complaints.append(f"the domain has no slot {slot!r}")
        elif found:
            slots[slot] = item
        else:
            complaints.append(f"it has no {key!r} for the slot {slot!r}")
    return Effects(slots, says, variables, tuple(complaints))


def read_output(output: str) -> Any:
    """Read an output as JSON, or as a dict or list of Python, as LiveKit's agents write it; else it is the text."""
    try:
        return json.loads(output, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        pass
    if not output.startswith(("{", "[")):
        return output
    try:
        return json.loads(json.dumps(ast.literal_eval(output), allow_nan=False))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return output


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits:.20} is too large")
    return number


def _lookup(value: Any, key: str) -> tuple[bool, Any]:
    """Find what a key with dots leads to, and whether it leads anywhere."""
    if key == WHOLE:
        return True, value
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return False, None
        value = value[part]
    return True, value
