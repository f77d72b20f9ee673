"""What is wrong with a project's client_tools.yml: names that its domain does not have."""

from collections.abc import Iterable, Iterator, Mapping

from dialogue.tools.bindings import Binding
from nlu.data.examples import Place
from nlu.validation.findings import Finding

OF_RASA = frozenset({"nlu_fallback", "out_of_scope"})
"""Intents that nobody has to list."""

SECTIONS = {"intent": "intents", "form": "forms", "action": "actions", "slot": "slots", "entity": "entities"}
"""The section of a domain for each kind of name."""


def wrong_bindings(bindings: Iterable[Binding], domain: Mapping[str, Mapping[str, Place]]) -> Iterator[Finding]:
    """Yield an error for each name that its section of the domain lacks."""
    for binding in bindings:
        for kind, name, part in _names(binding):
            if name in domain[SECTIONS.get(kind, "responses")] or (kind == "intent" and name in OF_RASA):
                continue
            yield Finding(
                "error",
                "client-tool",
                f"the tool {binding.tool!r} names the {kind} {name!r}, which the domain does not have",
                f"add it to {SECTIONS.get(kind, 'responses')} in the domain, or write another name",
                binding.places.get(part) or binding.places.get(""),
            )


def _names(binding: Binding) -> Iterator[tuple[str, str, str]]:
    """The names that a binding uses: what each names, and which part of the binding it is in."""
    yield binding.trigger, binding.name, binding.trigger
    for name, source in (binding.arguments or {}).items():
        if source.kind != "value":
            yield source.kind, source.value, f"arguments.{name}"
    yield from (("slot", slot, f"sets.{slot}") for slot in binding.sets or ())
    if binding.says is not None:
        yield "response", binding.says, "says"
