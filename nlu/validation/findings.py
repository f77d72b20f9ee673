"""What is found wrong with training data: a finding says what, where and how to fix it."""

from dataclasses import dataclass
from typing import Literal

from nlu.data.examples import Listed, Place

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint")
"""Error: training or a conversation would fail. Warning: it would go wrong. Hint: worth a look."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `kind` is a short name that does not change; `also` are other lines it is about."""

    severity: Severity
    kind: str
    message: str
    cure: str
    place: Place | None = None
    also: tuple[Listed, ...] = ()
