"""Reads the habits of a project from what Rasa makes of its rules and stories: trackers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dialogue.patterns.habits import Habits, TaughtTurn, habits_of
from dialogue.patterns.names import LISTEN
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.constants import RULE_SNIPPET_ACTION_NAME
    from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

MOST_TURNS = 200_000


def learn_habits(trackers: Iterable[DialogueStateTracker]) -> Habits:
    """Find the habits in training trackers; those that Rasa only glued together from others do not count."""
    turns: list[TaughtTurn] = []
    ends: list[tuple[str, tuple[str, ...]]] = []
    for tracker in trackers:
        if getattr(tracker, "is_augmented", False) or len(turns) > MOST_TURNS:
            continue
        reading = _Reading(tracker.is_rule_tracker)
        for event in tracker.events:
            reading.take(event)
        turns.extend(reading.finished())
        ends += reading.ends
    return habits_of(turns, ends)


@dataclass
class _Turn:
    intent: str
    loop: str
    free: bool
    actions: list[str] = field(default_factory=list)
    starts: str = ""


class _Reading:
    """Takes the events of one tracker, and gives its turns."""

    def __init__(self, of_rule: bool) -> None:
        self._of_rule = of_rule
        self._loop = ""
        self._free = True
        self._turns: list[_Turn] = []
        self._ended: tuple[str, list[str]] | None = None
        self.ends: list[tuple[str, tuple[str, ...]]] = []

    def take(self, event: Event) -> None:
        """Take the next event."""
        if isinstance(event, UserUttered):
            self._end_of_loop()
            self._turns.append(_Turn(event.intent_name or "", self._loop, self._free))
            self._free = False
        elif isinstance(event, ActiveLoop):
            self._change_loop(event.name or "")
        elif isinstance(event, SlotSet):
            self._free = False
        elif isinstance(event, ActionExecuted):
            self._act(event.action_name or event.action_text or "")

    def finished(self) -> Iterator[TaughtTurn]:
        """Yield the turns."""
        self._end_of_loop()
        for turn in self._turns:
            yield TaughtTurn(turn.intent, tuple(turn.actions), turn.loop, turn.starts, self._of_rule, turn.free)

    def _act(self, name: str) -> None:
        if name == LISTEN:
            self._end_of_loop()
        elif name != RULE_SNIPPET_ACTION_NAME:
            self._free = False
            if self._ended is not None:
                self._ended[1].append(name)
            elif self._turns:
                self._turns[-1].actions.append(name)

    def _change_loop(self, name: str) -> None:
        if not name and self._loop:
            self._ended = self._loop, []
        if name and not self._loop and self._turns:
            self._turns[-1].starts = name
        self._loop = name

    def _end_of_loop(self) -> None:
        if self._ended is not None:
            loop, actions = self._ended
            self.ends.append((loop, tuple(actions)))
        self._ended = None
