"""What a client learns of the last turn apart from its text."""

from dialogue.patterns.signals import signals_of
from dialogue.patterns.tracker_reading import OURS
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.events import ActionExecuted, Event, UserUttered


def noted(signal: str) -> Event:
    return ActionExecuted("utter_handover", metadata={OURS: {"signal": signal}})


def test_the_signals_of_the_last_turn_are_found_once_each() -> None:
    events = [noted("slower"), UserUttered("a person"), noted("handover"), ActionExecuted("x"), noted("handover")]
    assert signals_of(reversed(events)) == ("handover",)
    assert signals_of([]) == ()
