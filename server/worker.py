"""The threads on which models run, so that the event loop never waits for one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class WorkerBusy(Exception):
    """All threads work and as many calls wait as may; ask again later."""


class Worker:
    """A fixed number of threads with a bounded line before them."""

    def __init__(self, threads: int, max_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="heedful-worker")
        self._max_waiting = max_waiting
        self._free = threads + max_waiting

    @property
    def has_idle_thread(self) -> bool:
        """Whether a call would begin at once."""
        return self._free > self._max_waiting

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`function(*args, **kwargs)` on a thread; a call given up while it waits in line never starts.

        Raises:
            WorkerBusy: the line is full; nothing was started.
        """
        if self._free == 0:
            raise WorkerBusy("the server is busy: all workers and the whole waiting line are taken, try again shortly")
        self._free -= 1
        loop = asyncio.get_running_loop()
        future = self._pool.submit(function, *args, **kwargs)
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release))
        return await asyncio.wrap_future(future)

    def _release(self) -> None:
        self._free += 1

    def close(self) -> None:
        """Wait for the running calls, drop the waiting ones."""
        self._pool.shutdown(wait=True, cancel_futures=True)
