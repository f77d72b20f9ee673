"""The outgoing events of one connection: they wait here in order until the client takes them."""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

# How much may wait for a client to read before no more is made for it, and before it is no longer listened to.
OUTBOX_ENOUGH_BYTES = 512 * 1024
OUTBOX_FULL_BYTES = 2 * 2**20
# A longer event, such as an item with its audio, is sent in pieces: the transport holds one, and time runs for each.
PIECE_CHARS = 64 * 1024


class WebSocketOutbox:
    """The outgoing events of one connection, in order, written by one task."""

    def __init__(self) -> None:
        self._waiting: deque[str | asyncio.Task[None]] = deque()
        self._waiting_bytes = 0
        self._filled = asyncio.Event()
        self._sent = asyncio.Event()
        self._closed = False

    def wait_for(self, done: asyncio.Task[None]) -> None:
        """Hold back what is put from now on until the task is done; it must not raise."""
        if self._closed:
            return
        self._waiting.append(done)
        self._filled.set()

    def put(self, event: dict[str, Any]) -> None:
        """Line an event up; never waits. Where nobody is there any more, nothing is kept for them."""
        if self._closed:
            return
        frame = json.dumps(event, allow_nan=False)
        self._waiting.append(frame)
        self._waiting_bytes += len(frame)
        self._filled.set()

    @property
    def closed(self) -> bool:
        """Whether the client has gone, as far as sending has shown."""
        return self._closed

    async def drained(self, limit_bytes: int = OUTBOX_ENOUGH_BYTES) -> None:
        """Wait until less than that is left to send, or nobody is there any more."""
        while self._waiting_bytes > limit_bytes and not self._closed:
            self._sent.clear()
            await self._sent.wait()

    async def write_to(self, connection: ServerConnection) -> None:
        """Send what comes, until cancelled or the connection is gone."""
        try:
            while True:
                await self._filled.wait()
                while self._waiting:
                    frame = self._waiting.popleft()
                    if isinstance(frame, asyncio.Task):
                        await asyncio.wait([frame])
                        continue
                    await connection.send(frame if len(frame) <= PIECE_CHARS else _pieces(frame))
                    self._waiting_bytes -= len(frame)
                    self._sent.set()
                self._filled.clear()
        except ConnectionClosed:
            pass  # nobody is left to write to; the reading side ends the session
        finally:
            self._closed = True
            self._waiting.clear()
            self._sent.set()


def _pieces(frame: str) -> Iterator[str]:
    for start in range(0, len(frame), PIECE_CHARS):
        yield frame[start : start + PIECE_CHARS]
