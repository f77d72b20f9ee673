"""What a project does by itself: after which intent which actions follow, in a form and outside."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

MOSTLY = 0.7
"""The share of its stories in which an intent is followed by the same actions, for these to be its answer."""


@dataclass(frozen=True, slots=True)
class TaughtTurn:
    """One turn of a rule or a story: what the user said, in which form, and what was done.

    `free`: it holds without any turn, slot or action before it. `starts`: the form that the actions begin.
    """

    intent: str
    actions: tuple[str, ...]
    loop: str = ""
    starts: str = ""
    of_rule: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """What a project does by itself.

    `answers`: the actions that follow an intent wherever it is said, none of them a form. `starts`: the form that an
    intent begins. `in_loop`: per form, the intents for which it has turns of its own. `known`: all intents that any of
    its rules or stories has. `ruled`: the intents whose answer is a rule's. `after`: the actions that follow a form.
    """

    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    starts: Mapping[str, str] = field(default_factory=dict)
    in_loop: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    ruled: tuple[str, ...] = ()
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the habits as JSON takes them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "Habits":
        """Read what `as_dict` wrote."""
        return cls(
            answers=_tuples(written["answers"]),
            starts=dict(written["starts"]),
            in_loop=_tuples(written["in_loop"]),
            known=tuple(written["known"]),
            ruled=tuple(written["ruled"]),
            after=_tuples(written["after"]),
        )


def habits_of(turns: Iterable[TaughtTurn], ends: Iterable[tuple[str, tuple[str, ...]]]) -> Habits:
    """Find the habits in the turns of rules and stories, and in what followed the end of forms."""
    taught = list(turns)
    outside = [turn for turn in taught if not turn.loop and turn.actions]
    rules = {turn.intent: turn for turn in outside if turn.of_rule and turn.free}
    followed: dict[str, Counter[tuple[tuple[str, ...], str]]] = {}
    for turn in outside:
        if not turn.of_rule:
            followed.setdefault(turn.intent, Counter())[turn.actions, turn.starts] += 1
    usual = {intent: _usual(counts) for intent, counts in followed.items()}
    for intent, turn in rules.items():
        usual[intent] = turn.actions, turn.starts
    found = {intent: value for intent, value in usual.items() if value is not None}
    sometimes: dict[str, set[str]] = {}
    for turn in outside:
        if turn.of_rule and turn.starts:
            sometimes.setdefault(turn.intent, set()).add(turn.starts)
    # Of an intent whose rules have conditions, the one form that any of them begins.
    begun = {intent: min(forms) for intent, forms in sometimes.items() if intent not in found and len(forms) == 1}
    after: dict[str, Counter[tuple[str, ...]]] = {}
    for loop, actions in ends:
        after.setdefault(loop, Counter())[actions] += 1
    own: dict[str, dict[str, None]] = {}
    for turn in taught:
        if turn.loop and turn.actions and turn.actions[0] != turn.loop:
            own.setdefault(turn.loop, {})[turn.intent] = None
    return Habits(
        answers={intent: actions for intent, (actions, starts) in found.items() if not starts},
        starts=begun | {intent: starts for intent, (_, starts) in found.items() if starts},
        in_loop={loop: tuple(intents) for loop, intents in own.items()},
        known=tuple(dict.fromkeys(turn.intent for turn in taught)),
        ruled=tuple(rules),
        after={loop: counts.most_common(1)[0][0] for loop, counts in after.items()},
    )


def _usual(counts: Counter[tuple[tuple[str, ...], str]]) -> tuple[tuple[str, ...], str] | None:
    (commonest, times), *_ = counts.most_common(1)
    return commonest if times >= MOSTLY * counts.total() else None


def _tuples(written: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in written.items()}
