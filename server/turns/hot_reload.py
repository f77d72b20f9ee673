"""Puts a new model in the place of the old one while turns go on."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeAlias

from asr.samples import Samples
from asr.transcript import Hints, Recognizer, Transcript
from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from server.turns.memory import release_unused_memory
from server.turns.pipeline import Reload, Understanding

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

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        with self._held():
            return self._model.respond(conversation_id, interpretation, offer)

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        with self._held():
            return self._model.go_on(conversation_id, outputs, offer)

    def rewind(self, conversation_id: str) -> None:
        with self._held():
            self._model.rewind(conversation_id)

    def forget(self, conversation_id: str) -> None:
        with self._held():
            self._model.forget(conversation_id)

    def remember(self, conversation_id: str, past: Interpretation | Reply) -> None:
        with self._held():
            self._model.remember(conversation_id, past)

    def branch(self, origin_id: str, conversation_id: str) -> None:
        with self._held():
            self._model.branch(origin_id, conversation_id)

    def set_aside(self, conversation_id: str) -> None:
        with self._held():
            self._model.set_aside(conversation_id)

    @property
    def alive(self) -> bool:
        return self._model.alive

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
        self._replaced: list[_HeldModel] = []
        self._open_next = open_next
        self._choosing = threading.Lock()
        self._reloading = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[Understanding]:
        """Keep the current model open until the end of the block."""
        with self._choosing:
            model = self._current
            model.acquire()
        try:
            yield model
        finally:
            model.release()

    def interpret(self, text: str) -> Interpretation:
        """Interpret an utterance."""
        with self.hold() as model:
            return model.interpret(text)

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        """Reply in that conversation."""
        with self.hold() as model:
            return model.respond(conversation_id, interpretation, offer)

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        """Go on with what functions of the client's returned."""
        with self.hold() as model:
            return model.go_on(conversation_id, outputs, offer)

    def rewind(self, conversation_id: str) -> None:
        """Take back the last turn of a conversation."""
        with self.hold() as model:
            model.rewind(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation."""
        with self.hold() as model:
            model.forget(conversation_id)

    def remember(self, conversation_id: str, past: Interpretation | Reply) -> None:
        """Take in what was said before, elsewhere."""
        with self.hold() as model:
            model.remember(conversation_id, past)

    def branch(self, origin_id: str, conversation_id: str) -> None:
        """Let a conversation that is forgotten soon begin where another one is now."""
        with self.hold() as model:
            model.branch(origin_id, conversation_id)

    def set_aside(self, conversation_id: str) -> None:
        """Hold a conversation ready no longer, which may go on later."""
        with self.hold() as model:
            model.set_aside(conversation_id)

    @property
    def alive(self) -> bool:
        """Whether the current model can take turns."""
        with self.hold() as model:
            return model.alive

    def reload(self) -> Callable[[], None]:
        """Open the next model while the current one answers, and let it answer from then on.

        Returns what closes the old one after its last turn. Raises what opening raises; the current model then stays.
        """
        with self._reloading:
            new = _HeldModel(self._open_next())
            with self._choosing:
                self._replaced.append(self._current)
                self._current = new
        logger.info("the new model answers from now on")
        return self._close_replaced

    def _close_replaced(self) -> None:
        with self._reloading:
            while self._replaced:
                self._replaced.pop().close()

    def close(self) -> None:
        """Wait for a reload and the last turn, then close the model, and those it has replaced."""
        with self._reloading, ExitStack() as models:
            models.callback(self._current.close)
            while self._replaced:
                models.callback(self._replaced.pop().close)


class LiveRecognizer:
    """A recogniser that another can take the place of. Thread-safe: a call keeps to the one it began with."""

    def __init__(self, first: Recognizer) -> None:
        self._current = first

    def exchange(self, recognizer: Recognizer) -> None:
        """Let another recogniser hear what is said from now on."""
        self._current = recognizer

    @property
    def languages(self) -> frozenset[str] | None:
        """The codes of the languages that can be heard."""
        return self._current.languages

    def hinted(self, hints: Hints) -> Recognizer:
        """Return the current recogniser for one speaker; ask again for each call."""
        return self._current.hinted(hints)

    def transcribe(self, samples: Samples) -> Transcript:
        """Recognise `samples`: float32 [n] mono 16 kHz."""
        return self._current.transcribe(samples)

    def transcribe_all(self, utterances: Sequence[Samples]) -> list[Transcript]:
        """Recognise several utterances side by side."""
        return self._current.transcribe_all(utterances)

    def glimpse(self, samples: Samples) -> Transcript:
        """Recognise `samples` at a first look."""
        return self._current.glimpse(samples)


async def try_reload(reload: Reload) -> str | None:
    """Reload on a thread of its own and close what was replaced; None when done, else why the reload was refused.

    A refusal is logged, too. That the old models cannot be closed is no refusal, since the new ones answer already.
    """
    started = time.monotonic()
    reloading = asyncio.create_task(asyncio.to_thread(reload))
    await asyncio.wait({reloading})
    if refusal := reloading.exception():
        logger.error(
            "reload refused, the old model stays: %s",
            refusal,
            exc_info=refusal if logger.isEnabledFor(logging.DEBUG) else None,
        )
    else:
        closing = asyncio.create_task(asyncio.to_thread(reloading.result()))
        await asyncio.wait({closing})
        if error := closing.exception():
            logger.error("the old model could not be closed", exc_info=error)
        logger.info("reloaded in %.1f s", time.monotonic() - started)
    await asyncio.to_thread(release_unused_memory)
    return None if refusal is None else str(refusal) or type(refusal).__name__


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
