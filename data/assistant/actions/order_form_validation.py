"""The check of what is said where the order form asks for a number."""

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from .order_numbers import names_digits, read_order_number


class ValidateOrderStatusForm(FormValidationAction):
    """Takes five digits, however they are said; asks again for anything else, and helps where no digit is said."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "validate_order_status_form"

    def validate_order_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep the digits alone, or clear the slot so that the form asks again."""
        said = tracker.latest_message.get("text") or ""
        number = read_order_number(str(value)) or read_order_number(said)
        if number is None:
            response = "utter_wrong_order_number" if names_digits(said) else "utter_help_order_number"
            dispatcher.utter_message(response=response)
        return {"order_number": number}
