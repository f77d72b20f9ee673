"""An asyncio event loop on a thread of its own, for callers that are not async."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from dialogue.errors import DialogueError

Result = TypeVar("Result")


class EventLoopThread:
    """Runs coroutines on one private loop; `run` may be called from any thread but that one."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result], timeout_seconds: float | None = None) -> Result:
        """The coroutine's result; raises what it raises, and DialogueError after `timeout_seconds`."""
        if not self._thread.is_alive():
            coroutine.close()
            raise DialogueError("the dialogue is closed: load it again")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(timeout_seconds)
        except concurrent.futures.TimeoutError as error:
            if future.done():  # the coroutine itself raised it
                raise
            future.cancel()
            raise DialogueError(f"no reply within {timeout_seconds} s: an action takes too long") from error

    def close(self) -> None:
        """Stop the loop and wait for its thread; harmless when called twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
