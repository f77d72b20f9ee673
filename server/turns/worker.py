"""The threads on which models run, so that the event loop never waits for one.

There are as many as may compute at a time, and a few more: a call that waits for something else, such as the reply of
an action that takes long, lets another one compute meanwhile.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar
from weakref import WeakValueDictionary

from server.turns.fair_line import FairLine, Lane, Place

P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A")

LOOK_SECONDS = 1.0
"""How often a call that runs is looked at."""
WAITING_SHARE = 0.1
"""A call that has used less of a processor than this since it began waits for something else."""
MOST_WAITING = 32
"""Calls that wait at a time without a place among those that compute."""
MOST_AT_ONCE = 8
"""Calls of one kind that a thread does at once: more gain little, and the first of them waits for all."""


@dataclass(slots=True)
class Usage:
    """How much of a processor a thread uses since a call began on it."""

    _thread: int | None = None
    _began: float = 0.0
    _used_before: float = 0.0

    def begin(self) -> None:
        """Count from now, on this thread."""
        self._began, self._used_before = time.monotonic(), time.thread_time()
        self._thread = threading.get_ident()

    def share(self) -> float:
        """Return the seconds of processor for each second of the clock; 1 where nothing has begun."""
        if self._thread is None:
            return 1.0
        used = time.clock_gettime(time.pthread_getcpuclockid(self._thread))
        return (used - self._used_before) / max(time.monotonic() - self._began, 1e-9)


@dataclass(frozen=True, slots=True)
class Shared(Generic[A, R]):
    """Work that takes less time for several arguments at once than for one after another; they are of one `kind`.

    `do_all` gives a result for each argument, in their order.
    """

    do_all: Callable[[Sequence[A]], Sequence[R]]
    argument: A
    kind: object


@dataclass(slots=True, eq=False)
class Call(Generic[R]):
    """Work that waits for a thread, runs on one or is done; `outcome` belongs to the event loop."""

    work: Callable[[], R]
    place: Place
    outcome: "asyncio.Future[R]"
    started: bool = False
    waits: bool = False
    usage: Usage = field(default_factory=Usage)
    shared: Shared[Any, R] | None = None
    along: "list[Call[R]]" = field(default_factory=list)  # those that its thread does at the same time

    @property
    def kind(self) -> object:
        """What it has in common with calls that can be done along with it; None: it is done by itself."""
        return None if self.shared is None else self.shared.kind

    @property
    def given_up(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.outcome.done()

    def give_up(self) -> None:
        """Keep it from starting; if it runs, nobody hears of its result."""
        self.outcome.cancel()


SessionLane: TypeAlias = Lane[Call[Any]]


def carry_out(work: Callable[[], R], usage: Usage) -> R:
    """Do the work on this thread. It does not know of its call, whose outcome would keep this frame for ever."""
    usage.begin()
    return work()


def _work_of(call: Call[Any]) -> Callable[[], Sequence[Any]]:
    """Make what does the work of a call and of those along with it: a result for each."""
    if call.shared is None or not call.along:
        return partial(_do_alone, call.work)
    shares = [other.shared.argument for other in (call, *call.along) if other.shared is not None]
    return partial(call.shared.do_all, shares)


def _do_alone(work: Callable[[], R]) -> Sequence[R]:
    return [work()]


def _do_first(do_all: Callable[[Sequence[A]], Sequence[R]], arguments: Sequence[A]) -> R:
    return do_all(arguments)[0]


def _settle(call: Call[R], done: "Future[Any]", result: R) -> None:
    """Tell whoever waits for the call what has become of it."""
    if call.outcome.done() or done.cancelled():
        call.outcome.cancel()
    elif (error := done.exception()) is not None:
        call.outcome.set_exception(error)
    else:
        call.outcome.set_result(result)


class Worker:
    """A fixed number of threads that compute, which all sessions share fairly. Belongs to one event loop."""

    def __init__(self, threads: int, max_turns_per_session: int, look_seconds: float = LOOK_SECONDS) -> None:
        self._pool = ThreadPoolExecutor(threads + MOST_WAITING, thread_name_prefix="heedful-worker")
        self._line = FairLine[Call[Any]](threads, max_turns_per_session)
        self._lanes = WeakValueDictionary[str, SessionLane]()  # of conversations that a session holds
        self._look_seconds = look_seconds
        self._running: set[Call[Any]] = set()

    def lane(self, conversation_id: str | None = None) -> SessionLane:
        """Find the lane in which the calls of a conversation take their places; None: a lane of its own.

        Sessions that take a conversation from each other share its lane, so that a client gains nothing by it.
        """
        if conversation_id is None:
            return self._line.lane()
        lane = self._lanes.get(conversation_id)
        if lane is None:
            self._lanes[conversation_id] = lane = self._line.lane()
        return lane

    @property
    def waiting(self) -> int:
        """How many calls wait for a thread, those that nobody wants any more included."""
        return sum(1 for _ in self._line)

    async def run(self, place: Place, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(*args, **kwargs)` on a thread; a call that is cancelled while it waits never starts."""
        return await self.line_up(place, function, *args, **kwargs).outcome

    def line_up(self, place: Place, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """Line the same up; await its `outcome`."""
        call = Call(partial(function, *args, **kwargs), place, asyncio.get_running_loop().create_future())
        return self._lined_up(call)

    def line_up_shared(self, place: Place, shared: Shared[A, R]) -> Call[R]:
        """Line work up that is done along with others of its kind, if they wait when its turn comes or it at theirs."""
        alone = partial(_do_first, shared.do_all, [shared.argument])
        return self._lined_up(Call(alone, place, asyncio.get_running_loop().create_future(), shared=shared))

    def _lined_up(self, call: Call[R]) -> Call[R]:
        self._line.push(call)
        self._start_waiting()
        return call

    def _start_waiting(self) -> None:
        while (call := self._line.pop()) is not None:
            self._start(call)

    def _start(self, call: Call[Any]) -> None:
        call.along = self._line.pop_along(call, MOST_AT_ONCE - 1)
        for started in (call, *call.along):
            started.started = True
        self._running.add(call)
        loop = call.outcome.get_loop()
        looking = loop.call_later(self._look_seconds, self._look, call)
        running = self._pool.submit(carry_out, _work_of(call), call.usage)
        running.add_done_callback(lambda done: loop.call_soon_threadsafe(self._end, call, done, looking))

    def _look(self, call: Call[Any]) -> None:
        """Let another call compute in the place of one that waits."""
        if call not in self._running:
            return
        if call.usage.share() < WAITING_SHARE and sum(other.waits for other in self._running) < MOST_WAITING:
            call.waits = True
            self._line.end(call)
            self._start_waiting()
        else:
            call.outcome.get_loop().call_later(self._look_seconds, self._look, call)

    def _end(self, call: Call[Any], done: "Future[Any]", looking: asyncio.TimerHandle) -> None:
        looking.cancel()
        self._running.discard(call)
        if not call.waits:
            self._line.end(call)  # only now: a call that was given up while it ran has held its place until here
        calls, call.along = (call, *call.along), []
        for other in calls[1:]:
            self._line.end_along(other)
        if len(calls) > 1 and not done.cancelled() and done.exception() is not None:
            self._do_by_themselves(calls)
            return
        self._start_waiting()
        results = [None] * len(calls) if done.cancelled() or done.exception() else done.result()
        for other, result in zip(calls, results, strict=True):
            _settle(other, done, result)

    def _do_by_themselves(self, calls: Sequence[Call[Any]]) -> None:
        """Line calls up again that failed together: only those fail that fail by themselves, too."""
        for call in calls:
            call.shared, call.started = None, False
            self._line.push(call)
        self._start_waiting()

    def close(self) -> None:
        """Wait for the running calls, drop the waiting ones."""
        for call in self._line:
            call.give_up()
        self._pool.shutdown(wait=True, cancel_futures=True)
