"""What is read from Rasa's tracker of a turn."""

from dialogue.patterns.names import patterns_by_intent
from dialogue.patterns.recognizer import Likeness
from dialogue.patterns.tracker_reading import OURS, is_rejected, latest_turns, times_asked, turn_of
from dialogue.patterns.turn import Turn
from dialogue.quiet import quiet_imports, quiet_prints

with quiet_imports():
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import (
        ActionExecuted,
        ActionExecutionRejected,
        ActiveLoop,
        BotUttered,
        Event,
        Restarted,
        SlotSet,
        UserUttered,
    )
    from rasa.shared.core.trackers import DialogueStateTracker

with quiet_prints():
    DOMAIN = Domain.from_dict(
        {
            "intents": ["order", "affirm", "inform"],
            "entities": ["colour"],
            "slots": {
                "colour": {"type": "text", "mappings": [{"type": "from_entity", "entity": "colour"}]},
                "note": {"type": "text", "mappings": [{"type": "from_text"}]},
                "sure": {"type": "bool", "mappings": [{"type": "from_intent", "intent": "affirm", "value": True}]},
            },
            "forms": {"order_form": {"required_slots": ["colour", "note", "sure"]}},
            "actions": ["action_done"],
        }
    )
PATTERNS = patterns_by_intent({})
LISTEN, FORM = ActionExecuted("action_listen"), ActionExecuted("order_form")
BEGUN = [FORM, ActiveLoop("order_form"), SlotSet("requested_slot", "colour"), LISTEN]


def user(text: str, intent: str = "inform", **entities: str) -> UserUttered:
    found = [{"entity": name, "value": value} for name, value in entities.items()]
    return UserUttered(text, {"name": intent, "confidence": 0.9}, found)


def tracker(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("c", [LISTEN, *events], slots=DOMAIN.slots, domain=DOMAIN)


def turn(*events: Event) -> Turn:
    read = turn_of(tracker(*events), DOMAIN, Likeness(), PATTERNS)
    assert read is not None
    return read


def test_nothing_said_is_no_turn_and_a_restart_is_a_beginning() -> None:
    assert turn_of(tracker(), DOMAIN, Likeness(), PATTERNS) is None
    before = [user("order", "order"), *BEGUN, Restarted(), user("hi")]
    assert len(latest_turns(tracker(*before))) == 2
    assert turn(*before).form is None


def test_a_form_is_read_with_what_it_asks_what_it_has_and_what_was_said_for_it() -> None:
    form = turn(user("order", "order"), *BEGUN, user("in red", colour="red"), SlotSet("colour", "red")).form
    assert form is not None
    assert (form.name, form.requested, form.filled, form.by_text) == ("order_form", "colour", ("colour",), False)
    asked = [SlotSet("colour", "red"), FORM, SlotSet("requested_slot", "note"), LISTEN]
    said = [user("order", "order"), *BEGUN, user("in red", colour="red"), *asked, user("no, blue", colour="blue")]
    form = turn(*said, SlotSet("note", "no, blue")).form
    assert form is not None
    assert (form.held, form.others, form.by_text, form.filled) == (("colour",), {"colour": "blue"}, True, ())


def test_a_form_that_ended_is_correctable_for_a_while() -> None:
    done = [
        *[user("order", "order"), *BEGUN, user("red", colour="red"), SlotSet("colour", "red"), SlotSet("sure", True)],
        *[FORM, ActiveLoop(None), ActionExecuted("action_done"), LISTEN],
    ]
    ended = turn(*done, user("no, blue", colour="blue")).ended
    assert ended is not None
    assert (ended.values, ended.others, ended.confirming) == (
        {"colour": "red", "sure": True},
        {"colour": "blue"},
        ("sure",),
    )
    later = [event for number in range(3) for event in (user(f"and {number}"), LISTEN)]
    assert turn(*done, *later, user("no, blue", colour="blue")).ended is None
    left = [user("order", "order"), *BEGUN, user("stop"), ActionExecuted("action_deactivate_loop"), ActiveLoop(None)]
    assert turn(*left, LISTEN, user("no, blue", colour="blue")).ended is None


def test_what_patterns_did_before_is_counted() -> None:
    def did(pattern: str, offer: str = "") -> list[Event]:
        noted = {"pattern": pattern, **({"offer": offer} if offer else {})}
        spoken = BotUttered("x", metadata={"utter_action": f"utter_{pattern}"})
        return [ActionExecuted("utter_x", metadata={OURS: noted}), spoken, LISTEN]

    past = turn(user("a"), *did("no_match"), user("b"), *did("no_match", "person"), user("c")).past
    assert (past.misses, past.offer, past.offered_text, past.said) == (2, "person", "b", ("utter_no_match",))
    assert turn(user("a"), *did("no_match"), user("b"), LISTEN, user("c")).past.misses == 0
    past = turn(user("order", "order"), *BEGUN, user("?"), *did("cannot_answer"), user("?")).past
    assert past.unanswered == 1


def test_questions_asked_in_vain_are_counted_until_a_slot_is_filled() -> None:
    vain = [event for _ in range(2) for event in (user("what"), FORM, LISTEN)]
    assert times_asked(tracker(user("order", "order"), *BEGUN, *vain)) == 2
    filled = [user("red", colour="red"), SlotSet("colour", "red"), FORM, SlotSet("requested_slot", "note"), LISTEN]
    assert times_asked(tracker(user("order", "order"), *BEGUN, *vain, *filled)) == 0


def test_a_rejected_action_is_seen() -> None:
    assert is_rejected(tracker(user("x"), ActionExecutionRejected("order_form")))
    assert not is_rejected(tracker(user("x"), ActionExecutionRejected("order_form"), ActionExecuted("utter_hi")))


def test_a_yes_that_fills_the_slot_asked_for_is_told_from_a_value() -> None:
    asked = [SlotSet("colour", "red"), SlotSet("note", "a"), FORM, SlotSet("requested_slot", "sure"), LISTEN]
    form = turn(user("order", "order"), *BEGUN, user("red"), *asked, user("yes", "affirm"), SlotSet("sure", True)).form
    assert form is not None
    assert (form.by_answer, form.by_text, form.filled) == (True, False, ())
