"""The reply that ends the order form, and what is said when the talk comes back to the same order."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from .orders import Order, describe_order, product_id, read_orders

ANOTHER = re.compile(r"\b(another|other|different|second|next|new)\b", re.IGNORECASE)


class ActionOrderStatus(Action):
    """Tells the status of the order whose number was given; without a number, of the one that was spoken of last."""

    def __init__(self) -> None:
        self._orders = read_orders()

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_order_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say what is known of the order, and remember it; the form asks for the number of another one."""
        given, said = tracker.get_slot("order_number"), tracker.latest_message.get("text") or ""
        if not given and ANOTHER.search(said):
            return [SlotSet("last_order", None), FollowupAction("order_status_form")]
        number = given or tracker.get_slot("last_order")
        order = self._orders.get(number)
        if order is None:
            if number:
                dispatcher.utter_message(
                    text=f"I cannot find an order {number}. Please look at the confirmation email again."
                )
            return [SlotSet("order_number", None)]
        dispatcher.utter_message(text=describe_order(number, order), json_message={"source_ids": [f"order:{number}"]})
        return [SlotSet("order_number", None), SlotSet("last_order", number), *_spoken_of(order)]


def _spoken_of(order: Order) -> list[dict[str, Any]]:
    """Let the product of an order be the one that the conversation is about, where it is one alone."""
    item = order.items[0] if len(order.items) == 1 else None
    return [SlotSet("product", item), SlotSet("product_id", item and product_id(item))]
