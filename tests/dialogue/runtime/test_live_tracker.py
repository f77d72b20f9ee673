"""Whether a live tracker says what Rasa's own says of the same events."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.live_tracker import FEWEST_STATES, MOST_STATES, LiveTracker

with quiet_imports():
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import (
        ActionExecuted,
        ActionExecutionRejected,
        ActionReverted,
        ActiveLoop,
        BotUttered,
        ConversationPaused,
        ConversationResumed,
        Event,
        FollowupAction,
        Restarted,
        SessionStarted,
        SlotSet,
        UserUtteranceReverted,
        UserUttered,
    )
    from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

pytestmark = pytest.mark.heavy

with quiet_prints():
    DOMAIN = Domain.from_dict(
        {
            "intents": ["greet", "order"],
            "slots": {
                "colour": {"type": "text", "mappings": [{"type": "custom"}]},
                "size": {"type": "categorical", "values": ["big", "small"], "mappings": [{"type": "custom"}]},
            },
            "forms": {"ask_size": {"required_slots": ["size"]}, "ask_colour": {"required_slots": ["colour"]}},
            "responses": {"utter_greet": [{"text": "Hello."}]},
            "actions": ["action_a"],
        }
    )
ACTIONS = st.sampled_from(["action_listen", "utter_greet", "action_a", "ask_size", "ask_colour"])
MAKERS: dict[str, st.SearchStrategy[Event]] = {
    "user": st.builds(
        lambda name: UserUttered("x", {"name": name, "confidence": 1.0}), st.sampled_from(["greet", "order"])
    ),
    "action": st.builds(ActionExecuted, ACTIONS, hide_rule_turn=st.booleans()),
    "slot": st.builds(SlotSet, st.sampled_from(["colour", "size"]), st.sampled_from(["big", "small", None])),
    "loop": st.builds(ActiveLoop, st.sampled_from(["ask_size", "ask_colour", None])),
    "rejected": st.builds(ActionExecutionRejected, st.sampled_from(["ask_size", "ask_colour"])),
    "bot": st.builds(BotUttered, st.just("Hello.")),
    "followup": st.builds(FollowupAction, ACTIONS),
    "rare": st.sampled_from(
        [ActionReverted, UserUtteranceReverted, Restarted, SessionStarted, ConversationPaused, ConversationResumed]
    ).map(lambda kind: kind()),
}
EVENTS = st.lists(st.one_of(*[MAKERS[kind] for kind in ("user", "action", "action", "action", *MAKERS)]), max_size=150)


def live(events: list[Event]) -> LiveTracker:
    tracker = LiveTracker("me", DOMAIN.slots)
    for event in events:
        tracker.update(event)
    return tracker


def state(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Return what a tracker says of itself."""
    return {**tracker.current_state(EventVerbosity.ALL), "applied": [id(event) for event in tracker.applied_events()]}


@settings(max_examples=200, deadline=None)
@given(EVENTS, st.sets(st.integers(0, 150)))
def test_a_live_tracker_and_its_copies_say_what_rasa_s_own_says(events: list[Event], looks: set[int]) -> None:
    ours, theirs = LiveTracker("me", DOMAIN.slots), DialogueStateTracker("me", DOMAIN.slots)
    for number, event in enumerate(events):
        if number in looks:
            ours.past_states(DOMAIN)
            ours.saved = len(ours.events)
            ours = ours.copy()
        ours.update(event)
        theirs.update(event)
        if number in looks:
            assert state(ours) == state(theirs)
    assert state(ours) == state(ours.copy()) == state(theirs)
    for hides in (False, True):
        ours_seen = ours.past_states(DOMAIN, ignore_rule_only_turns=hides)
        theirs_seen = theirs.past_states(DOMAIN, ignore_rule_only_turns=hides)
        assert len(ours_seen) == len(theirs_seen) or hides or len(ours_seen) > FEWEST_STATES
        last = min(len(ours_seen), FEWEST_STATES // 2)
        assert ours_seen[len(ours_seen) - last :] == theirs_seen[len(theirs_seen) - last :] or hides


@settings(max_examples=200, deadline=None)
@given(EVENTS.filter(lambda events: len(events) <= MOST_STATES), st.sets(st.integers(0, MOST_STATES)))
def test_states_without_the_turns_of_rules_are_rasa_s(events: list[Event], looks: set[int]) -> None:
    ours, theirs = LiveTracker("me", DOMAIN.slots), DialogueStateTracker("me", DOMAIN.slots)
    rules = {"rule_only_slots": ["colour"], "rule_only_loops": ["ask_size"]}
    for number, event in enumerate(events):
        ours.update(event)
        theirs.update(event)
        if number in looks or number == len(events) - 1:
            for data in (None, rules):
                expected = theirs.past_states(DOMAIN, ignore_rule_only_turns=True, rule_only_data=data)
                assert ours.past_states(DOMAIN, ignore_rule_only_turns=True, rule_only_data=data) == expected


def turn(colour: str) -> list[Event]:
    """Return the events of a short turn."""
    return [
        UserUttered("x", {"name": "greet"}),
        SlotSet("colour", colour),
        ActionExecuted("utter_greet"),
        ActionExecuted("action_listen"),
    ]


def test_policies_see_the_last_states_only_and_in_them_what_was_set_long_ago() -> None:
    tracker = live([SlotSet("size", "big")])
    for _ in range(100):
        for event in turn("red"):
            tracker.update(event)
        states = tracker.past_states(DOMAIN)
        assert len(states) <= MOST_STATES + 1
    assert len(states) > FEWEST_STATES
    assert {seen["slots"]["size"][0] for seen in states} == {1.0}  # big, of big and small


def test_a_copy_goes_its_own_way() -> None:
    tracker = live(turn("red"))
    copied = tracker.copy()
    copied.update(SlotSet("colour", "blue"))
    copied.update(ActiveLoop("ask_size"))
    assert (tracker.get_slot("colour"), tracker.active_loop_name, len(tracker.events)) == ("red", None, 4)
    assert copied.get_slot("colour") == "blue"


def test_events_before_the_last_save_are_written_once_for_all_copies() -> None:
    tracker = live(turn("red"))
    tracker.saved = len(tracker.events)
    before = tracker.copy().current_state(EventVerbosity.ALL)["events"]
    after = tracker.copy().current_state(EventVerbosity.ALL)["events"]
    assert [id(event) for event in before] == [id(event) for event in after]


def test_states_that_are_changed_stay_as_they_were_for_others() -> None:
    tracker = LiveTracker("c", DOMAIN.slots)
    tracker.update(ActionExecuted("action_listen"))
    tracker.update(UserUttered("hi", {"name": "greet", "confidence": 1.0}))
    before = copy.deepcopy(tracker.past_states(DOMAIN))
    changed = tracker.past_states(DOMAIN)
    changed[-1]["user"]["intent"] = "order"
    changed.pop()
    assert tracker.past_states(DOMAIN) == tracker.copy().past_states(DOMAIN) == before
