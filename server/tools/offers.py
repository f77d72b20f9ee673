"""The functions that a client declares, and its `tool_choice`, as an offer to the dialogue.

Source: `tools` and `tool_choice` of the OpenAI Realtime API (GA). MCP servers are not called.
"""

from collections.abc import Iterable
from typing import Any

from dialogue.client_tools import NO_TOOLS, ClientTool, ToolOffer


def client_tools(declared: Iterable[Any]) -> tuple[ClientTool, ...]:
    """Return the functions among the declared tools (`type`, `name`, `parameters`); of one name, the first."""
    found: dict[str, ClientTool] = {}
    for tool in declared:
        if tool.type == "function":
            parameters = tool.parameters if isinstance(tool.parameters, dict) else {}
            found.setdefault(tool.name, ClientTool(tool.name, parameters))
    return tuple(found.values())


def offer_of(tools: tuple[ClientTool, ...], choice: Any, in_a_row: bool) -> ToolOffer:
    """Return what may be called under a `tool_choice`: a word, or an object with the `type` and the `name` of one."""
    if choice == "none":
        return NO_TOOLS
    forced = None if isinstance(choice, str) else str(choice.name)
    return ToolOffer(tools, required=choice == "required", forced=forced, in_a_row=in_a_row)


def unmet(offer: ToolOffer) -> str | None:
    """Say why the choice cannot be met with the functions that are declared; None where it can."""
    if offer.required and not offer.tools:
        return "'required' asks for a function call, and no function is declared: declare one in tools."
    if offer.forced is not None and offer.find(offer.forced) is None:
        return f"no function named '{offer.forced[:100]}' is declared: declare it in tools, or choose another."
    return None
