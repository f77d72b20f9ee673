"""Saying the last thing again, which a listener needs more often than a reader: an action that any project may use."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogue.answer_manners import REPEAT_ACTION


class RepeatAction(Action):
    """Repeats the last turn that said anything, but for the question that a form asks next anyway."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return REPEAT_ACTION

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say the last turn's texts once more, with their sources."""
        turns: list[list[dict[str, Any]]] = [[]]
        for event in tracker.events:
            if event["event"] == "user":
                turns.append([])
            elif event["event"] == "bot":
                turns[-1].append(event)
        said: list[dict[str, Any]] = next((turn for turn in reversed(turns[:-1]) if turn), [])
        asked = tracker.get_slot("requested_slot")
        for event in said:
            if not _asks_for(str((event.get("metadata") or {}).get("utter_action")), asked):
                custom = (event.get("data") or {}).get("custom") or {}
                dispatcher.utter_message(text=event.get("text"), json_message=custom)
        if not said:
            dispatcher.utter_message(response="utter_help")
        return []


def _asks_for(response: str, slot: Any) -> bool:
    return bool(slot) and response.startswith("utter_ask_") and response.endswith(f"_{slot}")
