"""The function calls in a conversation, and the outputs with which no response has gone on yet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.client_tools import ToolOutput

CALL, OUTPUT = "function_call", "function_call_output"


class UnknownCall(Exception):
    """An output is for a call that is not in the conversation; the message is the protocol's."""


@dataclass(frozen=True, slots=True)
class TakenOutput:
    """An output with which a response goes on, and the item that it came in."""

    item_id: str
    call_id: str
    output: ToolOutput


@dataclass(slots=True)
class ToolCalls:
    """The calls and outputs of one conversation; told of each item that comes and goes. No call takes longer the more
    there are.

    What the client puts in as history is known, and none of it is gone on with: only a response's own call waits.
    """

    _names: dict[str, str] = field(init=False, default_factory=dict)  # by call id
    _ours: set[str] = field(init=False, default_factory=set)  # ids of calls that responses made
    _call_ids: dict[str, str] = field(init=False, default_factory=dict)  # of calls, by item id
    _open: set[str] = field(init=False, default_factory=set)  # ids of calls that wait for an output
    _outputs: dict[str, TakenOutput] = field(init=False, default_factory=dict)  # by item id, in order

    @property
    def waits(self) -> bool:
        """Whether a call has no output yet, and nobody has spoken since."""
        return bool(self._open)

    def added(self, item_id: str, kind: str, fields: Mapping[str, Any], *, by_response: bool = False) -> None:
        """Take in an item, which a client has added or a response has made."""
        call_id = fields.get("call_id")
        if not isinstance(call_id, str):
            return
        if kind == CALL and call_id not in self._names:
            self._names[call_id] = fields["name"]
            self._call_ids[item_id] = call_id
            if by_response:
                self._ours.add(call_id)
                self._open.add(call_id)
        elif kind == OUTPUT and call_id in self._ours:
            self._open.discard(call_id)
            output = ToolOutput(self._names[call_id], fields["output"])
            self._outputs[item_id] = TakenOutput(item_id, call_id, output)

    def is_ours(self, item_id: str) -> bool:
        """Return whether the item is a call that a response made."""
        return self._call_ids.get(item_id) in self._ours

    def removed(self, item_id: str) -> None:
        """Forget a call or an output that was deleted."""
        self._outputs.pop(item_id, None)
        call_id = self._call_ids.pop(item_id, None)
        if call_id is not None:
            del self._names[call_id]
            self._ours.discard(call_id)
            self._open.discard(call_id)

    def outputs_among(self, items: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[ToolOutput, ...]:
        """Return the outputs among items (kind, fields) that are no part of the conversation; their calls are among
        them or in the conversation. Raises UnknownCall.
        """
        own = {fields.get("call_id"): fields["name"] for kind, fields in items if kind == CALL}
        found = []
        for kind, fields in items:
            if kind == OUTPUT:
                call_id = fields["call_id"]
                name = own.get(call_id) or self._names.get(call_id)
                if name is None:
                    raise UnknownCall(f"Tool call ID '{call_id:.200}' not found in conversation.")
                found.append(ToolOutput(name, fields["output"]))
        return tuple(found)

    def take(self, *, user_spoke: bool) -> tuple[TakenOutput, ...]:
        """Take the outputs to go on with: none while another call waits, unless the user spoke, who is answered now."""
        if user_spoke:
            self._open.clear()
        if self._open:
            return ()
        taken = tuple(self._outputs.values())
        self._outputs.clear()
        return taken

    def give_back(self, taken: Iterable[TakenOutput]) -> None:
        """Put back outputs whose response was cut short before it gave anything."""
        back = {entry.item_id: entry for entry in taken if entry.call_id in self._names}
        self._outputs = back | self._outputs
