"""Weighs several texts of one window against each other by what was heard and by what is expected to be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from asr.decoding.sentence_model import SentenceModel, TextState
from asr.decoding.stopping import Stopping
from asr.reference_whisper import Tokenizer

NEVER = float("-inf")
WIDTH = 4  # texts; more costs more, and four rows take little longer than one
LEAST_LIKELY_NATS = 8.0  # a token so much less likely than the best is not heard
MOST_TOKENS = 30
LAG_NATS = 6.0  # a text that falls so far behind is given up
A_WORD_LESS_NATS = 3.0  # what was heard and is left out must have been nothing
SURE_NATS = -0.25  # the log probability of a token that leaves no doubt
LEAST_EXPECTED = 0.5  # of the words of a text, for a second look
END_LAG_NATS = 3.0  # the end must be nearly as likely as going on: else words are left out


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is expected, how much that weighs against what is heard, and what each token adds to a text."""

    model: SentenceModel
    texts: tuple[str, ...]
    weight: float

    def added(self, token: int) -> str:
        """Return what a token adds to a text; a time ends a word, as a space does."""
        return self.texts[token] if token < len(self.texts) else " "

    def ends_word(self, token: int) -> bool:
        """Whether the token does not go on with the word before it."""
        return not self.added(token)[:1].isalnum()


@dataclass(frozen=True, slots=True)
class GuidedText:
    """A text that may be the right one: its tokens, the sum of their log probabilities, and that with their cost."""

    state: TextState
    tokens: tuple[int, ...] = ()
    heard: float = 0.0
    score: float = 0.0


def guidance_for(model: SentenceModel, tokenizer: Tokenizer, weight: float) -> Guidance:
    """Return the guidance by a model of sentences for the tokens of a tokenizer."""
    encoding = tokenizer.encoding
    texts = tuple(encoding.decode_single_token_bytes(token).decode("utf-8", "ignore") for token in range(tokenizer.eot))
    return Guidance(model, texts, weight)


def begun_with(guidance: Guidance, tokens: Sequence[int], heard: float) -> GuidedText:
    """Return a text that begins with these tokens, the sum of whose log probabilities is `heard`."""
    return GuidedText(_states(guidance, tokens)[-1], tuple(tokens), heard)


def whole_text(guidance: Guidance, tokens: Sequence[int], heard: float) -> GuidedText:
    """Return a text that has ended, with its score."""
    state = guidance.model.final(_states(guidance, tokens)[-1])
    return GuidedText(state, tuple(tokens), heard, heard + guidance.weight * state.cost)


def expected_beginning(guidance: Guidance, tokens: Sequence[int], heard: Sequence[float]) -> int | None:
    """Return how many tokens of a text come before the first word that is not expected and the word before it.

    `heard` are the log probabilities of the tokens. None where no second look is worth its time: where less than half
    is expected, and where every other word is one that the sentences have elsewhere, or leaves no doubt.
    """
    states = _states(guidance, tokens)
    states.append(guidance.model.closed(states[-1]))
    last = states[-1]
    if last.expected == last.words or last.expected < LEAST_EXPECTED * last.words:
        return None
    strange = {
        before.words
        for before, after in pairwise(states)
        if after.words > before.words
        and after.expected == before.expected
        and not guidance.model.knows(before.open_word)
    }
    suspects = strange | {number - 1 for number in strange}
    doubts = [
        nats for nats, state in zip(heard, states[1:], strict=False) if state.open_word and state.words in suspects
    ]
    if min(doubts, default=0.0) > SURE_NATS:
        return None
    sure = min(strange) - 1
    return max(
        at
        for at, (token, state) in enumerate(zip(tokens, states, strict=False))
        if at == 0 or (guidance.ends_word(token) and guidance.model.closed(state).words <= sure)
    )


def _states(guidance: Guidance, tokens: Sequence[int]) -> list[TextState]:
    """Return the states before the first token and after each of them; times end a word."""
    states = [guidance.model.start()]
    for token in tokens:
        states.append(guidance.model.after(states[-1], guidance.added(token)))
    return states


