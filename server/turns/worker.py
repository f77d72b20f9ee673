"""The threads on which models run, so that the event loop never waits for one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from itertools import count
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class WorkerBusy(Exception):
    """All threads work and as many calls wait as may; ask again later."""


class Urgency(IntEnum):
    """Which of the calls that wait for a thread goes first."""

    NOW = 0
    """Somebody waits for it."""

    SOON = 1
    """Somebody may wait for it in a moment."""

    SPARE = 2
    """Nice to have. Where there are several threads, one is left to the others."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the line a call waits: by urgency, then by `rank`, the lower the sooner, then by when it came."""

    urgency: Urgency = Urgency.NOW
    rank: float = 0.0


@dataclass(slots=True, eq=False)
class Call(Generic[R]):
    """Work that waits for a thread, runs on one or is done; `outcome` belongs to the event loop."""

    work: Callable[[], R]
    place: Place
    outcome: "asyncio.Future[R]"
    started: bool = False

    def give_up(self) -> None:
        """Keep it from starting; if it runs, nobody hears of its result."""
        self.outcome.cancel()


class Worker:
    """A fixed number of threads with a bounded line for each urgency. Belongs to one event loop."""

    def __init__(self, threads: int, max_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="heedful-worker")
        self._threads = threads
        self._max_waiting = max_waiting
        self._numbers = count()
        self._line: list[tuple[Place, int, Call[Any]]] = []
        self._running: list[Call[Any]] = []

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(*args, **kwargs)` on a thread, now; a call given up while it waits in line never starts.

        Raises:
            WorkerBusy: the line is full; nothing was started.
        """
        return await self.line_up(Place(), function, *args, **kwargs).outcome

    def line_up(self, place: Place, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """Line up the same at another place; await its `outcome`, which is cancelled if others push it out.

        Raises:
            WorkerBusy: the line of this urgency is full of calls that go first; nothing was started.
        """
        call = Call(partial(function, *args, **kwargs), place, asyncio.get_running_loop().create_future())
        self._line.append((place, next(self._numbers), call))
        self._start_waiting()
        self._keep_bound(call)
        return call

    def _keep_bound(self, newest: Call[Any]) -> None:
        """Drop the last of a line that is too long."""
        line = [entry for entry in self._line if entry[0].urgency == newest.place.urgency]
        if len(line) <= self._max_waiting:
            return
        self._line.remove(line[-1])
        last = line[-1][2]
        if last is newest:
            raise WorkerBusy("the server is busy: all workers and the whole waiting line are taken, try again shortly")
        last.give_up()

    def _start_waiting(self) -> None:
        self._line = sorted(entry for entry in self._line if not entry[2].outcome.done())
        while self._line and self._has_thread_for(self._line[0][0].urgency):
            self._start(self._line.pop(0)[2])

    def _has_thread_for(self, urgency: Urgency) -> bool:
        if len(self._running) >= self._threads:
            return False
        spare = sum(call.place.urgency == Urgency.SPARE for call in self._running)
        return urgency != Urgency.SPARE or spare < max(1, self._threads - 1)

    def _start(self, call: Call[Any]) -> None:
        call.started = True
        self._running.append(call)
        loop = call.outcome.get_loop()
        running = self._pool.submit(call.work)
        running.add_done_callback(lambda done: loop.call_soon_threadsafe(self._end, call, done))

    def _end(self, call: Call[Any], done: "Future[Any]") -> None:
        self._running.remove(call)
        self._start_waiting()
        if call.outcome.done() or done.cancelled():
            call.outcome.cancel()
        elif (error := done.exception()) is not None:
            call.outcome.set_exception(error)
        else:
            call.outcome.set_result(done.result())

    def close(self) -> None:
        """Wait for the running calls, drop the waiting ones."""
        for _, _, call in self._line:
            call.give_up()
        self._pool.shutdown(wait=True, cancel_futures=True)
