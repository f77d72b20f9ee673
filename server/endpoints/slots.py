"""How many requests may hold models at a time, and what a request holds until its answer is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from server.endpoints.errors import ApiError, Refusal


@dataclass(slots=True)
class Slots:
    """Counts the requests that are worked on."""

    _taken: int = field(init=False, default=0)
    _alone: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Work on the event loop, one request after the other: between them, everybody else goes on."""
        async with self._alone:
            yield
            await asyncio.sleep(0)

    @contextmanager
    def taken(self, limit: int) -> Iterator[None]:
        """Take a place until the end of the block. Raises ApiError when `limit` are taken."""
        if self._taken >= limit:
            message = f"{limit} requests are worked on, as many as limits.max_requests allows: try again shortly"
            raise ApiError(Refusal.BUSY, message, headers={"Retry-After": "1"})
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


class HoldingResponse(StreamingResponse):
    """A streamed answer that lets go of what its request holds when it is sent, or its client is gone."""

    def __init__(self, content: AsyncIterator[bytes], held: AsyncExitStack, media_type: str) -> None:
        super().__init__(content, media_type=media_type, headers={"Cache-Control": "no-store"})
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        async with self._held:
            await super().__call__(scope, receive, send)
