"""Weighs several texts of one window against each other while they are written.

Beam search in the manner of Whisper, with three differences. It stops when no open text can overtake the best that has
ended. A text ends only where the end is its own likeliest continuation: else a beam is fond of leaving the last words
out. Of the times that may follow a text it goes on with the likeliest alone: texts that differ in a time are no choice.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from asr.decoding.stopping import Stopping

NEVER = float("-inf")
MAX_LAG_NATS = 2.0  # a text this much less likely than the best is given up; more costs more, and brought errors


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text that may be the right one, and the sum of its log probabilities."""

    tokens: tuple[int, ...] = ()
    score: float = 0.0


class Beam:
    """The likeliest texts of one window so far; for one thread."""

    def __init__(self, stopping: Stopping, width: int) -> None:
        self.open: list[Hypothesis] = [Hypothesis()]
        self.best: Hypothesis | None = None  # of those that have ended
        self._stopping = stopping
        self._rules = stopping.rules
        self._width = width
        self._steps = 0
        self._looped: Hypothesis | None = None  # the first, and so the likeliest, that was stopped

    @property
    def over(self) -> bool:
        """Whether nothing is left to be said."""
        return not self.open or self._steps >= self._stopping.limit

    @property
    def leading(self) -> Hypothesis:
        """The likeliest text: one that has ended, else one that is open, else one that was stopped for its loop."""
        return self.best or max(self.open, key=lambda text: text.score, default=self._looped or Hypothesis())

    def grow(self, logits: Tensor) -> list[int]:
        """Say one more token; for each text then open, the number of the one before that it goes on from.

        logits: float32 [open texts, vocabulary], which are used up.
        """
        self._steps += 1
        parents: list[int] = []
        texts: list[Hypothesis] = []
        candidates = self._candidates(logits)
        for parent, token, score in candidates:
            if score < candidates[0][2] - MAX_LAG_NATS:
                break
            tokens = self.open[parent].tokens
            ends = token == self._rules.end
            text = Hypothesis(tokens if ends else (*tokens, token), score)
            if ends or self._stopping.reaches_the_end(text.tokens):
                self._close(text)
            elif self._stopping.loops(text.tokens):
                self._looped = self._looped or text
            else:
                parents.append(parent)
                texts.append(text)
        kept = [place for place, text in enumerate(texts) if self._may_win(text)][: self._width]
        self.open = [texts[place] for place in kept]
        return [parents[place] for place in kept]

    def _may_win(self, text: Hypothesis) -> bool:
        return self.best is None or text.score > self.best.score

    def _candidates(self, logits: Tensor) -> list[tuple[int, int, float]]:
        """Open text, next token and score of the likeliest ways to go on, the best first."""
        for row, text in zip(logits, self.open, strict=True):
            self._rules.apply(row, text.tokens, self._stopping.last_timestamp)
        scores = logits.log_softmax(dim=-1)
        self._keep_likeliest_time(scores)
        ends = scores[:, self._rules.end]
        ends[ends < scores.amax(dim=1)] = NEVER
        scores += torch.tensor([text.score for text in self.open])[:, None]
        best = scores.flatten().topk(2 * self._width)
        places = zip(best.values.tolist(), best.indices.tolist(), strict=True)
        return [(place // scores.shape[1], place % scores.shape[1], score) for score, place in places if score > NEVER]

    def _keep_likeliest_time(self, scores: Tensor) -> None:
        times = scores[:, self._rules.first_timestamp :]
        likeliest = times.max(dim=1, keepdim=True)
        times.fill_(NEVER).scatter_(1, likeliest.indices, likeliest.values)

    def _close(self, text: Hypothesis) -> None:
        if self.best is None or text.score > self.best.score:
            self.best = text
