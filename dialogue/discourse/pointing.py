"""Resolves what points into a list: "the second one", "the last", "the other one"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PLACES = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "latter": -1, "last": -1,
}  # fmt: skip
# An ordinal alone is seldom a thing ("the second hand", "last week"): it needs "one", or nothing after it but a verb.
_POINTING = re.compile(
    rf"\bthe\s+(?P<place>{'|'.join(_PLACES)}|other)"
    r"(?:\s+(?:one|option|item|of\s+(?:them|those|these|the\s+(?:two|three)))\b"
    r"|(?=\s*(?:$|[?!.,;])|\s+(?:is|has|does|costs?|comes?|weighs?)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pointed:
    """The thing that is pointed at, and the text with a pronoun in the place of what pointed at it."""

    thing: str
    text: str


def pointed_at(text: str, listed: Sequence[str], in_focus: str | None = None) -> Pointed | None:
    """Find which of the things listed last `text` points at; None where it points at none, or at none that is there.

    `listed`: ids in the order in which they were said. `in_focus`: the thing that is spoken of; "the other" is not it.
    """
    found = _POINTING.search(text)
    if found is None or len(listed) < 2:
        return None
    place = found["place"].lower()
    if place == "other":
        others = [thing for thing in listed if thing != in_focus]
        if in_focus not in listed or len(others) != 1:
            return None
        return Pointed(others[0], _with_pronoun(text, found))
    at = _PLACES[place]
    return Pointed(listed[at], _with_pronoun(text, found)) if at < len(listed) else None


def _with_pronoun(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]}it{text[found.end() :]}"
