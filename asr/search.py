"""Says what was heard: chooses tokens one after another until the end of the audio."""

from dataclasses import dataclass

import torch
from torch import Tensor

from asr.bias import Choice, PhraseBias
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
    def run(self, features: Tensor, prompt: tuple[int, ...], seconds: float, temperature: float) -> Decoding:
        """The tokens for audio `features`, float32 [positions, state], of which `seconds` are sound.

        The same input gives the same tokens at any temperature.
        """
        rules = self._rules
        limit = min(self._decoder.text_context // 2, SPARE_TOKENS + int(seconds * MAX_TOKENS_PER_SECOND))
        state = self._decoder.start(features, room=len(prompt) + limit)
        logits = self._decoder.step(state, list(prompt))
        no_speech = float(logits[0].softmax(dim=-1)[rules.no_speech])
        generator = torch.Generator().manual_seed(0)
        cursor = self._bias.cursor() if self._bias is not None and temperature == 0 else None
        last_timestamp = rules.first_timestamp + len(features)
        said: list[int] = []
        log_probabilities: list[float] = []
        finished = False
        while not finished and len(said) < limit:
            row = logits[-1]
            rules.apply(row, said, last_timestamp)
            choice = cursor.choose(row) if cursor is not None else _choose(row, temperature, generator)
            if choice.taken_back:
                state.length -= choice.taken_back
                del said[-choice.taken_back :], log_probabilities[-choice.taken_back :]
            token = choice.token
            log_probabilities.append(choice.log_probability)
            finished = token == rules.end
            if not finished:
                said.append(token)
                finished = rules.closes_segment(said) and rules.seconds(token) >= seconds - END_TOLERANCE_SECONDS
                if len(said) % LOOP_CHECK_TOKENS == 0 and self._loops(said):
                    break
                logits = self._decoder.step(state, [token])
        average = sum(log_probabilities) / (len(said) + 1)
        return Decoding(tuple(said), average, no_speech, finished)

    @torch.inference_mode()
    def choose_among(self, features: Tensor, start: int, candidates: tuple[int, ...]) -> int:
        """The likeliest of the tokens `candidates` after the single token `start`."""
        logits = self._decoder.step(self._decoder.start(features, room=1), [start])[0]
        return candidates[int(logits[list(candidates)].argmax())]

    def _loops(self, said: list[int]) -> bool:
        return repeated_tail([token for token in said if token < self._rules.first_timestamp])[1] > 0


def _choose(logits: Tensor, temperature: float, generator: torch.Generator) -> Choice:
    if temperature == 0:
        token = int(logits.argmax())
    else:
        token = int(torch.multinomial((logits / temperature).softmax(dim=-1), 1, generator=generator))
    return Choice(token, float(logits.log_softmax(dim=-1)[token]))
