"""A conversation's state that grows with what is new, and not with all that was: Rasa's tracker, made for long talk."""

import copy
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.constants import PREVIOUS_ACTION
    from rasa.shared.core.domain import Domain, State
    from rasa.shared.core.events import (
        ActionExecuted,
        ActionReverted,
        ActiveLoop,
        Event,
        Restarted,
        SessionStarted,
        UserUtteranceReverted,
    )
    from rasa.shared.core.slots import Slot
    from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

FEWEST_STATES = 40
"""Past states that policies see at least, where there are as many: some fifteen turns, more than a rule has."""

MOST_STATES = 60
"""Past states that policies see at most. Between the two, their number grows from turn to turn."""

_HOW_TO_COPY = ("__copy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")

# After one of these, Rasa takes back events that had been applied.
_TAKES_BACK = (ActionReverted, UserUtteranceReverted, Restarted, SessionStarted)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The state before an action, and what Rasa asks of its tracker where turns that only rules know are left out.

    `hides` says whether the action hides its turn; `decides` whether that counts.
    """

    state: State
    previous: dict[str, str] | None
    hides: bool
    decides: bool

    @classmethod
    def of(cls, tracker: DialogueStateTracker, domain: Domain, hides: bool) -> "_Seen":
        decides = not tracker.followup_action and tracker.latest_action_name != tracker.active_loop_name
        return cls(domain.get_active_state(tracker), tracker.latest_action, hides, decides)

    def copy(self) -> State:
        """Return the state, which its reader may change."""
        return {key: dict(part) for key, part in self.state.items()}


@dataclass(frozen=True, slots=True)
class _Replay:
    """The states that the applied events number `begin` to `end` led to, and the tracker behind them; never changed.

    The last state is that of `tracker`; the others are those before each action.
    """

    domain: Domain
    begin: int
    end: int
    tracker: DialogueStateTracker
    seen: tuple[_Seen, ...]


@dataclass(frozen=True, slots=True)
class _Steps:
    """A tracker and the events that it goes on with, as Rasa's domain asks a tracker for its history."""

    tracker: DialogueStateTracker
    events: Sequence[Event]

    def generate_all_prior_trackers(self) -> Iterator[tuple[DialogueStateTracker, bool]]:
        """Yield the tracker before each action, and whether the action is hidden; then after the last event."""
        for event in self.events:
            if isinstance(event, ActionExecuted):
                yield self.tracker, event.hide_rule_turn
            self.tracker.update(event)
        yield self.tracker, False


