"""What was meant: the interpretation that every interpreter returns."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

FALLBACK = "nlu_fallback"
"""The intent that Rasa's FallbackClassifier, or ours, puts first when no other is sure enough."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent's name with its confidence in 0..1."""

    name: str
    confidence: float


REFUSAL = Intent(FALLBACK, 1.0)
"""What our own classifier puts first, the confidences of the rest multiplied by `in_scope`: so sure, and so far ahead,
that Rasa's FallbackClassifier after it does not put another one before it."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A value found in the text; `start` and `end` are character offsets into it, `end` exclusive.

    `heard` is what stands in the text where the value was corrected or written another way.
    """

    name: str
    value: str
    start: int
    end: int
    extractor: str
    confidence: float = 1.0
    role: str | None = None
    group: str | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The meaning of one utterance: intent, entities, and the ranking (best first, `intent` included).

    `in_scope`, 0..1, is how likely the text is any of the known intents, below 0.5 where it should be refused; None
    where the interpreter does not say.
    """

    text: str
    intent: Intent
    ranking: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    in_scope: float | None = None
    raw: object = field(default=None, compare=False, repr=False)
    """What its interpreter said in its own form, which that interpreter alone reads. Others pass it on as it is."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, such as JSON has, without `raw`."""
        described = asdict(replace(self, raw=None))
        del described["raw"]
        return described
