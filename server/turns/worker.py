"""The threads on which models run, so that the event loop never waits for one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from server.turns.fair_line import FairLine, Lane, Place

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True, eq=False)
class Call(Generic[R]):
    """Work that waits for a thread, runs on one or is done; `outcome` belongs to the event loop."""

    work: Callable[[], R]
    place: Place
    outcome: "asyncio.Future[R]"
    started: bool = False

    @property
    def given_up(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.outcome.done()

    def give_up(self) -> None:
        """Keep it from starting; if it runs, nobody hears of its result."""
        self.outcome.cancel()


SessionLane: TypeAlias = Lane[Call[Any]]


class Worker:
    """A fixed number of threads, which all sessions share fairly. Belongs to one event loop."""

    def __init__(self, threads: int, max_turns_per_session: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="heedful-worker")
        self._line = FairLine[Call[Any]](threads, max_turns_per_session)

    def lane(self) -> SessionLane:
        """Make the lane of a new session, whose calls take their places there."""
        return self._line.lane()

    async def run(self, place: Place, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(*args, **kwargs)` on a thread; a call that is cancelled while it waits never starts."""
        return await self.line_up(place, function, *args, **kwargs).outcome

    def line_up(self, place: Place, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """Line the same up; await its `outcome`."""
        call = Call(partial(function, *args, **kwargs), place, asyncio.get_running_loop().create_future())
        self._line.push(call)
        self._start_waiting()
        return call

    def _start_waiting(self) -> None:
        while (call := self._line.pop()) is not None:
            self._start(call)

    def _start(self, call: Call[Any]) -> None:
        call.started = True
        loop = call.outcome.get_loop()
        running = self._pool.submit(call.work)
        running.add_done_callback(lambda done: loop.call_soon_threadsafe(self._end, call, done))

    def _end(self, call: Call[Any], done: "Future[Any]") -> None:
        self._line.end(call)  # only now: a call that was given up while it ran has held its thread until here
        self._start_waiting()
        if call.outcome.done() or done.cancelled():
            call.outcome.cancel()
        elif (error := done.exception()) is not None:
            call.outcome.set_exception(error)
        else:
            call.outcome.set_result(done.result())

    def close(self) -> None:
        """Wait for the running calls, drop the waiting ones."""
        for call in self._line:
            call.give_up()
        self._pool.shutdown(wait=True, cancel_futures=True)
