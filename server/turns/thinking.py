"""What the dialogue does in one turn, as one piece of work on a thread."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from dialogue.client_tools import NO_TOOLS, ToolOffer, ToolOutput
from dialogue.reply import Reply
from nlu.interpretation import Intent, Interpretation

NOTHING_SAID = Interpretation("", Intent("", 0.0))


class Thinker(Protocol):
    """What turns words into a reply."""

    def interpret(self, text: str) -> Interpretation:
        """Interpret an utterance."""

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        """Reply in that conversation."""

    def go_on(self, conversation_id: str, outputs: Sequence[ToolOutput], offer: ToolOffer = NO_TOOLS) -> Reply:
        """Go on with what functions of the client's returned."""


@dataclass(slots=True)
class Thinking:
    """One turn of a conversation: what was said, what the client's functions returned, and what came of both.

    Both its steps, understanding and answering, are one piece of work: between two, a turn would wait for a thread
    again. A turn that is given up in the first does not begin the second.
    """

    conversation_id: str
    text: str
    outputs: Sequence[ToolOutput] = ()
    offer: ToolOffer = NO_TOOLS
    outputs_last: bool = False
    now: Callable[[], float] = time.monotonic
    interpretation: Interpretation = NOTHING_SAID
    reply: Reply = Reply(())
    timings_ms: dict[str, float] = field(default_factory=dict)
    _given_up: Event = field(init=False, default_factory=Event)

    def give_up(self) -> None:
        """Begin no further step; from any thread."""
        self._given_up.set()

    def run(self, thinker: Thinker) -> "Thinking":
        """Go on with what the functions returned, and answer what was said, in the order of the two."""
        if self.text:
            with self._timed("nlu"):
                self.interpretation = thinker.interpret(self.text)
        with self._timed("dialogue"):
            for step in self._steps(thinker):
                if self._given_up.is_set():
                    break
                self.reply += step()
        return self

    def _steps(self, thinker: Thinker) -> list[Callable[[], Reply]]:
        steps: list[Callable[[], Reply]] = []
        if self.outputs or not self.text:
            steps.append(lambda: thinker.go_on(self.conversation_id, self.outputs, self.offer))
        if self.text:
            place = 0 if self.outputs_last else len(steps)
            steps.insert(place, lambda: thinker.respond(self.conversation_id, self.interpretation, self.offer))
        return steps

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        """Note how many milliseconds the block took."""
        started = self.now()
        try:
            yield
        finally:
            self.timings_ms[name] = (self.now() - started) * 1000
