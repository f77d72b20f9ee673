"""Turns as a recogniser or a hasty typist writes them."""

import random
import re
from dataclasses import replace

from benchmarks.reader_turns import Example, Wanted, joined

SOUNDS = {
    "two": "to", "for": "four", "there": "their", "by": "buy", "week": "weak", "price": "prize", "wear": "where",
    "hours": "ours", "weigh": "way", "red": "read", "blue": "blew", "pair": "pear", "their": "there", "buy": "by",
    "made": "maid", "hotel": "hotels", "the": "a", "in": "and", "is": "it's", "does": "this", "than": "then",
    "one": "won", "four": "for", "cheap": "sheep", "park": "bark", "food": "foot", "cost": "coast",
    "size": "sighs", "and": "in",
}  # fmt: skip


def misheard(example: Example, seed: int) -> Example:
    """The turn as a recogniser or a hasty typist writes it: no signs, words left out, taken for others, or misspelt."""
    drawn = random.Random(f"{seed}{example.text}")
    pieces: list[tuple[str, Wanted | None]] = []
    placed = sorted((each for each in example.wanted if each.span), key=lambda each: each.span or (0, 0))
    at = 0
    for wanted in placed:
        start, end = wanted.span or (0, 0)
        if start < at:
            return example
        pieces += [(example.text[at:start], None), (example.text[start:end], wanted)]
        at = end
    pieces.append((example.text[at:], None))
    speech = drawn.random() < 0.6
    heard = [(_heard(text, drawn, speech, wanted is not None), wanted) for text, wanted in pieces]
    text, wished = joined([(text, wanted) for text, wanted in heard if text])
    if not text.strip():
        return example
    unplaced = tuple(each for each in example.wanted if not each.span)
    return replace(example, text=text, wanted=(*wished, *unplaced))


def _heard(text: str, drawn: random.Random, speech: bool, is_value: bool) -> str:
    if speech:
        text = re.sub(r"(?<!\d)[.,?!]|[.,?!](?!\d)", "", text.lower())
    said = re.split(r"(\s+)", text)
    for at, word in enumerate(said):
        if word.strip() and drawn.random() < (0.05 if is_value else 0.1):
            said[at] = _confused(word, drawn, is_value)
    return "".join(said)


def _confused(word: str, drawn: random.Random, is_value: bool) -> str:
    if word.lower() in SOUNDS and not is_value:
        return SOUNDS[word.lower()]
    if len(word) <= 3:
        return word if is_value or word.lower() in ("no", "not") else ""
    if not word.isalpha():
        return word
    at = drawn.randrange(1, len(word) - 1)
    return drawn.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
