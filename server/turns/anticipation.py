"""Recognises an utterance before it has ended: words for the screen, and the final text during the silence.

While somebody speaks, a glimpse of the newest sound is taken over and over, one call at a time and only on a thread
that has nothing better to do; the speaker served longest ago goes first, so that with more speakers words come less
often. A pause may be the end, so what was said before it is as urgent as a turn that has ended, and is kept for when
the silence ends the turn. A session has at most one call of each kind in line.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from asr.segmentation.pauses import condense
from asr.transcript import Recognizer, Transcript
from server.protocol.outputs import Anticipate, Transcribe
from server.turns.fair_line import Urgency
from server.turns.hearing import hearing, urgency_of
from server.turns.log_lines import on_one_line
from server.turns.worker import Call, SessionLane, Worker

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    work: Anticipate
    call: Call[Transcript]
    reported: "asyncio.Future[None]"

    @property
    def waits(self) -> bool:
        """Whether no thread has taken it up yet."""
        return not self.call.started and not self.call.outcome.done()

    @property
    def runs(self) -> bool:
        """Whether a thread is at it."""
        return self.call.started and not self.call.outcome.done()


def _glimpse(recognizer: Recognizer, work: Anticipate) -> Transcript:
    return recognizer.hinted(work.hints).glimpse(condense(work.samples, work.pauses).samples)


def _ignore(work: Anticipate, transcript: Transcript) -> None:
    """Drop a text that comes too late."""


@dataclass(slots=True)
class Anticipations:
    """What one session has recognised ahead. `report` takes the texts on the event loop, in the order of the sound."""

    recognizer: Recognizer
    worker: Worker
    lane: SessionLane
    report: Callable[[Anticipate, Transcript], None]
    _part: _Begun | None = field(init=False, default=None)
    _newer: Anticipate | None = field(init=False, default=None)  # to be recognised when `_part` is done
    _pause: _Begun | None = field(init=False, default=None)

    def begin(self, work: Anticipate) -> None:
        """Recognise what was said so far, if there is time."""
        self._drop_what_waits()
        if work.paused:
            self._pause = self._lined_up(work, self._hear_pause(work))
        elif self._part is not None and self._part.runs:
            self._newer = work
        else:
            spare = self.lane.place(Urgency.SPARE)
            self._part = self._lined_up(work, self.worker.line_up(spare, _glimpse, self.recognizer, work))

    def take(self, work: Transcribe) -> "asyncio.Future[Transcript] | None":
        """Take the text of an utterance that has ended, if its recognition has begun; nothing else of it is made."""
        pause = self._pause
        if any(begun is not None and begun.work.item_id == work.item_id for begun in (self._part, pause)):
            self._drop_what_waits()
        if pause is None or (pause.work.item_id, len(pause.work.samples)) != (work.item_id, len(work.samples)):
            return None
        return None if pause.call.outcome.cancelled() else pause.call.outcome

    def give_up(self) -> None:
        """Stop for good: nobody is there any more. Lets go of all sound, and of whom it reported to."""
        for begun in (self._part, self._pause):
            if begun is not None:
                begun.call.give_up()
        self._newer = self._part = self._pause = None
        self.report = _ignore

    async def finished(self) -> None:
        """Wait until none is being made, and all are reported."""
        while unfinished := [
            begun.reported for begun in (self._part, self._pause) if begun and not begun.reported.done()
        ]:
            await asyncio.wait(unfinished)

    def _drop_what_waits(self) -> None:
        """Drop what no thread has taken up: there is newer sound, or none of it is wanted any more."""
        self._newer = None
        for begun in (self._part, self._pause):
            if begun is not None and begun.waits:
                begun.call.give_up()

    def _hear_pause(self, work: Anticipate) -> Call[Transcript]:
        shared = hearing(self.recognizer, work.hints, work.samples, work.pauses)
        return self.worker.line_up_shared(self.lane.place(urgency_of(work.samples)), shared)

    def _lined_up(self, work: Anticipate, call: Call[Transcript]) -> _Begun:
        begun = _Begun(work, call, asyncio.get_running_loop().create_future())
        call.outcome.add_done_callback(lambda done: self._done(begun, done))
        return begun

    def _done(self, begun: _Begun, done: "asyncio.Future[Transcript]") -> None:
        try:
            self._report(begun.work, done)
        finally:
            begun.reported.set_result(None)

    def _report(self, work: Anticipate, done: "asyncio.Future[Transcript]") -> None:
        if done.cancelled():
            return
        if error := done.exception():
            logger.warning("recognising item %s ahead failed: %s", work.item_id, on_one_line(repr(error)))
        else:
            self.report(work, done.result())
        if not work.paused and (newer := self._newer) is not None:
            self.begin(newer)
