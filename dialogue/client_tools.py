"""Functions that a client has: which it offers, what the dialogue calls, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ClientTool:
    """A function that runs at the client; `parameters` is the JSON schema of its arguments, an object's."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """The functions that the dialogue may call in a turn.

    `required`: it has to call one. `forced`: it has to call this one, before all else. `in_a_row`: it may call several
    at a time.
    """

    tools: tuple[ClientTool, ...] = ()
    required: bool = False
    forced: str | None = None
    in_a_row: bool = True

    def find(self, name: str) -> ClientTool | None:
        """Find the function of that name, or None."""
        return next((tool for tool in self.tools if tool.name == name), None)


NO_TOOLS = ToolOffer()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function to call; `arguments` is a JSON object."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """What a called function returned, as the client wrote it: JSON or any text."""

    name: str
    output: str
