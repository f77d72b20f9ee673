"""Saying the last thing again, which a listener needs more often than a reader."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionRepeat(Action):
    """Repeats the last turn that said anything, but for the question that a form asks next anyway."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_repeat"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the last turn's texts once more, with their sources."""
        question = f"utter_ask_{tracker.get_slot('requested_slot')}"
        turns: list[list[dict[str, Any]]] = [[]]
        for event in tracker.events:
            if event["event"] == "user":
                turns.append([])
            elif event["event"] == "bot":
                turns[-1].append(event)
        said = next((turn for turn in reversed(turns) if turn), [])
        for event in said:
            if (event.get("metadata") or {}).get("utter_action") == question:
                continue
            custom = (event.get("data") or {}).get("custom") or {}
            dispatcher.utter_message(text=event.get("text"), json_message=custom)
        if not said:
            dispatcher.utter_message(response="utter_help")
        return []
