"""Which messages of the past the dialogue hears of, and how."""

from collections.abc import Callable
from typing import Any

from server.options import LimitOptions
from server.protocol.items import Item, Part, Role
from server.turns.history import MOST_REMEMBERED, tell
from tests.fakes import EchoUnderstanding


def said(role: Role, text: str | None) -> Item:
    return Item("x", role=role, parts=[Part("output_text" if role == "assistant" else "input_text", text)])


async def run(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


async def heard(history: list[Item], limits: LimitOptions | None = None) -> list[str]:
    understanding = EchoUnderstanding()
    await tell(understanding, run, limits or LimitOptions(), "me", history)
    return understanding.past.get("me", [])


async def test_both_sides_are_heard_in_order_and_nothing_else() -> None:
    history = [said("system", "be kind"), said("user", "hello"), said("assistant", "hi"), said("user", None)]
    assert await heard([*history, Item("y", "function_call")]) == ["hello", "hi"]


async def test_the_last_messages_are_heard_each_as_far_as_a_turn_goes() -> None:
    history = [said("user", f"{number} hello") for number in range(MOST_REMEMBERED + 5)]
    texts = await heard(history, LimitOptions(max_turn_characters=4))
    assert (len(texts), texts[0], texts[-1]) == (MOST_REMEMBERED, "5 he", "44 h")
