"""Which functions of the client's one turn calls: decided from the offer, the bindings, and where the dialogue is."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.client_tools import NO_TOOLS, ClientTool, ToolCall, ToolOffer
from dialogue.tools.arguments import Unfit, fitted
from dialogue.tools.bindings import Binding, Source, Trigger, named_like

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a call is decided by: the slots, what the user said last, and the form that asks now.

    `deciding_slots` are the names of those that the dialogue's further course depends on.
    """

    slots: Mapping[str, Any]
    intent: str = ""
    entities: Sequence[Mapping[str, Any]] = ()
    form: str | None = None
    deciding_slots: frozenset[str] = frozenset()

    def value_of(self, source: Source) -> Any:
        """Return the value of an argument, None where there is none."""
        if source.kind == "value":
            return source.value
        return self.slots.get(source.value) if source.kind == "slot" else self._entity(source.value)

    def named(self, name: str) -> Any:
        """Return the value of the slot of that name, else of the entity, None where there is none."""
        value = self.slots.get(name)
        return self._entity(name) if value is None else value

    def _entity(self, name: str) -> Any:
        values = [entity.get("value") for entity in self.entities if entity.get("entity") == name]
        return values[0] if len(values) == 1 else values or None


@dataclass(slots=True)
class ToolTurn:
    """The calls of one turn; a turn that has called waits for the client, unless it can call something more."""

    bindings: tuple[Binding, ...] = ()
    offer: ToolOffer = NO_TOOLS
    calls: list[ToolCall] = field(init=False, default_factory=list)
    _called: list[Binding | None] = field(init=False, default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether nothing but more calls may happen before the client answers."""
        return bool(self.calls)

    @property
    def may_call_more(self) -> bool:
        """Whether a call may come beside those there are: it is known which slots their outputs set."""
        return not self.calls or (self.offer.in_a_row and len(self._set_slots()) == len(self.calls))

    def binding_of(self, tool: str) -> Binding | None:
        """Find how the function of that name is bound, or None."""
        return next((binding for binding in self.bindings if binding.tool == tool), None)

    def complain(self, tool: str, complaints: Iterable[str]) -> None:
        """Log what was wrong with an output."""
        for complaint in complaints:
            logger.warning("the output of the client's tool %r: %s", tool, complaint)

    def begin(self, moment: Moment) -> bool:
        """Call what is forced, or bound to the intent while no form asks; returns whether something was called."""
        if self.force(moment):
            return True
        return moment.form is None and self._call_bound("intent", moment.intent, moment)

    def force(self, moment: Moment) -> bool:
        """Call the function that has to be called, with the arguments that there are; returns whether there is one."""
        tool = None if self.offer.forced is None else self.offer.find(self.offer.forced)
        if tool is None:
            return False
        return self._call(tool, self.binding_of(tool.name), moment, forced=True)

    def end_form(self, form: str, moment: Moment) -> bool:
        """Call what is bound to the end of the form; returns whether something was called."""
        return self._call_bound("form", form, moment)

    def take_action(self, action: str, moment: Moment) -> bool:
        """Call what does the action at the client, bound or of its name; returns whether something was called."""
        if self._call_bound("action", action, moment):
            return True
        if any(binding.trigger == "action" and binding.name == action for binding in self.bindings):
            return False
        bound = {binding.tool for binding in self.bindings}
        tools = (self.offer.find(name) for name in named_like(action) if name not in bound)
        tool = next((tool for tool in tools if tool is not None), None)
        return tool is not None and self._call(tool, None, moment)

    def _call_bound(self, trigger: Trigger, name: str, moment: Moment) -> bool:
        for binding in self.bindings:
            tool = self.offer.find(binding.tool) if (binding.trigger, binding.name) == (trigger, name) else None
            if tool is not None:
                return self._call(tool, binding, moment)
        return False

    def _call(self, tool: ClientTool, binding: Binding | None, moment: Moment, *, forced: bool = False) -> bool:
        if self.calls and not self._may_follow(tool, binding, moment):
            return False
        values = _values(tool, binding, moment)
        try:
            arguments = fitted(values, tool.parameters, partly=forced)
        except Unfit as error:
            logger.warning("the client's tool %r is not called: its parameter %s", tool.name, error)
            return False
        self.calls.append(ToolCall(tool.name, json.dumps(arguments, ensure_ascii=False)))
        self._called.append(binding)
        return True

    def _may_follow(self, tool: ClientTool, binding: Binding | None, moment: Moment) -> bool:
        """Whether the outputs that are waited for can change neither this call nor that it is made."""
        needed = moment.deciding_slots | _slots_read(tool, binding)
        return self.may_call_more and all(needed.isdisjoint(slots) for slots in self._set_slots())

    def _set_slots(self) -> list[Iterable[str]]:
        """The slots that each call's output sets, as far as the bindings say."""
        return [binding.sets for binding in self._called if binding is not None and binding.sets is not None]


def _values(tool: ClientTool, binding: Binding | None, moment: Moment) -> dict[str, Any]:
    if binding is not None and binding.arguments is not None:
        found = {name: moment.value_of(source) for name, source in binding.arguments.items()}
    else:
        found = {name: moment.named(name) for name in _parameters(tool)}
    return {name: value for name, value in found.items() if value is not None}


def _slots_read(tool: ClientTool, binding: Binding | None) -> set[str]:
    if binding is not None and binding.arguments is not None:
        return {source.value for source in binding.arguments.values() if source.kind == "slot"}
    return set(_parameters(tool))


def _parameters(tool: ClientTool) -> Iterable[str]:
    properties = tool.parameters.get("properties")
    return [name for name in properties if isinstance(name, str)] if isinstance(properties, Mapping) else ()
