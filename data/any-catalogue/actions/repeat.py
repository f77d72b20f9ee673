"""Saying the last reply again."""

from itertools import dropwhile, takewhile
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionRepeat(Action):
    """Repeats what was said last, with its sources."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the texts of the last turn that had any, in their order."""
        said = [event for event in tracker.events if event["event"] in ("bot", "user")]
        newest_first = dropwhile(lambda event: event["event"] == "user", reversed(said))
        replies = list(takewhile(lambda event: event["event"] == "bot", newest_first))
        for event in reversed(replies):
            custom = (event.get("data") or {}).get("custom") or {}
            dispatcher.utter_message(text=event.get("text"), json_message=custom)
        if not replies:
            dispatcher.utter_message(response="utter_help")
        return []
