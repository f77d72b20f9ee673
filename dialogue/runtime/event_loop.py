"""An asyncio event loop on a thread of its own, for callers that are not async."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from dialogue.errors import DialogueError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


class EventLoopThread:
    """Runs coroutines on one private loop; `run` may be called from any thread but that one.

    asyncio lets SystemExit and KeyboardInterrupt of one coroutine end its loop: this one goes on with the others.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._closing = False
        self._thread = threading.Thread(target=self._run_loop, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Return whether coroutines run: the loop's thread is there, and the loop is not closed."""
        return self._thread.is_alive() and not self._closing

    def _run_loop(self) -> None:
        while not self._closing:
            try:
                self._loop.run_forever()
            except (SystemExit, KeyboardInterrupt) as error:
                logger.error("the loop %r goes on after a %s", self._thread.name, type(error).__name__)

    def run(self, coroutine: Coroutine[Any, Any, Result], timeout_seconds: float | None = None) -> Result:
        """Return the coroutine's result; raises the Exception that it raises, and DialogueError for what is no
        Exception, such as SystemExit, and after `timeout_seconds`.
        """
        if not self.alive:
            coroutine.close()
            raise DialogueError("the dialogue is closed: load it again")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            error = future.exception(timeout_seconds)
        except concurrent.futures.CancelledError:
            raise DialogueError("the turn was cancelled from within") from None
        except concurrent.futures.TimeoutError as timeout:
            future.cancel()
            raise DialogueError(f"no reply within {timeout_seconds} s: an action takes too long") from timeout
        if error is not None and not isinstance(error, Exception):
            raise DialogueError(f"the turn ended with a {type(error).__name__}") from error
        return future.result()

    def close(self) -> None:
        """Stop the loop and wait for its thread; harmless when called twice."""
        if self._thread.is_alive():
            self._closing = True
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
