"""Says what was heard: chooses tokens one after another until the end of the audio."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from asr.decoding.beam_search import Beam
from asr.decoding.guided_search import Guidance, GuidedBeam, begun_with, expected_beginning, whole_text
from asr.decoding.phrase_bias import BiasCursor, Choice, PhraseBias, likeliest, log_probability
from asr.decoding.stopping import Stopping
from asr.decoding.token_rules import TokenRules
from asr.model.text_decoder import CachedDecoder

SPARE_LOOK_TOKENS = 8  # so many more than at first may be said at a second look


@dataclass(frozen=True, slots=True)
class Decoding:
    """The tokens of one window, timestamps included, and how sure the model was."""

    tokens: tuple[int, ...]
    average_log_probability: float
    no_speech_probability: float
    finished: bool  # False: it was stopped because it looped or said more than fits into the time
    favoured: bool = False  # what was expected stands there against the decoder's own choice
    log_probabilities: tuple[float, ...] = ()  # of the tokens, and of the end where it was said


class TokenSearch:
    """Greedy search, sampling with a temperature, or a beam; immutable and safe to share between threads."""

    def __init__(
        self,
        decoder: CachedDecoder,
        rules: TokenRules,
        bias: PhraseBias | None = None,
        guidance: Guidance | None = None,
    ) -> None:
        """`bias`: what the greedy search favours; `guidance`: what a second look expects."""
        self._decoder = decoder
        self._rules = rules
        self._bias = bias
        self._guidance = guidance

    @property
    def favours(self) -> bool:
        """Whether there is anything that is expected, which the greedy search alone heeds."""
        return self._bias is not None or self._guidance is not None

    @torch.inference_mode()
    def run(
        self, features: Tensor, prompts: Sequence[Sequence[int]], seconds: Sequence[float], temperature: float
    ) -> list[Decoding]:
        """The tokens for each row of audio `features`, [rows, positions, state], of which `seconds` are sound.

        `prompts`, one a row, are of one length. The same input gives the same tokens at any temperature; among other
        rows its numbers are rounded differently.
        """
        rows = [self._row(features.shape[1], row_seconds, temperature) for row_seconds in seconds]
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
        cursor = self._bias.cursor() if self._bias is not None and temperature == 0 else None
        return _Row(self._stopping(positions, seconds), temperature, cursor)

    def _stopping(self, positions: int, seconds: float) -> Stopping:
        return Stopping(self._rules, seconds, positions, self._decoder.text_context)

    @torch.inference_mode()
    def weigh(self, features: Tensor, prompt: Sequence[int], seconds: float, width: int) -> Decoding:
        """The likeliest of `width` texts for one window, [1, positions, state]; no phrase is favoured."""
        stopping = self._stopping(features.shape[1], seconds)
        beam = Beam(stopping, width)
        state = self._decoder.start(features, len(prompt) + stopping.limit)
        logits = self._decoder.step(state, [prompt])
        no_speech = float(logits[0, 0].softmax(dim=-1)[self._rules.no_speech])
        while True:
            parents = beam.grow(logits[:, -1])
            if beam.over:
                break
            state.keep(parents)
            logits = self._decoder.step(state, [text.tokens[-1:] for text in beam.open])
        average = beam.leading.score / (len(beam.leading.tokens) + 1)
        return Decoding(beam.leading.tokens, average, no_speech, finished=beam.best is not None)

    @torch.inference_mode()
    def look_again(self, features: Tensor, prompt: Sequence[int], seconds: float, first: Decoding) -> Decoding:
        """The text that fits best to what is heard and expected, for one window, [1, positions, state].

        `first` is what the greedy search found there. It stays where nothing is expected, where all of it is, and where
        hardly any of it is: then somebody speaks of something else.
        """
        if self._guidance is None or not first.finished:
            return first
        kept = expected_beginning(self._guidance, first.tokens, first.log_probabilities)
        if kept is None:
            return first
        rival = whole_text(self._guidance, first.tokens, sum(first.log_probabilities))
        begun = begun_with(self._guidance, first.tokens[:kept], sum(first.log_probabilities[:kept]))
        most = len(first.tokens) + SPARE_LOOK_TOKENS
        stopping = replace(self._stopping(features.shape[1], seconds), text_context=2 * most)
        beam = GuidedBeam(stopping, self._guidance, begun, rival)
        state = self._decoder.start(features, len(prompt) + stopping.limit)
        logits = self._decoder.step(state, [[*prompt, *begun.tokens]])
        while True:
            parents = beam.grow(logits[:, -1])
            if beam.over:
                break
            state.keep(parents)
            logits = self._decoder.step(state, [text.tokens[-1:] for text in beam.open])
        if beam.best is None or beam.best.tokens == first.tokens:
            return first
        # Of the words since alone: what was kept may be unlikely since favoured phrases were preferred there.
        since = (beam.best.heard - begun.heard) / (len(beam.best.tokens) - kept + 1)
        average = max(since, first.average_log_probability)
        return replace(first, tokens=beam.best.tokens, average_log_probability=average, favoured=True)

    @torch.inference_mode()
    def choose_among(self, features: Tensor, start: int, candidates: tuple[int, ...]) -> list[int]:
        """For each row of `features`, the likeliest of the tokens `candidates` after the single token `start`."""
        logits = self._decoder.step(self._decoder.start(features, room=1), [[start]] * len(features))
        return [candidates[best] for best in logits[:, 0, list(candidates)].argmax(dim=-1).tolist()]


class _Row:
    """What is said of one window so far."""

    def __init__(self, stopping: Stopping, temperature: float, cursor: BiasCursor | None) -> None:
        self.said: list[int] = []
        self.limit = stopping.limit
        self._stopping = stopping
        self._rules = stopping.rules
        self._temperature = temperature
        self._cursor = cursor
        self._generator = torch.Generator().manual_seed(0)
        self._choices: list[Choice] = []  # those of `said`, and of the end
        self._finished = self._looped = False

    @property
    def over(self) -> bool:
        return self._finished or self._looped or len(self.said) >= self.limit

    def say(self, logits: Tensor) -> int:
        """Choose the next token by `logits`, float32 [vocabulary]; returns how many were taken back before it."""
        self._rules.apply(logits, self.said, self._stopping.last_timestamp)
        choice = self._choose(logits)
        if choice.taken_back:
            del self.said[-choice.taken_back :], self._choices[-choice.taken_back :]
        self._choices.append(choice)
        if choice.token == self._rules.end:
            self._finished = True
            return choice.taken_back
        self.said.append(choice.token)
        self._finished = self._stopping.reaches_the_end(self.said)
        self._looped = self._stopping.loops(self.said)
        return choice.taken_back

    def decoding(self, no_speech_probability: float) -> Decoding:
        average = sum(choice.log_probability for choice in self._choices) / (len(self.said) + 1)
        finished = self._finished and not self._looped
        favoured = any(choice.favoured for choice in self._choices)
        each = tuple(choice.log_probability for choice in self._choices)
        return Decoding(tuple(self.said), average, no_speech_probability, finished, favoured, each)

    def _choose(self, logits: Tensor) -> Choice:
        if self._cursor is not None:
            return self._cursor.choose(logits)
        if self._temperature == 0:
            token = likeliest(logits)
        else:
            chances = (logits / self._temperature).softmax(dim=-1)
            token = int(torch.multinomial(chances, 1, generator=self._generator))
        return Choice(token, log_probability(logits, token))
