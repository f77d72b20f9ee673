"""Knows when the text of one window is over: at the end of the sound, in a loop, or when no more fits into the time."""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.decoding.repetition import repeated_tail
from asr.decoding.token_rules import TokenRules

LOOP_CHECK_TOKENS = 8  # how often to look for a loop
SPARE_TOKENS = 24
MAX_TOKENS_PER_SECOND = 14  # fast speech has 7; spelled letters take two each
END_TOLERANCE_SECONDS = 0.1  # a segment that closes this near to the end of the sound is the last


@dataclass(frozen=True, slots=True)
class Stopping:
    """What bounds the text of a window with `seconds` of sound, seen in `positions`."""

    rules: TokenRules
    seconds: float
    positions: int
    text_context: int  # tokens that the decoder has room for

    @property
    def limit(self) -> int:
        """The most tokens that are said."""
        return min(self.text_context // 2, SPARE_TOKENS + int(self.seconds * MAX_TOKENS_PER_SECOND))

    @property
    def last_timestamp(self) -> int:
        """The token of the latest time that the decoder sees."""
        return self.rules.first_timestamp + self.positions

    def reaches_the_end(self, said: Sequence[int]) -> bool:
        """Whether the last token closes a segment where the sound ends."""
        return self.rules.closes_segment(said) and self.rules.seconds(said[-1]) >= self.seconds - END_TOLERANCE_SECONDS

    def loops(self, said: Sequence[int]) -> bool:
        """Whether the text has begun to repeat itself, timestamps aside; looked at every few tokens."""
        if len(said) % LOOP_CHECK_TOKENS:
            return False
        return repeated_tail([token for token in said if token < self.rules.first_timestamp])[1] > 0
