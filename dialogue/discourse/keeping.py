"""Finds what a conversation remembers in its events: each answer carries it, so that any project has it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from dialogue.discourse.state import Discourse
from retrieval.question import products_of

DISCOURSE = "heedful_discourse"
"""Under this key the metadata of an answer have what is remembered once it was given."""
EVENTS_LOOKED_AT = 400
"""How far back the last answer may lie: some twenty turns."""
_FORGETTING = frozenset({"restart", "session_started", "reset_slots"})


def discourse_of(latest_first: Iterable[Mapping[str, Any]], slots: Mapping[str, Any]) -> Discourse:
    """Return what is remembered; what the slots `product_id` and `told` say, where there are such, counts.

    `latest_first`: the events of the conversation as Rasa writes them, from the last one back.
    """
    state = _last_in(latest_first)
    if "product_id" in slots:
        state = replace(state, focus=slots["product_id"])
    return replace(state, told=slots["told"]) if "told" in slots else state


def _last_in(latest_first: Iterable[Mapping[str, Any]]) -> Discourse:
    for event in islice(latest_first, EVENTS_LOOKED_AT):
        if event.get("event") in _FORGETTING:
            break
        if event.get("event") != "bot":
            continue
        if written := (event.get("metadata") or {}).get(DISCOURSE):
            return Discourse.from_dict(written)
        # An answer of the project's own, which cites products as ours do.
        custom = (event.get("data") or {}).get("custom") or {}
        cited = products_of(custom.get("source_ids") or ())
        if len(cited) > 1:
            return Discourse(listed=cited, shown=cited)
    return Discourse()
