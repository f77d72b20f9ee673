"""What was said before the dialogue came in: messages that a client restores, such as another service's context."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from server.options import LimitOptions
from server.protocol.items import Item

MOST_REMEMBERED = 40
"""The last messages of a history, which the dialogue hears of; each of the user's takes as long as a turn."""


class Listener(Protocol):
    """What understands the messages of a history and remembers them."""

    def interpret(self, text: str) -> Interpretation:
        """Interpret an utterance."""

    def remember(self, conversation_id: str, past: Interpretation | Reply) -> None:
        """Take in what was said before."""


async def tell(
    listener: Listener,
    run: Callable[..., Awaitable[Any]],
    limits: LimitOptions,
    conversation_id: str,
    history: Sequence[Item],
) -> None:
    """Let the dialogue hear of messages in their order; `run` does one piece of work on a thread.

    The user's are interpreted, and the assistant's are taken for said. Older ones than the last 40 are left out, and
    so is what a text has beyond the limit of a turn.
    """
    spoken = [item for item in history if item.role in ("user", "assistant") and item.text]
    for item in spoken[-MOST_REMEMBERED:]:
        text = item.text[: limits.max_turn_characters]
        past = await run(listener.interpret, text) if item.role == "user" else Reply((text,))
        await run(listener.remember, conversation_id, past)
