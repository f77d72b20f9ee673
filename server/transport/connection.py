"""A websocket that is dropped when its client does not read, so that nothing piles up for it."""

import asyncio
import logging

from websockets.asyncio.server import ServerConnection

from server.wire.session_config import SessionConfig

logger = logging.getLogger(__name__)

# Answers to pings are not held back while a client does not read; one that sends pings all the same is dropped.
UNREAD_BYTES = 2**20


class WatchedConnection(ServerConnection):
    """A connection whose client must go on reading: within `ping_timeout` seconds, or it is dropped.

    The keepalive of `websockets` alone would not notice: its own ping waits behind what is not read.
    """

    granted: SessionConfig | None = None
    """The configuration that the client's key brings, if any."""

    _deadline: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Start the clock: the client has left more unread than the transport buffers."""
        super().pause_writing()
        if self.ping_timeout is not None:
            self._deadline = self.loop.call_later(self.ping_timeout, self._drop)

    def resume_writing(self) -> None:
        """Stop the clock: the client reads."""
        super().resume_writing()
        self._stop_clock()

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent."""
        super().data_received(data)
        if not self.transport.is_closing() and self.transport.get_write_buffer_size() > UNREAD_BYTES:
            self._drop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock: the client is gone."""
        self._stop_clock()
        super().connection_lost(exc)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _drop(self) -> None:
        logger.info("dropped a client that does not read")
        self.transport.abort()
