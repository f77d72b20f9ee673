"""Gives memory that loading left behind back to the system."""

import asyncio
import ctypes
import gc
from collections.abc import Callable

TIDY_SECONDS = 10.0
"""How long sessions may have ended before what they left is given back; it stops the server for 50 ms."""


def release_unused_memory() -> None:
    """Return freed heap pages to the system where the C library can (glibc's `malloc_trim`); elsewhere do nothing.

    Loading reads whole checkpoints that are then converted and dropped; without this they stay in the resident size.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


async def release_after_use(
    ended: Callable[[], int],
    is_busy: Callable[[], bool],
    release: Callable[[], None] = release_unused_memory,
    every_seconds: float = TIDY_SECONDS,
) -> None:
    """Release memory whenever sessions have ended and nobody waits for an answer; until cancelled.

    What a session leaves lies between what others use: a thousand of them took 170 MiB that nothing used.
    """
    seen = ended()
    while True:
        await asyncio.sleep(every_seconds)
        if ended() != seen and not is_busy():
            seen = ended()
            await asyncio.to_thread(release)
