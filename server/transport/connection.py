"""A websocket that is dropped when its client does not read, or keeps the server busy with pings."""

import asyncio
import logging

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

from server.access.callers import Caller
from server.wire.session_config import SessionConfig

logger = logging.getLogger(__name__)

# Answers to pings are not held back while a client does not read; one that sends pings all the same is dropped.
UNREAD_BYTES = 2**20

SLICE_BYTES = 16 * 1024
"""What is taken of a connection before others go on. The event loop reads 256 KiB, where 23,000 pings have room."""

PINGS_A_SECOND = 100
"""More pings and pongs than any client needs; one that sends more is dropped, since each is answered at once."""


class WatchedConnection(ServerConnection):
    """A connection whose client must go on reading: within `ping_timeout` seconds, or it is dropped.

    The keepalive of `websockets` alone would not notice: its own ping waits behind what is not read.
    """

    caller: Caller
    """Whose key was shown; set before the upgrade."""

    granted: SessionConfig | None = None
    """The configuration that the client's key brings, if any."""

    _deadline: asyncio.TimerHandle | None = None
    _arrived = b""  # and not taken in yet
    _slicing = False
    _second = 0
    _pings = 0  # in that second

    def pause_writing(self) -> None:
        """Start the clock: the client has left more unread than the transport buffers."""
        super().pause_writing()
        if self.ping_timeout is not None:
            self._deadline = self.loop.call_later(self.ping_timeout, self._drop, "does not read")

    def resume_writing(self) -> None:
        """Stop the clock: the client reads."""
        super().resume_writing()
        self._stop_clock()

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent, slice by slice: other connections go on between them."""
        self._arrived += data
        if not self._slicing:
            self._take_slice()
        elif not self.transport.is_closing():
            self.transport.pause_reading()  # `websockets` has let it read on

    def _take_slice(self) -> None:
        taken, self._arrived = self._arrived[:SLICE_BYTES], self._arrived[SLICE_BYTES:]
        if taken and not self.transport.is_closing():
            super().data_received(taken)
        if self.transport.is_closing():
            self._arrived = b""
            return
        if self.transport.get_write_buffer_size() > UNREAD_BYTES:
            self._drop("does not read")
        elif self._arrived:
            self._slicing = True
            self.transport.pause_reading()
            self.loop.call_soon(self._take_slice)
        elif self._slicing:
            self._slicing = False
            if not self.recv_messages.paused:
                self.transport.resume_reading()

    def eof_received(self) -> None:
        """Take in what is left: the client sends no more."""
        taken, self._arrived = self._arrived, b""
        if taken:
            super().data_received(taken)
        super().eof_received()

    def process_event(self, event: Frame | Request) -> None:  # type: ignore[override]
        """Take in a frame, or the request that opened the connection."""
        if isinstance(event, Frame) and event.opcode in (Opcode.PING, Opcode.PONG) and self._pings_too_often():
            self._drop("sends pings without a pause")
            return
        super().process_event(event)

    def _pings_too_often(self) -> bool:
        second = int(self.loop.time())
        self._pings = self._pings + 1 if second == self._second else 1
        self._second = second
        return self._pings > PINGS_A_SECOND

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock: the client is gone."""
        self._stop_clock()
        super().connection_lost(exc)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _drop(self, what_it_does: str) -> None:
        if not self.transport.is_closing():
            logger.info("dropped a client that %s", what_it_does)
        self.transport.abort()
