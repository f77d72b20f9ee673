"""Reads the timestamps among Whisper's tokens: which words belong together, and where the next window begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.decoding.token_rules import TokenRules


@dataclass(frozen=True, slots=True)
class TimedTokens:
    """Words between two timestamps; seconds from the start of the window."""

    start_seconds: float
    end_seconds: float
    tokens: tuple[int, ...]


def split_window(
    tokens: Sequence[int], rules: TokenRules, window_seconds: float, *, last: bool
) -> tuple[list[TimedTokens], float]:
    """The segments of one window of audio and how many seconds to go on.

    In a window that is not the last, words that the window's end cut off are left to the next one, as
    `whisper.transcribe` does it. All times lie within the window.
    """
    segments: list[TimedTokens] = []
    start, words = 0.0, []
    open_segment = False
    for token in tokens:
        if token < rules.first_timestamp:
            words.append(token)
            open_segment = True
            continue
        time = min(rules.seconds(token), window_seconds)
        if words:
            segments.append(TimedTokens(start, max(start, time), tuple(words)))
        words, start, open_segment = [], time, not open_segment
    if not last and open_segment and segments and start > 0:
        return segments, start
    if words:
        segments.append(TimedTokens(start, window_seconds, tuple(words)))
    return segments, window_seconds
