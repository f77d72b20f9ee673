"""Where a session gets its conversation: a new one, one that a door names, or one that goes on with its token."""

import asyncio
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from typing import ParamSpec, Self, TypeVar

from dialogue.memory.conversation_store import ConversationStore
from dialogue.options import DialogueOptions
from server.conversations.held_conversation import HeldConversation
from server.conversations.kept_items import KeptConversation
from server.conversations.wishes import OWN_PREFIX, Named, Resumed, Wish
from server.options import LimitOptions
from server.wire.messages import ErrorCode, ProtocolError

P = ParamSpec("P")
R = TypeVar("R")

_NO_HASH = bytes(hashlib.sha256().digest_size)


class Reception:
    """Opens conversations for sessions of all doors; one session holds a conversation at a time.

    Belongs to one event loop. The store is read and written on a thread of its own, one call after the other.
    """

    def __init__(self, store: ConversationStore | None = None, limits: LimitOptions | None = None) -> None:
        self.store = store or ConversationStore(keeps_unopened=False)
        self._limits = limits or LimitOptions()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="heedful-conversations")
        self._held: dict[str, HeldConversation] = {}

    @classmethod
    def of(cls, options: DialogueOptions, limits: LimitOptions) -> Self:
        """Open the store that the settings name; raises ConversationFileError for a damaged file."""
        return cls(ConversationStore.of(options, keeps_unopened=False), limits)

    async def open(self, wish: Wish, user: str | None = None, *, takes_over: bool = True) -> HeldConversation:
        """Open the conversation that is wished for, for one session, which has to close it; `user` owns a new one.

        Where another session holds it, that session is asked to end, or with `takes_over` False is waited for.

        Raises:
            ProtocolError: there is no such conversation, the token is not its own, or its items are beyond the limits.
        """
        token = None
        if isinstance(wish, Resumed):
            await self._check_token(wish)
            name, token = wish.conversation_id, wish.resume_token
        elif isinstance(wish, Named):
            name = wish.name
        else:
            name, token = f"{OWN_PREFIX}{uuid.uuid4().hex[:24]}", secrets.token_urlsafe(32)
        held = await self._hold(name, takes_over=takes_over)
        async with AsyncExitStack() as undoing:
            undoing.push_async_callback(held.close)
            if isinstance(wish, Resumed):  # again: it may have been deleted while another session still held it
                await self._check_token(wish)
            token_hash = None if token is None else _hash_of(token)
            records = await self._call(self.store.open, name, token_hash, user)
            # Not on the store's thread: reading thousands of items takes longer than the turns that wait to be written.
            items = await asyncio.to_thread(KeptConversation, self._limits, records)
            held.begin(items, token, resumed=len(items) > 0 or isinstance(wish, Resumed))
            undoing.pop_all()
        return held

    async def _hold(self, name: str, *, takes_over: bool) -> HeldConversation:
        while (holder := self._held.get(name)) is not None:
            if takes_over:
                holder.hand_over()
            await holder.closed.wait()
        self._held[name] = held = HeldConversation(name, self.store, self._writer, lambda: self._let_go(name))
        return held

    def _let_go(self, name: str) -> None:
        del self._held[name]

    async def _check_token(self, wish: Resumed) -> None:
        """Raise the same error for an unknown conversation as for a wrong token, after the same work."""
        kept = await self._call(self.store.token_hash, wish.conversation_id)
        if not hmac.compare_digest(kept or _NO_HASH, _hash_of(wish.resume_token)):
            raise ProtocolError(
                ErrorCode.CONVERSATION_NOT_FOUND,
                "There is no conversation of that id with that resume token: it has expired, was deleted, had no "
                "finished turn, or the token is wrong. Connect without them to begin a new one.",
                "conversation",
            )

    async def delete(self, name: str) -> bool:
        """Delete a conversation with all that is kept of it, whether a session holds it or not; False: there is none.

        The session that holds it is asked to end, and waited for.
        """
        while (holder := self._held.get(name)) is not None:
            holder.delete()
            await holder.closed.wait()
        held = await self._hold(name, takes_over=True)
        try:
            return await self._call(self.store.delete, [name]) > 0
        finally:
            await held.close()

    async def expire(self) -> list[str]:
        """Delete the conversations that were kept for long enough; returns their ids."""
        return await self._call(self.store.expire)

    async def _call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._writer, partial(function, *args, **kwargs))

    def close(self) -> None:
        """Close the store, after what it has still to write."""
        self._writer.shutdown()
        self.store.close()


def _hash_of(token: str) -> bytes:
    # A token is as long as the hash and drawn at random: nothing is gained by a slow hash.
    return hashlib.sha256(token.encode()).digest()