class LiveTracker(DialogueStateTracker):
    """Rasa's tracker, with the same state and the same events, that does not replay them.

    Rasa's tracker computes which events apply, and the states that they led to, from the first event on, several times
    a turn. This one keeps both and goes on from them. Policies see the last states only, 40 to 60.

    `saved` is the number of its events that its store has.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        self.saved = 0
        self._applied: list[Event] = []
        self._seen = 0
        self._loops: set[str] = set()
        # The tracker before the event of that number among the applied ones; never changed.
        self._milestone: tuple[int, DialogueStateTracker] | None = None
        self._replay: _Replay | None = None
        # Of the first events that are saved; all copies have it in common, since these are the same in all.
        self._saved_dicts: list[dict[str, Any]] = []
        super().__init__(*arguments, **settings)

    def copy(self) -> "LiveTracker":
        """Return a tracker of the same state, which goes its own way."""
        self.applied_events()
        copied = LiveTracker(self.sender_id, (), self._max_event_history, self.sender_source)
        _take_state(copied, self)
        copied.events = deque(self.events, self._max_event_history)
        copied.saved, copied._seen = self.saved, self._seen
        copied._applied, copied._loops = list(self._applied), set(self._loops)
        copied._milestone, copied._saved_dicts = self._milestone, self._saved_dicts
        copied._replay = self._replay
        return copied

    def applied_events(self) -> list[Event]:
        """Return the events that were not taken back; asks Rasa where a new one may take others back."""
        for number in range(self._seen, len(self.events)):
            event = self.events[number]
            if isinstance(event, ActiveLoop) and event.name:
                self._loops.add(event.name)
            if isinstance(event, _TAKES_BACK) or self._runs_loop(event):
                self._applied_anew()
                break
            self._applied.append(event)
        self._seen = len(self.events)
        return list(self._applied)

    def _runs_loop(self, event: Event) -> bool:
        """Whether Rasa looks back for the earlier runs of a form."""
        if isinstance(event, ActiveLoop):
            return event.name is not None
        return isinstance(event, ActionExecuted) and event.action_name in self._loops

    def _applied_anew(self) -> None:
        before = self._applied
        self._replay = None
        self._applied = super().applied_events()
        self._loops = {event.name for event in self.events if isinstance(event, ActiveLoop) and event.name}
        if self._milestone is not None:
            number, _ = self._milestone
            kept = len(self._applied) >= number and all(
                ours is theirs for ours, theirs in zip(before[:number], self._applied, strict=False)
            )
            self._milestone = self._milestone if kept else None

    def generate_all_prior_trackers(self) -> Iterator[tuple[DialogueStateTracker, bool]]:
        """Yield the tracker before each of the last actions, and whether the action is hidden from policies that learn.

        A milestone a good way back is where it begins; it moves on when too many actions have followed it.
        """
        number, milestone = self._beginning()
        yield from _Steps(_moved_on(milestone, []), self._applied[number:]).generate_all_prior_trackers()

    def _beginning(self) -> tuple[int, DialogueStateTracker]:
        """Return the milestone, moved on when too many actions have followed it."""
        applied = self.applied_events()
        if self._milestone is None:
            self._milestone = 0, self.init_copy()
        number, milestone = self._milestone
        if len(applied) - number <= MOST_STATES:
            return number, milestone
        actions = [at for at in range(number, len(applied)) if isinstance(applied[at], ActionExecuted)]
        if len(actions) > MOST_STATES:
            milestone = _moved_on(milestone, applied[number : actions[-FEWEST_STATES]])
            number = actions[-FEWEST_STATES]
            self._milestone = number, milestone
        return number, milestone

    def past_states(
        self,
        domain: Domain,
        omit_unset_slots: bool = False,
        ignore_rule_only_turns: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        """Return the states that policies see, as copies; they are computed once for each event."""
        if omit_unset_slots:
            return list(super().past_states(domain, omit_unset_slots, ignore_rule_only_turns, rule_only_data))
        number, milestone = self._beginning()
        replay = self._replay
        if replay is None or replay.domain is not domain or replay.begin != number:
            replay = _Replay(domain, number, number, milestone, ())
        if not replay.seen or replay.end < len(self._applied):
            steps = _Steps(_moved_on(replay.tracker, []), self._applied[replay.end :])
            new = [_Seen.of(tracker, domain, hides) for tracker, hides in steps.generate_all_prior_trackers()]
            replay = _Replay(domain, number, len(self._applied), steps.tracker, (*replay.seen[:-1], *new))
        self._replay = replay
        if ignore_rule_only_turns:
            return _without_rule_only_turns(replay.seen, domain, rule_only_data)
        return [seen.copy() for seen in replay.seen]

    def current_state(self, event_verbosity: EventVerbosity = EventVerbosity.NONE) -> dict[str, Any]:
        """Return the state as Rasa writes it; the dicts of events that were saved are made once."""
        if event_verbosity is not EventVerbosity.ALL:
            return dict(super().current_state(event_verbosity))
        state = dict(super().current_state(EventVerbosity.NONE))
        events = list(self.events)
        self._saved_dicts += [event.as_dict() for event in events[len(self._saved_dicts) : self.saved]]
        state["events"] = [*self._saved_dicts, *(event.as_dict() for event in events[self.saved :])]
        return state


def _without_rule_only_turns(
    seen: Sequence[_Seen], domain: Domain, rule_only_data: dict[str, Any] | None
) -> list[State]:
    """Return the states that policies see which learn from stories, as `Domain.states_for_tracker_history` has them."""
    states: list[State] = []
    previous: dict[str, str] | None = None
    hidden = False
    for before in seen:
        if not hidden:
            previous = before.previous
        if before.decides:
            hidden = before.hides
        if hidden:
            continue
        state = before.copy()
        domain._remove_rule_only_features(state, rule_only_data)
        if states:
            domain._substitute_rule_only_user_input(state, states[-1])
        if previous:
            state[PREVIOUS_ACTION] = dict(previous)
        states.append(domain._clean_state(state))
    return states


def _copied(slot: Slot) -> Slot:
    """Return a copy as `copy.copy` makes it, in a fifth of its time."""
    kind = type(slot)
    if any(getattr(kind, name, None) is not getattr(object, name, None) for name in _HOW_TO_COPY):
        return copy.copy(slot)
    copied: Slot = object.__new__(kind)
    vars(copied).update(vars(slot))
    return copied


def _take_state(tracker: DialogueStateTracker, origin: DialogueStateTracker) -> None:
    """Give a tracker all that events have made of another one, but the events."""
    tracker.slots = {name: _copied(slot) for name, slot in origin.slots.items()}
    tracker._paused = origin.is_paused()
    tracker.followup_action = origin.followup_action
    tracker.latest_action = origin.latest_action
    tracker.latest_message = origin.latest_message
    tracker.latest_bot_utterance = origin.latest_bot_utterance
    tracker.active_loop = replace(origin.active_loop) if origin.active_loop is not None else None


def _moved_on(origin: DialogueStateTracker, events: list[Event]) -> DialogueStateTracker:
    """Return Rasa's own tracker with the state of `origin` after some more events; it has no others."""
    tracker = DialogueStateTracker(origin.sender_id, ())
    _take_state(tracker, origin)
    for event in events:
        tracker.update(event)
    return tracker
