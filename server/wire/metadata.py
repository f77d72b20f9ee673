"""The metadata of a turn: what the assistant understood, in pairs of text within the protocol's limits."""

import json
from collections import deque

from dialogue.reply import Reply
from nlu.interpretation import Interpretation

MAX_METADATA_PAIRS = 16
MAX_METADATA_KEY = 64
MAX_METADATA_VALUE = 512
RESERVED_PREFIX = "heedful."
"""Keys that begin so are the server's: a client cannot set them."""


def turn_metadata(
    client: dict[str, str] | None, interpretation: Interpretation, reply: Reply, timings_ms: dict[str, float]
) -> dict[str, str]:
    """Add what was understood and what is cited to the client's own metadata, which goes first where room is short.

    Keys: `heedful.intent`, `heedful.confidence`, `heedful.entities` (JSON list of {name, value}),
    `heedful.sources` (ids separated by spaces), `heedful.actions`, `heedful.timings_ms` (JSON),
    and one of each signal, such as `heedful.handover`.
    """
    entities = deque({"name": entity.name, "value": entity.value} for entity in interpretation.entities)
    while len(entities_json := json.dumps(list(entities))) > MAX_METADATA_VALUE:
        entities.pop()
    ours = {
        "heedful.intent": interpretation.intent.name,
        "heedful.confidence": f"{interpretation.intent.confidence:.3f}",
        "heedful.entities": entities_json,
        "heedful.sources": _joined(reply.source_ids),
        "heedful.actions": _joined(reply.actions),
        **{f"{RESERVED_PREFIX}{signal}": "true" for signal in reply.signals},
        "heedful.timings_ms": json.dumps({name: round(ms) for name, ms in timings_ms.items()}),
    }
    room = MAX_METADATA_PAIRS - len(client or {})
    return {**dict(list(ours.items())[:room]), **(client or {})}


def _joined(words: tuple[str, ...]) -> str:
    """Join the words by spaces, as many whole ones as fit into a metadata value."""
    kept = list(words)
    while len(text := " ".join(kept)) > MAX_METADATA_VALUE:
        kept.pop()
    return text
