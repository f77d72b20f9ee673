"""Memory that nothing uses goes back to the system."""

import asyncio
import gc
import weakref

from server.turns.memory import release_after_use, release_unused_memory


class Loop:
    """Something that only the garbage collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_what_only_the_collector_can_free_is_freed() -> None:
    gc.disable()
    try:
        alive = weakref.ref(Loop())
        assert alive() is not None
        release_unused_memory()
        assert alive() is None
    finally:
        gc.enable()


async def test_memory_is_released_once_after_sessions_ended_and_not_during_a_turn() -> None:
    ended, busy, looked, released = 0, True, asyncio.Event(), asyncio.Queue[int]()
    loop = asyncio.get_running_loop()

    def is_busy() -> bool:
        looked.set()
        return busy

    def release() -> None:
        loop.call_soon_threadsafe(released.put_nowait, ended)

    tidying = asyncio.create_task(release_after_use(lambda: ended, is_busy, release, every_seconds=0))
    await asyncio.to_thread(lambda: None)
    assert not looked.is_set()
    ended = 1
    await looked.wait()
    assert released.empty()
    busy = False
    assert await released.get() == 1
    looked.clear()
    for _ in range(20):
        await asyncio.to_thread(lambda: None)
    assert not looked.is_set()
    ended = 2
    assert await released.get() == 2
    tidying.cancel()
    assert released.empty()
