"""Notices that a decoder has begun to repeat itself, and cuts the repetition away."""

import re
from collections.abc import Sequence
from typing import Any
from zlib import compress

MAX_PHRASE_TOKENS = 24
MIN_REPEATS, MIN_TOKENS = 4, 12  # of a loop: people do say a word three times
ECHO_WORDS = 6  # in a row, twice: people seldom do that within one utterance

_WORD = re.compile(r"[^\W_]+")


def compression_ratio(text: str) -> float:
    """How many times shorter zlib makes the text, as Whisper measures it."""
    content = text.encode("utf-8")
    return len(content) / len(compress(content))


def repeated_tail(
    tokens: Sequence[Any], *, min_repeats: int = MIN_REPEATS, min_tokens: int = MIN_TOKENS
) -> tuple[int, int]:
    """(length of a phrase, how often it stands at the end) of the phrase that covers most, or (0, 0).

    `tokens`: of any kind that can be compared, words too.
    """
    return _repeats_at_start(tokens[::-1], min_repeats, min_tokens)


def echoes(text: str) -> bool:
    """Whether six words in a row stand in the text twice, or its last three or more twice in a row.

    Case and punctuation do not count: Whisper often puts a comma after the first and a full stop after the second.
    """
    words = _WORD.findall(text.casefold())
    rows = [tuple(words[at : at + ECHO_WORDS]) for at in range(len(words) - ECHO_WORDS + 1)]
    return len(set(rows)) < len(rows) or repeated_tail(words, min_repeats=2, min_tokens=ECHO_WORDS)[1] > 0


def without_loops(tokens: Sequence[int]) -> list[int]:
    """The tokens with every phrase that loops, wherever it stands, said once."""
    kept: list[int] = []
    position = 0
    while position < len(tokens):
        rest = tokens[position : position + MAX_PHRASE_TOKENS * MIN_REPEATS]
        size, repeats = _repeats_at_start(rest, MIN_REPEATS, MIN_TOKENS)
        if not repeats:
            kept.append(tokens[position])
            position += 1
            continue
        phrase = tokens[position : position + size]
        kept += phrase
        while tokens[position : position + size] == phrase:
            position += size
    return kept


def _repeats_at_start(tokens: Sequence[Any], min_repeats: int, min_tokens: int) -> tuple[int, int]:
    best = (0, 0)
    for size in range(1, min(MAX_PHRASE_TOKENS, len(tokens) // min_repeats) + 1):
        repeats = 1
        while tokens[repeats * size : (repeats + 1) * size] == tokens[:size]:
            repeats += 1
        covered = size * repeats
        if repeats >= min_repeats and covered >= min_tokens and covered > best[0] * best[1]:
            best = (size, repeats)
    return best
