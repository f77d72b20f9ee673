"""Says what was heard: chooses tokens one after another until the end of the audio."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from asr.bias import BiasCursor, Choice, PhraseBias, likeliest, log_probability
from asr.decoder import CachedDecoder
from asr.repetition import repeated_tail
from asr.token_rules import TokenRules

LOOP_CHECK_TOKENS = 8  # how often to look for a loop
SPARE_TOKENS = 24
MAX_TOKENS_PER_SECOND = 14  # fast speech has 7; spelled letters take two each
END_TOLERANCE_SECONDS = 0.1  # a segment that closes this near to the end of the sound is the last


@dataclass(frozen=True, slots=True)
class Decoding:
    """The tokens of one window, timestamps included, and how sure the model was."""

    tokens: tuple[int, ...]
    average_log_probability: float
    no_speech_probability: float
    finished: bool  # False: it was stopped because it looped or said more than fits into the time


class TokenSearch:
    """Greedy search, or sampling with a temperature; immutable and safe to share between threads."""

    def __init__(self, decoder: CachedDecoder, rules: TokenRules, bias: PhraseBias | None = None) -> None:
        """`bias`: what the greedy search favours; sampling does without."""
        self._decoder = decoder
        self._rules = rules
        self._bias = bias

    @torch.inference_mode()
    def run(
        self, features: Tensor, prompts: Sequence[Sequence[int]], seconds: Sequence[float], temperature: float
    ) -> list[Decoding]:
        """The tokens for each row of audio `features`, [rows, positions, state], of which `seconds` are sound.

        `prompts`, one a row, are of one length. The same input gives the same tokens at any temperature; among other
        rows its numbers are rounded differently.
        """
        rows = [self._row(features.shape[1], each, temperature) for each in seconds]
        room = len(prompts[0]) + max(row.limit for row in rows)
        state = self._decoder.start(features, room)
        logits = self._decoder.step(state, prompts)
        no_speech = logits[:, 0].softmax(dim=-1)[:, self._rules.no_speech].tolist()
        going = rows
        while True:
            for place, row in enumerate(going):
                state.lengths[place] -= row.say(logits[place, -1])
            left = [place for place, row in enumerate(going) if not row.over]
            if not left:
                break
            state.keep(left)
            going = [going[place] for place in left]
            logits = self._decoder.step(state, [row.said[-1:] for row in going])
        return [row.decoding(probability) for row, probability in zip(rows, no_speech, strict=True)]

    def _row(self, positions: int, seconds: float, temperature: float) -> "_Row":
        limit = min(self._decoder.text_context // 2, SPARE_TOKENS + int(seconds * MAX_TOKENS_PER_SECOND))
        cursor = self._bias.cursor() if self._bias is not None and temperature == 0 else None
        return _Row(self._rules, seconds, limit, self._rules.first_timestamp + positions, temperature, cursor)

    @torch.inference_mode()
    def choose_among(self, features: Tensor, start: int, candidates: tuple[int, ...]) -> list[int]:
        """For each row of `features`, the likeliest of the tokens `candidates` after the single token `start`."""
        logits = self._decoder.step(self._decoder.start(features, room=1), [[start]] * len(features))
        return [candidates[best] for best in logits[:, 0, list(candidates)].argmax(dim=-1).tolist()]


class _Row:
    """What is said of one window so far."""

    def __init__(
        self,
        rules: TokenRules,
        seconds: float,
        limit: int,
        last_timestamp: int,
        temperature: float,
        cursor: BiasCursor | None,
    ) -> None:
        self.said: list[int] = []
        self.limit = limit
        self._rules = rules
        self._seconds = seconds
        self._last_timestamp = last_timestamp
        self._temperature = temperature
        self._cursor = cursor
        self._generator = torch.Generator().manual_seed(0)
        self._log_probabilities: list[float] = []
        self._finished = self._looped = False

    @property
    def over(self) -> bool:
        return self._finished or self._looped or len(self.said) >= self.limit

    def say(self, logits: Tensor) -> int:
        """Choose the next token by `logits`, float32 [vocabulary]; returns how many were taken back before it."""
        self._rules.apply(logits, self.said, self._last_timestamp)
        choice = self._choose(logits)
        if choice.taken_back:
            del self.said[-choice.taken_back :], self._log_probabilities[-choice.taken_back :]
        self._log_probabilities.append(choice.log_probability)
        if choice.token == self._rules.end:
            self._finished = True
            return choice.taken_back
        self.said.append(choice.token)
        self._finished = self._rules.closes_segment(self.said) and self._at_the_end(choice.token)
        self._looped = len(self.said) % LOOP_CHECK_TOKENS == 0 and self._loops()
        return choice.taken_back

    def decoding(self, no_speech_probability: float) -> Decoding:
        average = sum(self._log_probabilities) / (len(self.said) + 1)
        finished = self._finished and not self._looped
        return Decoding(tuple(self.said), average, no_speech_probability, finished)

    def _choose(self, logits: Tensor) -> Choice:
        if self._cursor is not None:
            return self._cursor.choose(logits)
        if self._temperature == 0:
            token = likeliest(logits)
        else:
            chances = (logits / self._temperature).softmax(dim=-1)
            token = int(torch.multinomial(chances, 1, generator=self._generator))
        return Choice(token, log_probability(logits, token))

    def _at_the_end(self, timestamp: int) -> bool:
        return self._rules.seconds(timestamp) >= self._seconds - END_TOLERANCE_SECONDS

    def _loops(self) -> bool:
        return repeated_tail([token for token in self.said if token < self._rules.first_timestamp])[1] > 0
