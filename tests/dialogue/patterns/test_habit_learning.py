"""Habits out of Rasa's training trackers."""

from dialogue.patterns.habit_learning import learn_habits
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker


def tracker(*events: Event, is_rule: bool = False) -> DialogueStateTracker:
    made = DialogueStateTracker.from_events("story", list(events))
    made.is_rule_tracker = is_rule
    return made


def user(intent: str) -> UserUttered:
    return UserUttered("x", {"name": intent, "confidence": 1.0})


LISTEN = ActionExecuted("action_listen")


def test_answers_beginnings_and_ends_are_learnt() -> None:
    greeting = tracker(LISTEN, user("greet"), ActionExecuted("utter_hi"), LISTEN, is_rule=True)
    ordering = tracker(
        LISTEN,
        user("order"),
        ActionExecuted("order_form"),
        ActiveLoop("order_form"),
        LISTEN,
        user("inform"),
        ActionExecuted("order_form"),
        ActiveLoop(None),
        ActionExecuted("action_done"),
        LISTEN,
    )
    habits = learn_habits([greeting, ordering])
    assert habits.answers["greet"] == ("utter_hi",)
    assert habits.starts == {"order": "order_form"}
    assert habits.after == {"order_form": ("action_done",)}
    assert "greet" in habits.ruled


def test_stories_that_were_glued_together_do_not_count() -> None:
    glued = tracker(LISTEN, user("greet"), ActionExecuted("utter_bye"), LISTEN)
    glued.is_augmented = True
    assert learn_habits([glued]).answers == {}
