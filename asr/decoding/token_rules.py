"""What Whisper may say next: its own rules for blanks, non-speech symbols and timestamps.

After `whisper.decoding` (SuppressBlank, SuppressTokens, ApplyTimestampRules), for one sequence of tokens.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from asr.model.audio_encoder import POSITIONS_PER_SECOND
from asr.reference_whisper import Tokenizer

Row = NDArray[np.float32]

MAX_INITIAL_TIMESTAMP_SECONDS = 1.0


class TokenRules:
    """The rules for one tokenizer; immutable."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.end: int = tokenizer.eot
        self.first_timestamp: int = tokenizer.timestamp_begin
        self.no_speech: int = tokenizer.no_speech
        self.prompt: tuple[int, ...] = tuple(tokenizer.sot_sequence)
        never = {
            *tokenizer.non_speech_tokens,
            tokenizer.transcribe,
            tokenizer.translate,
            tokenizer.sot,
            tokenizer.sot_prev,
            tokenizer.sot_lm,
            tokenizer.no_speech,
            tokenizer.no_timestamps,
            *tokenizer.all_language_tokens,
        }
        self._never = np.array(sorted(never))
        self._last_initial = self.first_timestamp + round(MAX_INITIAL_TIMESTAMP_SECONDS * POSITIONS_PER_SECOND)

    def seconds(self, token: int) -> float:
        """Return the time that a timestamp token means."""
        return (token - self.first_timestamp) / POSITIONS_PER_SECOND

    def closes_segment(self, said: Sequence[int]) -> bool:
        """Whether the last of the tokens is the timestamp at the end of some words."""
        return len(said) > 1 and said[-1] >= self.first_timestamp > said[-2]

    def apply(self, logits: Tensor, said: Sequence[int], last_timestamp: int) -> None:
        """Sets to minus infinity, in place, what may not follow the tokens `said`.

        logits: float32 [vocabulary] on the CPU; no timestamp above the token `last_timestamp` is allowed.
        """
        row: Row = logits.numpy()  # the same memory; for one row, NumPy's calls cost a tenth of torch's
        row[self._never] = -np.inf
        row[last_timestamp + 1 :] = -np.inf
        if not said:
            row[: self.first_timestamp] = -np.inf
            row[self._last_initial + 1 :] = -np.inf
            return
        self._keep_timestamps_in_pairs(row, said)
        self._prefer_timestamps(row)

    def _keep_timestamps_in_pairs(self, row: Row, said: Sequence[int]) -> None:
        first = self.first_timestamp
        after_timestamp = said[-1] >= first
        after_pair = after_timestamp and (len(said) < 2 or said[-2] >= first)
        if after_pair:
            row[first:] = -np.inf
        elif after_timestamp:
            row[: self.end] = -np.inf
        last = next((token for token in reversed(said) if token >= first), None)
        if last is not None:  # times do not go back, and a segment has some length
            row[first : last if after_timestamp and not after_pair else last + 1] = -np.inf

    def _prefer_timestamps(self, row: Row) -> None:
        """Allow timestamps alone where all of them together are more likely than any single word."""
        words, timestamps = row[: self.first_timestamp], row[self.first_timestamp :]
        likeliest_word = words.max()
        if likeliest_word == -np.inf or np.exp(timestamps - likeliest_word).sum() > 1:
            words[:] = -np.inf
