"""An assistant that takes test conversations as text."""

from dialogue.stories.story import Said
from dialogue.stories.tested_assistant import TypedAssistant
from tests.dialogue.stories.acting import HELLO, TableAssistant


def test_a_turn_has_what_was_understood_and_replied() -> None:
    taken = TypedAssistant(TableAssistant()).say("1", Said("hello"))
    assert (taken.heard, taken.interpretation.intent.name, taken.reply, taken.error) == ("hello", "greet", HELLO, "")


def test_an_action_that_fails_is_told() -> None:
    taken = TypedAssistant(TableAssistant()).say("1", Said("go wrong"))
    assert (taken.reply.texts, taken.error) == ((), "action_do raised an error")


def test_slots_are_set_where_there_are_any() -> None:
    table = TableAssistant(values={"kept": (1,)})
    assistant = TypedAssistant(table)
    assistant.begin("1", {})
    assert assistant.slot_values("1") == {"kept": (1,)}
    assistant.begin("1", {"name": "Eve"})
    assert assistant.slot_values("1") == {"name": ("Eve",)}


def test_the_end_forgets_the_conversation() -> None:
    table = TableAssistant()
    TypedAssistant(table).end("1")
    assert table.forgotten == ["1"]
