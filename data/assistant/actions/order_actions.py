"""The reply that ends the order form."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .orders import describe_order, read_orders


class ActionOrderStatus(Action):
    """Tells the status of the order whose number the form collected."""

    def __init__(self) -> None:
        self._orders = read_orders()

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_order_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what is known of the order, and forget the number so that the next one is asked for."""
        number = tracker.get_slot("order_number")
        order = self._orders.get(number)
        if order is not None:
            dispatcher.utter_message(
                text=describe_order(number, order), json_message={"source_ids": [f"order:{number}"]}
            )
        elif number:
            dispatcher.utter_message(
                text=f"I cannot find an order {number}. Please look at the confirmation email again."
            )
        return [SlotSet("order_number", None)]
