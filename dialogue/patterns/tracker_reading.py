"""Reads from Rasa's tracker what the patterns know of a turn."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from dialogue.discourse.keeping import discourse_of
from dialogue.discourse.resolving import resolve, takes_offer
from dialogue.patterns.names import CANNOT_ANSWER, DEACTIVATE, NO, NO_MATCH, SUGGESTION, YES
from dialogue.patterns.recognizer import Likeness
from dialogue.patterns.turn import EndedForm, OpenForm, Past, Said, Turn
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.constants import REQUESTED_SLOT
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import (
        ActionExecuted,
        ActionExecutionRejected,
        ActiveLoop,
        BotUttered,
        Event,
        Restarted,
        SessionStarted,
        SlotSet,
        UserUttered,
    )
    from rasa.shared.core.trackers import DialogueStateTracker

OURS = "heedful"
"""Under this key the metadata of an action has what the pattern that took it does next."""
MOST_EVENTS = 400
"""Looked back over at most: some twenty turns."""
STILL_CORRECTABLE = 2
"""Turns after its end in which a form is corrected."""


@dataclass(slots=True)
class _PastTurn:
    """One turn, from what the user said on; events in their order."""

    user: UserUttered | None = None
    events: list[Event] = field(default_factory=list)

    def ours(self) -> Iterator[Mapping[str, Any]]:
        """Yield what patterns noted at their actions."""
        for event in self.events:
            if isinstance(event, ActionExecuted) and (noted := noted_at(event)):
                yield noted


def noted_at(event: ActionExecuted) -> Mapping[str, Any]:
    """Return what a pattern noted at an action of its own; empty for any other action."""
    return (event.metadata or {}).get(OURS) or {}


def latest_turns(tracker: DialogueStateTracker) -> list[_PastTurn]:
    """Return the latest turns since the session began, the present one first."""
    turns = [_PastTurn()]
    for event in islice(reversed(tracker.events), MOST_EVENTS):
        if isinstance(event, Restarted | SessionStarted):
            break
        if isinstance(event, UserUttered):
            turns[-1].user = event
            turns[-1].events.reverse()
            turns.append(_PastTurn())
        else:
            turns[-1].events.append(event)
    turns[-1].events.reverse()
    return turns


def points_back(tracker: DialogueStateTracker) -> bool:
    """Return whether what was just said points at what an answer named, or takes what one offered."""
    text = (tracker.latest_message.text if tracker.latest_message else "") or ""
    told = (
        {"event": event.type_name, "metadata": event.metadata, "data": getattr(event, "data", None)}
        for event in reversed(tracker.events)
    )
    state = discourse_of(told, tracker.current_slot_values())
    return takes_offer(text, state) or resolve(text, state).is_about_ours


def is_rejected(tracker: DialogueStateTracker) -> bool:
    """Return whether the last action refused to run, which lets other policies choose."""
    acts = (event for event in reversed(tracker.events) if isinstance(event, ActionExecuted | ActionExecutionRejected))
    return isinstance(next(acts, None), ActionExecutionRejected)


def turn_of(
    tracker: DialogueStateTracker, domain: Domain, likeness: Likeness, patterns: Mapping[str, str]
) -> Turn | None:
    """Return the turn that begins with what was just said; None where nothing was."""
    turns = latest_turns(tracker)
    user = turns[0].user
    if user is None:
        return None
    said = said_in(user, likeness)
    form = _open_form(tracker, domain, turns, said, patterns)
    ended = None if form else _ended_form(tracker, domain, turns, patterns)
    return Turn(said, form, ended, _past(turns, form))


def said_in(user: UserUttered, likeness: Likeness = Likeness()) -> Said:  # noqa: B008 - frozen
    """Return what was said, as a user's event has it."""
    ranking = user.parse_data.get("intent_ranking") or ()
    return Said(
        text=user.text or "",
        intent=user.intent_name or "",
        confidence=float(user.intent.get("confidence") or 0.0),
        ranking=tuple(other.get("name") or "" for other in ranking),
        likeness=likeness,
    )


def open_form_of(tracker: DialogueStateTracker, domain: Domain, patterns: Mapping[str, str]) -> OpenForm | None:
    """Return the form that is under way, if one is."""
    turns = latest_turns(tracker)
    return _open_form(tracker, domain, turns, said_in(turns[0].user), patterns) if turns[0].user else None


def times_asked(tracker: DialogueStateTracker) -> int:
    """Return how often on end the open form has asked for the same slot again, right after what the user said."""
    loop, times, slot = tracker.active_loop_name, 0, tracker.get_slot(REQUESTED_SLOT)
    for turn in latest_turns(tracker):
        acted = [event for event in turn.events if isinstance(event, ActionExecuted)]
        began = any(isinstance(event, ActiveLoop) for event in turn.events)
        if turn.user is None or began or not acted or acted[0].action_name != loop or noted_at(acted[0]):
            break
        if any(isinstance(e, SlotSet) and e.key == REQUESTED_SLOT and e.value != slot for e in turn.events):
            break
        if any(isinstance(e, SlotSet) and e.key not in (REQUESTED_SLOT, slot) and e.value for e in turn.events):
            break
        times += 1
    return times if slot else 0


