"""Threads for the project's actions: whatever an action does, it ends only itself, and nobody waits longer for it than
a timeout.
"""

import asyncio
import contextlib
import ctypes
import inspect
import logging
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from dialogue.errors import ActionError

logger = logging.getLogger(__name__)

MOST_THREADS = 32
"""Actions that run at a time, those included that were given up and did not return."""

GRACE_SECONDS = 1.0
"""Time in which an action that was given up can end by itself."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Returned(Generic[Result]):
    """An action came to its end."""

    value: Result


@dataclass(frozen=True, slots=True)
class Raised:
    """An action raised something, which may be no Exception."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class TimedOut:
    """An action did not return in time; `frames` are where it was then, the innermost last."""

    frames: traceback.StackSummary


Ending: TypeAlias = Returned[Result] | Raised | TimedOut


class ActionThreads:
    """Runs actions, each on a thread and an event loop of its own; used on one event loop only.

    So an action may block, loop or leave without harm to others. One that does not return in time is cancelled, and is
    interrupted a second later, which ends it when it executes Python again. Until then it is stuck and takes a thread.
    """

    def __init__(self, timeout_seconds: float, most_threads: int = MOST_THREADS) -> None:
        self._timeout_seconds = timeout_seconds
        self._most_threads = most_threads
        self._threads: list[_ActionThread[Any]] = []

    @property
    def timeout_seconds(self) -> float:
        """Return how long an action may take."""
        return self._timeout_seconds

    @property
    def stuck(self) -> int:
        """Return the number of actions that were given up and still run."""
        return sum(thread.given_up and thread.is_alive() for thread in tuple(self._threads))

    async def run(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> Ending[Result]:
        """Run `work` on a thread; returns how it ended. Raises ActionError at once when there is no thread left."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) >= self._most_threads:
            raise ActionError(
                f"{len(self._threads)} actions run already, {self.stuck} of them do not return: see the log for where"
            )
        thread = _ActionThread(work)
        self._threads.append(thread)
        thread.start()
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await thread.ending
        except TimeoutError:
            return TimedOut(thread.frames())
        finally:
            if not thread.has_ended:
                thread.give_up()


class _ActionThread(threading.Thread, Generic[Result]):
    """One run of one action."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, Result]]) -> None:
        super().__init__(name="action", daemon=True)
        self.given_up = False
        self._work = work
        self._caller = asyncio.get_running_loop()
        self.ending: asyncio.Future[Ending[Result]] = self._caller.create_future()
        self._task: asyncio.Task[Any] | None = None
        self._coroutine: Coroutine[Any, Any, Result] | None = None
        self._leaving = False
        self._lock = threading.Lock()

    @property
    def has_ended(self) -> bool:
        """Return whether the action came to its end in time."""
        return self.ending.done() and not self.ending.cancelled()

    def run(self) -> None:
        """Run the action, then report how it ended, before what it left on its loop is cleared away."""
        try:
            with asyncio.Runner() as runner:
                try:
                    ending: Ending[Result] = Returned(runner.run(self._followed()))
                except BaseException as error:  # of code that is not ours: SystemExit and its like, too
                    ending = Raised(error)
                with contextlib.suppress(RuntimeError):  # the caller's loop has been closed
                    self._caller.call_soon_threadsafe(self._report, ending)
        finally:
            with self._lock:
                self._leaving = True

    async def _followed(self) -> Result:
        self._task = asyncio.current_task()
        self._coroutine = self._work()
        return await self._coroutine

    def _report(self, ending: Ending[Result]) -> None:
        if not self.ending.done():
            self.ending.set_result(ending)

    def frames(self) -> traceback.StackSummary:
        """Return where the action is: in which lines it waits, or what its thread executes."""
        waiting = self._coroutine
        frames = []
        while inspect.iscoroutine(waiting) and waiting.cr_frame is not None and not waiting.cr_running:
            frames.append((waiting.cr_frame, waiting.cr_frame.f_lineno))
            waiting = waiting.cr_await
        if frames:
            return traceback.StackSummary.extract(iter(frames))
        current = sys._current_frames().get(self.ident or 0)
        return traceback.extract_stack(current) if current else traceback.StackSummary()

    def give_up(self) -> None:
        """Cancel the action; interrupt it when that does not end it."""
        self.given_up = True
        if self._task is not None:
            with contextlib.suppress(RuntimeError):  # it ended meanwhile
                self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        self._caller.call_later(GRACE_SECONDS, self._interrupt)

    def _interrupt(self) -> None:
        """Raise SystemExit in the thread: Python has no public way to do it from outside."""
        with self._lock:
            if self.is_alive() and not self._leaving and self.ident is not None:
                logger.warning("an action that was given up still runs: it is interrupted")
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(SystemExit))
