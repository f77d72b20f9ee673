"""Puts a new model in the place of the old one while turns go on."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeAlias

from asr.samples import Samples
from asr.transcript import Recognizer, Transcript
from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from server.turns.memory import release_unused_memory
from server.turns.pipeline import Understanding

logger = logging.getLogger(__name__)

Opened: TypeAlias = AbstractContextManager[Understanding]


class _HeldModel:
    """A model, and how many hold it now.

    Each call holds it as well as each turn: a turn that is given up leaves its call running on a thread.
    """

    def __init__(self, opened: Opened) -> None:
        self._resources = ExitStack()
        self._model = self._resources.enter_context(opened)
        self._holders = 0
        self._released = threading.Condition()

    def acquire(self) -> None:
        with self._released:
            self._holders += 1

    def release(self) -> None:
        with self._released:
            self._holders -= 1
            self._released.notify_all()

    @contextmanager
    def _held(self) -> Iterator[None]:
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def interpret(self, text: str) -> Interpretation:
        with self._held():
            return self._model.interpret(text)

    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        with self._held():
            return self._model.respond(conversation_id, interpretation)

    def forget(self, conversation_id: str) -> None:
        with self._held():
            self._model.forget(conversation_id)

    def close(self) -> None:
        """Wait until nobody holds it, then close it."""
        with self._released:
            self._released.wait_for(lambda: self._holders == 0)
        self._resources.close()


class LiveUnderstanding:
    """Answers with the model that is current; a turn keeps to the one it began with. Thread-safe."""

    def __init__(self, first: Opened, open_next: Callable[[], Opened]) -> None:
        """`first` and what `open_next` gives are closed when another model has come and their last turn is done."""
        self._current = _HeldModel(first)
        self._open_next = open_next
        self._choosing = threading.Lock()
        self._reloading = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[Understanding]:
        """The current model, kept open until the end of the block."""
        with self._choosing:
            model = self._current
            model.acquire()
        try:
            yield model
        finally:
            model.release()

    def interpret(self, text: str) -> Interpretation:
        """The meaning of an utterance."""
        with self.hold() as model:
            return model.interpret(text)

    def respond(self, conversation_id: str, interpretation: Interpretation) -> Reply:
        """The assistant's reply in that conversation."""
        with self.hold() as model:
            return model.respond(conversation_id, interpretation)

    def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation."""
        with self.hold() as model:
            model.forget(conversation_id)

    def reload(self) -> None:
        """Open the next model beside the current one, let it answer from now on, and close the old one after its
        last turn. Raises what opening raises; the current model then stays.
        """
        with self._reloading:
            try:
                old = self._exchange(_HeldModel(self._open_next()))
                try:
                    old.close()
                except Exception:  # the new model answers already: this is no reason to call it refused
                    logger.exception("the old model could not be closed")
            finally:
                release_unused_memory()

    def _exchange(self, model: _HeldModel) -> _HeldModel:
        with self._choosing:
            self._current, old = model, self._current
        logger.info("the new model answers from now on")
        return old

    def close(self) -> None:
        """Wait for a reload and the last turn, then close the model."""
        with self._reloading:
            self._current.close()


class LiveRecognizer:
    """A recogniser that another can take the place of, between two utterances."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.current = recognizer

    def transcribe(self, samples: Samples) -> Transcript:
        """The text of `samples`: float32 [n] mono 16 kHz."""
        return self.current.transcribe(samples)

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        """The texts of several utterances, recognised side by side."""
        return self.current.transcribe_all(utterances)

    def glimpse(self, samples: Samples) -> Transcript:
        """The text at a first look."""
        return self.current.glimpse(samples)


async def try_reload(reload: Callable[[], None]) -> str | None:
    """Reload on a thread of its own; None when done, else why it was refused, which is logged too."""
    started = time.monotonic()
    reloading = asyncio.create_task(asyncio.to_thread(reload))
    await asyncio.wait({reloading})
    if error := reloading.exception():
        logger.error("reload refused, the old model stays: %s", error, exc_info=logger.isEnabledFor(logging.DEBUG))
        return str(error) or type(error).__name__
    logger.info("reloaded in %.1f s", time.monotonic() - started)
    return None


async def watch(
    look: Callable[[], object], seen: object, reload: Callable[[], Awaitable[object]], seconds: float
) -> None:
    """Look every so many seconds and reload whenever what is there is not what was seen last; until cancelled.

    What was refused is not tried again before it changes.
    """
    while True:
        await asyncio.sleep(seconds)
        if (found := await asyncio.to_thread(look)) != seen:
            seen = found
            await reload()
