"""An asyncio event loop on a thread of its own, for callers that are not async; it survives what runs on it.

What does not come to its end in time is cancelled. What does not even let others run by then, such as an endless loop
in a component, is interrupted. Only C code cannot be interrupted: its thread is left to itself, and another one takes
its place.
"""

import asyncio
import concurrent.futures
import ctypes
import logging
import sys
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from dialogue.errors import DialogueError

logger = logging.getLogger(__name__)

GRACE_SECONDS = 1.0
"""How long a loop may take to answer after a turn has run out of time, and again after it was interrupted."""

SLOW_SECONDS = 5.0
"""A loop that has not answered for so long counts as hanging."""

LAST_STEPS = 3
"""How often a loop that ends runs what is left, so that it hears that it was cancelled."""

Result = TypeVar("Result")


class EventLoopThread:
    """Runs coroutines on one private loop; `run` may be called from any thread but that one.

    asyncio lets SystemExit and KeyboardInterrupt of one coroutine end its loop: this one goes on with the others.
    """

    def __init__(self, name: str, grace_seconds: float = GRACE_SECONDS) -> None:
        self._name = name
        self._grace_seconds = grace_seconds
        self._closing = False
        self._freeing = threading.Lock()
        self._running = _RunningLoop(name)

    @property
    def alive(self) -> bool:
        """Return whether coroutines run: it is not closed, and does not hang as far as is known from earlier calls."""
        return not self._closing and self._running.thread.is_alive() and not self._running.hangs()

    def run(self, coroutine: Coroutine[Any, Any, Result], timeout_seconds: float | None = None) -> Result:
        """Return the coroutine's result; raises the Exception that it raises, and DialogueError for what is no
        Exception, such as SystemExit, and after `timeout_seconds`.
        """
        running = self._running
        if self._closing:
            coroutine.close()
            raise DialogueError("the dialogue is closed: load it again")
        future = running.start(coroutine)
        try:
            error = future.exception(timeout_seconds)
        except concurrent.futures.CancelledError:
            raise DialogueError("the turn was cancelled from within") from None
        except concurrent.futures.TimeoutError as timeout:
            future.cancel()
            self._free(running)
            raise DialogueError(f"no reply within {timeout_seconds} s: an action takes too long") from timeout
        if error is not None and not isinstance(error, Exception):
            raise DialogueError(f"the turn ended with a {type(error).__name__}") from error
        return future.result()

    def _free(self, running: "_RunningLoop") -> None:
        """Make sure that coroutines run: interrupt what keeps them from it, or leave its thread to itself."""
        with self._freeing:
            if running is not self._running or running.answers(self._grace_seconds):
                return
            logger.error("%r hangs in %s: it is interrupted", self._name, running.place())
            running.interrupt()
            if running.answers(self._grace_seconds):
                return
            logger.error("%r cannot be interrupted: another thread takes its place", self._name)
            self._running = _RunningLoop(self._name)
            running.retire()

    def close(self) -> None:
        """Stop the loop and wait a little for its thread; harmless when called twice."""
        with self._freeing:
            self._closing = True
            self._running.stop(self._grace_seconds)


class _RunningLoop:
    """One loop with its thread."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._stopping = False
        self._started: set[concurrent.futures.Future[Any]] = set()
        self._asked = threading.Event(), 0.0  # whether it answers, and since when that is asked
        self._asked[0].set()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._loop.run_forever()
            except (SystemExit, KeyboardInterrupt) as error:
                logger.error("the loop %r goes on after a %s", self.thread.name, type(error).__name__)
        for _ in range(LAST_STEPS):
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.call_soon(self._loop.stop)
            self._loop.run_forever()
        self._loop.close()

    def start(self, coroutine: Coroutine[Any, Any, Result]) -> "concurrent.futures.Future[Result]":
        """Start a coroutine."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        self._started.add(future)
        future.add_done_callback(self._started.discard)
        return future

    def answers(self, seconds: float) -> bool:
        """Return whether the loop runs what it is given, within a time."""
        answered = threading.Event()
        self._loop.call_soon_threadsafe(answered.set)
        return answered.wait(seconds)

    def hangs(self) -> bool:
        """Return whether the loop owes an answer since long; asks for the next one without waiting."""
        answered, since = self._asked
        if answered.is_set():
            self._asked = answered, since = threading.Event(), time.monotonic()
            self._loop.call_soon_threadsafe(answered.set)
        return time.monotonic() - since > SLOW_SECONDS

    def place(self) -> str:
        """Return the line that the thread executes."""
        frame = sys._current_frames().get(self.thread.ident or 0)
        return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "no code"

    def interrupt(self) -> None:
        """Raise SystemExit in the thread: Python has no public way to do it from outside."""
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread.ident or 0), ctypes.py_object(SystemExit))

    def retire(self) -> None:
        """End whenever the thread comes back, and fail what was started."""
        self._stopping = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        for future in tuple(self._started):
            future.cancel()

    def stop(self, seconds: float) -> None:
        """End, and wait so long for the thread."""
        if not self._stopping:
            self._stopping = True
            self._loop.call_soon_threadsafe(self._loop.stop)
            self.thread.join(seconds)
