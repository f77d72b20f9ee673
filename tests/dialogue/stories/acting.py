"""A small assistant for test conversations: what it understands and does stands in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.errors import ActionError
from dialogue.reply import Reply
from nlu.interpretation import Entity, Intent, Interpretation

HELLO = Reply(("Hello, Ann.",), (), ("action_listen", "utter_hello"))
COST = Reply(("It costs 5.",), ("product:a",), ("action_answer_question",))
DONE = Reply(("Done.", "Anything else?"), (), ("action_do", "utter_else"))


@dataclass
class TableAssistant:
    """Understands four texts; `go wrong` makes an action fail, and `my name is Ann` sets slots."""

    forgotten: list[str] = field(default_factory=list)
    values: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def interpret(self, text: str) -> Interpretation:
        intents = {"hello": "greet", "price": "ask", "go wrong": "do", "do it": "do", "my name is Ann": "inform"}
        entities = (Entity("name", "Ann", 11, 14, "table"),) if text.endswith("Ann") else ()
        return Interpretation(text, Intent(intents.get(text, "nlu_fallback"), 0.9), entities=entities)

    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        if interpretation.text == "go wrong":
            raise ActionError("action_do raised an error")
        if interpretation.text == "my name is Ann":
            self.values = {"name": ("Bob", "Ann"), "asked": ("name", None)}
        return {"greet": HELLO, "ask": COST, "do": DONE}.get(interpretation.intent.name, Reply(()))

    def slot_values(self, conversation_id: str) -> Mapping[str, Sequence[Any]]:
        return self.values

    def set_slots(self, conversation_id: str, values: Mapping[str, object]) -> None:
        self.values = {name: (value,) for name, value in values.items()}

    def forget(self, conversation_id: str) -> None:
        self.forgotten.append(conversation_id)
