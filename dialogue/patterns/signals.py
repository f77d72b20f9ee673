"""What patterns signal to a client apart from the text: a hand-over to a person, a wish for slower speech."""

from collections.abc import Iterable

from dialogue.patterns.tracker_reading import noted_at
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.events import ActionExecuted, Event, UserUttered


def signals_of(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the signals of the last turn, each once, from the newest event back to what the user said."""
    found: dict[str, None] = {}
    for event in events:
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and (signal := noted_at(event).get("signal")):
            found[str(signal)] = None
    return tuple(found)