def _open_form(
    tracker: DialogueStateTracker,
    domain: Domain,
    turns: Sequence[_PastTurn],
    said: Said,
    patterns: Mapping[str, str],
) -> OpenForm | None:
    name = tracker.active_loop_name
    if not name or name not in domain.form_names:
        return None
    slots = tuple(domain.required_slots_for_form(name))
    requested = tracker.get_slot(REQUESTED_SLOT) or ""
    entities = turns[0].user.entities if turns[0].user else []
    values = {str(entity.get("value")) for entity in entities}
    fresh = {e.key: e.value for e in turns[0].events if isinstance(e, SlotSet) and e.value is not None}
    by_text = fresh.get(requested) == said.text and said.text not in values and bool(said.text)
    by_answer = requested in fresh and not entities and said.intent in _answers_of(domain, requested, patterns)
    loose = requested if by_text or by_answer else ""
    filled = tuple(slot for slot in slots if slot in fresh and slot != loose)
    others = _said_for(domain, [slot for slot in slots if slot not in (requested, *filled)], entities)
    held = [slot for slot in _latest_first(turns) if slot in slots and tracker.get_slot(slot) is not None]
    return OpenForm(
        name=name,
        requested=requested,
        slots=slots,
        held=tuple(slot for slot in reversed(held) if slot != loose),
        filled=filled,
        by_text=by_text,
        by_answer=by_answer,
        others=others,
    )


def _ended_form(
    tracker: DialogueStateTracker, domain: Domain, turns: Sequence[_PastTurn], patterns: Mapping[str, str]
) -> EndedForm | None:
    """Return the form that ended by itself in the last turns."""
    events = [event for turn in reversed(turns) for event in ([turn.user] if turn.user else []) + turn.events]
    recent = sum(1 + len(turn.events) for turn in turns[: 1 + STILL_CORRECTABLE])
    ends = [at for at, event in enumerate(events) if isinstance(event, ActiveLoop) and not event.name]
    if not ends or len(events) - ends[-1] > recent:
        return None
    before = events[: ends[-1]]
    name = next((event.name for event in reversed(before) if isinstance(event, ActiveLoop) and event.name), None)
    if not name or name not in domain.form_names or _was_left(before):
        return None
    slots = domain.required_slots_for_form(name)
    values = {event.key: event.value for event in before if isinstance(event, SlotSet) and event.key in slots}
    user = turns[0].user
    return EndedForm(
        name=name,
        values={slot: value for slot, value in values.items() if value is not None},
        others=_said_for(domain, slots, user.entities if user else []),
        confirming=tuple(slot for slot in slots if _is_confirming(domain, slot, patterns)),
    )


def _was_left(events: Sequence[Event]) -> bool:
    last = next((event for event in reversed(events) if isinstance(event, ActionExecuted)), None)
    return last is not None and last.action_name == DEACTIVATE


def _mappings(domain: Domain, slot: str) -> list[Mapping[str, Any]]:
    return next((found.mappings for found in domain.slots if found.name == slot), [])


def _is_confirming(domain: Domain, slot: str, patterns: Mapping[str, str]) -> bool:
    return bool(_answers_of(domain, slot, patterns))


def _answers_of(domain: Domain, slot: str, patterns: Mapping[str, str]) -> set[str]:
    """Return the intents, each a yes or a no, that fill a slot."""
    given = [mapping.get("intent") for mapping in _mappings(domain, slot) if mapping.get("type") == "from_intent"]
    intents = {str(intent) for value in given for intent in (value if isinstance(value, list) else [value])}
    return {intent for intent in intents if patterns.get(intent) in (YES, NO)}


def _said_for(domain: Domain, slots: Sequence[str], entities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values that entities have for slots."""
    found: dict[str, Any] = {}
    for slot in slots:
        for mapping in _mappings(domain, slot):
            if mapping.get("type") != "from_entity":
                continue
            value = next((entity["value"] for entity in entities if _fits(entity, mapping)), None)
            if value is not None:
                found.setdefault(slot, value)
    return found


def _fits(entity: Mapping[str, Any], mapping: Mapping[str, Any]) -> bool:
    parts = (part for part in ("role", "group") if mapping.get(part))
    return entity.get("entity") == mapping.get("entity") and all(entity.get(part) == mapping[part] for part in parts)


def _latest_first(turns: Sequence[_PastTurn]) -> list[str]:
    """Return the slots that were set, each once, the latest first."""
    names = (event.key for turn in turns for event in reversed(turn.events) if isinstance(event, SlotSet))
    return list(dict.fromkeys(names))


def _past(turns: Sequence[_PastTurn], form: OpenForm | None) -> Past:
    previous = turns[1] if len(turns) > 1 else _PastTurn()
    noted = list(previous.ours())
    offers = [note for note in noted if note.get("offer")]
    question = f"_{form.requested}" if form else ""
    spoken = [event for event in previous.events if isinstance(event, BotUttered)]
    names = [str(event.metadata.get("utter_action") or "") for event in spoken]
    asks = [bool(question) and "_ask_" in name and name.endswith(question) for name in names]
    return Past(
        offer=str(offers[-1]["offer"]) if offers else "",
        offered_text=(previous.user.text or "") if previous.user else "",
        misses=_misses(turns[1:]),
        unanswered=_unanswered(turns[1:]) if form else 0,
        said=tuple(name for name in names if name),
        has_spoken=not all(asks),
    )


def _misses(turns: Sequence[_PastTurn]) -> int:
    """Return how many turns on end were not understood."""
    count = 0
    for turn in turns:
        if not any(note.get("pattern") in (NO_MATCH, SUGGESTION) for note in turn.ours()):
            break
        count += 1
    return count


def _unanswered(turns: Sequence[_PastTurn]) -> int:
    """Return how often since the form began the user could not answer."""
    count = 0
    for turn in turns:
        count += any(note.get("pattern") == CANNOT_ANSWER for note in turn.ours())
        if any(isinstance(event, ActiveLoop) and event.name for event in turn.events):
            break
    return count
