"""A conversation while a session holds it: what has to be written is written, in order, off the event loop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace

from dialogue.errors import ConversationFileError
from dialogue.memory.conversation_store import ConversationStore, Turn
from server.conversations.kept_items import Change, KeptConversation
from server.protocol.conversation import Opening

logger = logging.getLogger(__name__)


def _nothing() -> None:
    """Nobody waits for the conversation."""


async def _remember(conversation_id: str) -> None:
    """Nothing else has to forget it."""


def _end_now(life: asyncio.Timeout) -> None:
    life.reschedule(asyncio.get_running_loop().time())


class HeldConversation:
    """A conversation that one session holds until it closes it. Belongs to one event loop.

    `opening` is what the session has to know of it; `writer` a single thread. `taken_over`: another connection goes on
    with it. `deleted`: somebody deletes it. `let_go` is called when it is closed.
    """

    def __init__(
        self, conversation_id: str, store: ConversationStore, writer: Executor, let_go: Callable[[], None] = _nothing
    ) -> None:
        self.conversation_id = conversation_id
        self.taken_over = False
        self.deleted = False
        self.closed = asyncio.Event()
        self.opening: Opening | None = None
        self._items: KeptConversation | None = None
        self._changes: dict[str, Change] = {}  # that the next write takes, by the ids of their items
        self._turn: Turn | None = None
        self._under_way: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None
        self._store, self._writer = store, writer
        self._life: asyncio.Timeout | None = None
        self._let_go = let_go

    def begin(self, items: KeptConversation, resume_token: str | None, *, resumed: bool) -> None:
        """Take the items that the store has."""
        self._items = items
        self.opening = Opening(self.conversation_id, items, resume_token, resumed)

    # Another connection --------------------------------------------------------------------------------------------

    @contextmanager
    def ending_with(self, life: asyncio.Timeout) -> Iterator[None]:
        """End `life`, the time of the session, when another connection goes on with the conversation."""
        self._life = life
        if self.taken_over or self.deleted:
            _end_now(life)
        try:
            yield
        finally:
            self._life = None

    def hand_over(self) -> None:
        """Ask the session to end, for another connection."""
        self.taken_over = True
        self._end_session()

    def delete(self) -> None:
        """Ask the session to end, since its conversation is deleted."""
        self.deleted = True
        self._end_session()

    def _end_session(self) -> None:
        if self._life is not None:
            _end_now(self._life)

    # Writing -------------------------------------------------------------------------------------------------------

    def write(self, *, ends_turn: bool) -> asyncio.Task[None]:
        """Write what has changed up to now; the task ends when it is in the store.

        While one write is under way, all that follows waits for one more: a session that ends turns without a pause
        does not fill the line in which other conversations wait. What cannot be written is logged, and tried again
        with the next turn.
        """
        for change in self._items.take_changes() if self._items else []:
            self._changes[change.id] = change
        turn = self._store.turn(self.conversation_id, (), ends=ends_turn)
        self._turn = replace(turn, ended=turn.ended + (self._turn.ended if self._turn else 0))
        if self._following is None:
            self._following = asyncio.create_task(self._write_after(self._under_way))
        return self._following

    async def _write_after(self, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        changes, self._changes = self._changes, {}
        turn, self._turn = self._turn, None
        self._under_way, self._following = self._following, None
        assert turn is not None  # what began this task has noted it
        try:
            await asyncio.get_running_loop().run_in_executor(self._writer, self._write_out, turn, changes)
        except ConversationFileError as error:
            logger.error("a turn of conversation %s could not be written: %s", self.conversation_id, error)
            if self._items:
                self._items.note_changes(*changes)

    def _write_out(self, turn: Turn, changes: dict[str, Change]) -> None:
        self._store.write(replace(turn, items=tuple(change.record() for change in changes.values())))

    async def close(self, forget: Callable[[str], Awaitable[None]] = _remember) -> None:
        """Write what is left and let go; `forget` is called for each conversation that is no longer kept then."""
        loop = asyncio.get_running_loop()
        try:
            await self.write(ends_turn=False)
            for conversation_id in await loop.run_in_executor(
                self._writer, self._store.close_conversation, self.conversation_id
            ):
                await forget(conversation_id)
        finally:
            self._let_go()
            self.closed.set()