class GuidedBeam:
    """The best texts of one window so far, that go on from `begun`; for one thread."""

    def __init__(self, stopping: Stopping, guidance: Guidance, begun: GuidedText, rival: GuidedText) -> None:
        """`rival` is the whole text that another has to surpass; scores only fall while a text grows."""
        self.open = [begun]
        self._rival = rival
        self.best: GuidedText | None = None  # of those that have ended
        self._stopping = stopping
        self._rules = stopping.rules
        self._guidance = guidance
        self._steps = len(begun.tokens)

    @property
    def over(self) -> bool:
        """Whether nothing is left to be said."""
        return not self.open or self._steps >= self._stopping.limit

    def grow(self, logits: Tensor) -> list[int]:
        """Say one more token; for each text then open, the number of the one before that it goes on from.

        logits: float32 [open texts, vocabulary], which are used up.
        """
        self._steps += 1
        grown: list[tuple[float, int, int, float]] = []
        for parent, (row, text) in enumerate(zip(logits, self.open, strict=True)):
            self._rules.apply(row, text.tokens, self._stopping.last_timestamp)
            grown += self._ways_on(parent, text, row.numpy())
        grown.sort(reverse=True)
        bar = max(grown[0][0] - LAG_NATS, self._rival.score) if grown else NEVER
        parents: list[int] = []
        texts: list[GuidedText] = []
        for score, parent, token, heard in grown:
            if len(texts) == WIDTH or score < bar or (self.best is not None and score <= self.best.score):
                break
            text = self._grown(self.open[parent], token, heard)
            if self._stopping.reaches_the_end(text.tokens):
                self._close(text)
            elif not self._stopping.loops(text.tokens):
                parents.append(parent)
                texts.append(text)
        self.open = texts
        return parents

    def _ways_on(self, parent: int, text: GuidedText, row: NDArray[np.float32]) -> list[tuple[float, int, int, float]]:
        """Return score, parent, token and what is heard for each likely token; a likely end closes the text."""
        highest = row.max()
        total = highest + float(np.log(np.exp(row - highest).sum()))
        if row[self._rules.end] >= highest - END_LAG_NATS:
            self._close(GuidedText(text.state, text.tokens, text.heard + float(row[self._rules.end]) - total))
        words = np.flatnonzero(row[: self._rules.end] >= highest - LEAST_LIKELY_NATS)
        if len(words) > MOST_TOKENS:
            words = words[np.argpartition(row[words], -MOST_TOKENS)[-MOST_TOKENS:]]
        likely = words.tolist()
        times = row[self._rules.first_timestamp :]
        if times.max() >= highest - LEAST_LIKELY_NATS:
            likely.append(self._rules.first_timestamp + int(times.argmax()))
        model, weight = self._guidance.model, self._guidance.weight
        next_words = model.next_words(model.closed(text.state))
        ways: list[tuple[float, int, int, float]] = []
        for token in likely:
            heard = text.heard + float(row[token]) - total
            added = self._guidance.added(token)
            if added[:1] == " " and (added[1:].isalpha() or len(added) == 1):
                cost = next_words.cost_with(added[1:].lower())
            else:
                state = model.after(text.state, added)
                cost = model.next_words(state).cost_with(state.open_word)
            ways.append((heard + weight * cost, parent, token, heard))
        return ways

    def _grown(self, text: GuidedText, token: int, heard: float) -> GuidedText:
        state = self._guidance.model.after(text.state, self._guidance.added(token))
        return GuidedText(state, (*text.tokens, token), heard)

    def _close(self, text: GuidedText) -> None:
        state = self._guidance.model.final(text.state)
        fewer = max(0, self._rival.state.words - state.words)
        if fewer and state.expected < state.words:
            return
        score = text.heard + self._guidance.weight * state.cost - fewer * A_WORD_LESS_NATS
        if score > self._rival.score and (self.best is None or score > self.best.score):
            self.best = GuidedText(state, text.tokens, text.heard, score)
