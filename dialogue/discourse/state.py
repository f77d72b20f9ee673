"""What a conversation remembers of itself: one immutable value, written with each answer and read in the next turn."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from retrieval.question import PRODUCT_ID, Answer, Question, products_of

VERSION = 1
_ENTRIES = ("faq:", "policy:")
MOST_SHOWN = 100
"""Things that are remembered as shown; the oldest are forgotten first."""
MOST_SPOKEN = 3
"""Things spoken of one after the other that are remembered."""
MOST_TEXTS = 6
"""Turns of one search that are remembered; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Discourse:
    """What was said and shown so far, as far as a later turn may point at it.

    `listed`: ids of the things of the last list, in the order in which they were said; `wider`: the list that they
    were chosen from, if they were. `shown`: ids of all things that were named in answers, the latest last. `focus`:
    id of the thing that is spoken of, `spoken` those of the last turns, `told` the slug of what was told of it
    last. `search`: what was said of the things that are looked for, turn by turn. `entry`: id of the rule or FAQ
    entry that was quoted in the last answer. `asked`: what was asked last of a thing or of the rules.
    `offers_more`: whether the last answer left some of what it found unnamed. `choices`: the things between which
    it asked to choose, id and name, and `open` the question that waits.
    """

    listed: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    focus: str | None = None
    told: str | None = None
    search: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    entry: str = ""
    asked: str = ""
    offers_more: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    open: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the value as JSON takes it, with its version."""
        held = {name: value for name, value in asdict(self).items() if value}
        return {"version": VERSION, **held}

    @classmethod
    def from_dict(cls, written: object) -> "Discourse":
        """Read what `as_dict` wrote; anything else, and what another version wrote, is read as nothing."""
        if not isinstance(written, Mapping) or written.get("version") != VERSION:
            return cls()
        return cls(
            listed=_texts(written.get("listed")),
            shown=_texts(written.get("shown")),
            focus=_text(written.get("focus")),
            told=_text(written.get("told")),
            search=_texts(written.get("search")),
            wider=_texts(written.get("wider")),
            spoken=_texts(written.get("spoken")),
            entry=_text(written.get("entry")) or "",
            asked=_text(written.get("asked")) or "",
            offers_more=written.get("offers_more") is True,
            choices=_pairs(written.get("choices")),
            open=_text(written.get("open")) or "",
        )

    def after(self, question: Question, answer: Answer) -> "Discourse":
        """Return what is remembered once `answer` was given to `question`."""
        named = products_of(answer.source_ids)
        several = len(named) > 1
        picks_one = question.described is not None and question.described.is_certain  # and wishes nothing for later
        is_of_entry = not named and answer.source_ids[:1] != () and answer.source_ids[0].startswith(_ENTRIES)
        return replace(
            self,
            listed=named if several else self.listed,
            wider=self._wider_than(named) if several else self.wider,
            spoken=() if several else self._spoken_with(answer.product_id),
            entry=answer.source_ids[0] if is_of_entry else "",
            shown=_latest((*(each for each in self.shown if each not in named), *named), MOST_SHOWN),
            focus=answer.product_id or (None if several else self.focus),
            told=self.told if is_of_entry else answer.told,
            search=self.search if picks_one else _latest(answer.search, MOST_TEXTS) or self.search,
            asked=(answer.question or question.text) if answer.product_id or is_of_entry else self.asked,
            offers_more=answer.offers_more,
            choices=tuple((choice.product_id, choice.title) for choice in answer.choices),
            open=question.text if answer.choices else "",
        )

    def _spoken_with(self, product_id: str | None) -> tuple[str, ...]:
        """The things that were spoken of one after the other, with the one that is spoken of now."""
        if product_id is None:
            return self.spoken
        now = full_id(product_id)
        return (*(each for each in self.spoken if each != now), now)[-MOST_SPOKEN:]

    def pair(self) -> tuple[str, ...]:
        """The two things that were spoken of last, where they are not of one list; else none."""
        two = self.spoken[-2:]
        return two if len(two) == 2 and not set(two) <= {*self.listed, *self.wider} else ()

    def _wider_than(self, named: tuple[str, ...]) -> tuple[str, ...]:
        """The list that things were chosen from; none where they are listed anew."""
        return next((each for each in (self.listed, self.wider) if set(named) < set(each)), ())


def full_id(product_id: str) -> str:
    """Return the id of a product as sources have it."""
    return product_id if product_id.startswith(PRODUCT_ID) else f"{PRODUCT_ID}{product_id}"


def _latest(texts: tuple[str, ...], most: int) -> tuple[str, ...]:
    return texts[-most:]


def _texts(values: object) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list | tuple) else ()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _pairs(values: object) -> tuple[tuple[str, str], ...]:
    pairs = [_texts(value) for value in values] if isinstance(values, list | tuple) else []
    return tuple((pair[0], pair[1]) for pair in pairs if len(pair) == 2)
