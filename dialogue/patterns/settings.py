"""The settings of the policy in a config.yml."""

from collections.abc import Mapping
from typing import Any

from dialogue.patterns.names import USUAL_INTENTS
from nlu.component_settings import require_known_keys
from nlu.errors import NluError

PRIORITY = 10
"""Above RulePolicy, which has 6: between policies that are equally sure, Rasa takes the higher one."""


def settings() -> dict[str, Any]:
    """Return every setting with its default: `intents`, which pattern an intent of the project's is; `encoder`, the
    folder of another sentence encoder (null: the installed package).
    """
    return {"priority": PRIORITY, "intents": {}, "encoder": None}


def require_settings(component: str, config: Mapping[str, Any]) -> None:
    """Raise NluError on a setting or a pattern that does not exist."""
    require_known_keys(component, config, settings())
    intents = config.get("intents") or {}
    if not isinstance(intents, Mapping):
        raise NluError(f"{component}: intents is {intents!r}; make it a mapping of intents to patterns")
    for intent, pattern in intents.items():
        if pattern not in USUAL_INTENTS:
            raise NluError(f"{component}: {intent} is {pattern!r}; the patterns are {', '.join(sorted(USUAL_INTENTS))}")
