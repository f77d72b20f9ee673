"""Favours phrases that are expected, such as names, over words that sound like them.

Shallow fusion with a trie of token sequences (Zhao et al. 2019, "Shallow-Fusion End-to-End Contextual Biasing"),
made for greedy search: what was said in favour of a phrase is taken back when the phrase does not come about.
A phrase may end in digits that nobody knows beforehand, such as an account number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from asr.reference_whisper import Tokenizer

BEGINNING_SHARE = 0.5  # of the bonus, for a token that only begins a phrase
DIGIT = r"\d"  # any digit, at the end of a phrase: r"account number \d\d\d"
SEPARATORS = (",", "-")  # that Whisper writes between digits which are said one by one

_SHAPE = re.compile(r"(.*?)((?:\\d)*)", re.DOTALL)


@dataclass(slots=True)
class _Node:
    """What may come next within the phrases that share a beginning."""

    children: "dict[int, _Node]" = field(default_factory=dict)
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The next token, to be said after as many of the last ones as `taken_back` are removed."""

    token: int
    log_probability: float
    taken_back: int = 0
    favoured: bool = False  # it is not what the decoder would have said


@dataclass(frozen=True, slots=True)
class _Detour:
    """Where the search began to follow a phrase against the decoder's own choice."""

    matches_before: tuple[_Node, ...]
    own_choice: Choice
    length: int  # tokens said since


class PhraseBias:
    """The phrases that are favoured; immutable and safe to share between threads."""

    def __init__(
        self, phrases: Iterable[str], tokenizer: Tokenizer, strength: float, base: "PhraseBias | None" = None
    ) -> None:
        """`strength`: by how many nats another token may be more likely than a token that continues a phrase.

        `base`: phrases that are favoured as well; nothing of them is copied.
        """
        self.strength = strength
        self._tokenizer = tokenizer
        self._root = _Node()
        self.roots: tuple[_Node, ...] = (self._root, *(base.roots if base else ()))
        self._awaiting: dict[frozenset[int], _Node] = {}
        written = {spelling for phrase in phrases for spelling in spellings(phrase)}
        for words, lengths in sorted(
            _lengths(written).items(), key=lambda item: max(item[1])
        ):  # shared nodes come last
            self._insert(words, lengths)
        own = np.fromiter(self._root.children, dtype=np.int64)
        self.beginnings: NDArray[np.int64] = np.concatenate([own, base.beginnings]) if base else own

    def cursor(self) -> "BiasCursor":
        """What guides one decoding."""
        return BiasCursor(self)

    def goes_on(self, token: int) -> bool:
        """Whether the token goes on with the word before it."""
        return bool(token < self._tokenizer.eot and self._tokenizer.decode([token])[:1].isalnum())

    def _insert(self, words: str, lengths: frozenset[int]) -> None:
        node = self._root
        for token in self._tokenizer.encode(" " + words):
            node = node.children.setdefault(token, _Node())
        node.complete = node.complete or 0 in lengths
        if any(lengths):
            node.children = self._awaiting_digits(lengths - {0}).children | node.children

    def _awaiting_digits(self, missing: frozenset[int]) -> _Node:
        """What may come where one of so many digits are missing."""
        if missing not in self._awaiting:
            numbers = {
                token: self._awaiting_digits(frozenset(count - length for count in missing if count >= length))
                for token, length in self._numbers.items()
                if length <= max(missing)
            }
            separated = {token: _Node(numbers) for token in self._separators} if any(missing) else {}
            self._awaiting[missing] = _Node(numbers | separated, complete=0 in missing)
        return self._awaiting[missing]

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """The tokens of digits alone, with how many each has."""
        texts = ((token, self._tokenizer.decode([token]).removeprefix(" ")) for token in range(self._tokenizer.eot))
        return {token: len(text) for token, text in texts if text.isascii() and text.isdecimal()}

    @cached_property
    def _separators(self) -> list[int]:
        return [token for mark in SEPARATORS for token in self._tokenizer.encode(mark)]


class BiasCursor:
    """How far the phrases have come in one greedy decoding; for one thread."""

    def __init__(self, bias: PhraseBias) -> None:
        self._bias = bias
        self._matches: tuple[_Node, ...] = ()  # in a detour only those that it was made for
        self._detour: _Detour | None = None

    def choose(self, logits: Tensor) -> Choice:
        """The token after those chosen so far. logits: float32 [vocabulary], minus infinity where not allowed."""
        own = likeliest(logits)
        token = self._favoured(logits.numpy(), own)
        if self._detour is not None:
            if self._is_complete() and not self._bias.goes_on(own):
                self._detour = None  # it was worth it
            elif not _continued(self._matches, token):
                return self._go_back(self._detour)
        if self._detour is not None:
            self._detour = replace(self._detour, length=self._detour.length + 1)
            self._matches = _continued(self._matches, token)
        else:
            if token != own:
                self._detour = _Detour(self._matches, Choice(own, log_probability(logits, own)), length=1)
            self._matches = _continued((*self._matches, *self._bias.roots), token)
        return Choice(token, log_probability(logits, token), favoured=token != own)

    def _favoured(self, row: NDArray[np.float32], own: int) -> int:
        """The best token when those that continue or begin a phrase get their bonus."""
        token, score = own, row[own]
        continuing = [token for node in self._matches for token in node.children]
        if continuing:
            scores = row[continuing] + self._bias.strength
            if scores.max() > score:
                token, score = continuing[int(scores.argmax())], scores.max()
        if len(self._bias.beginnings) and (self._detour is None or self._is_complete()):
            scores = row[self._bias.beginnings] + self._bias.strength * BEGINNING_SHARE
            if scores.max() > score:
                token = int(self._bias.beginnings[int(scores.argmax())])
        return token

    def _is_complete(self) -> bool:
        return any(node.complete for node in self._matches)

    def _go_back(self, detour: _Detour) -> Choice:
        self._detour = None
        self._matches = _continued((*detour.matches_before, *self._bias.roots), detour.own_choice.token)
        return replace(detour.own_choice, taken_back=detour.length)


def likeliest(logits: Tensor) -> int:
    """The place of the highest of `logits`: float32 [vocabulary]."""
    return int(logits.numpy().argmax())  # 20 times as quick as torch's for one row


def log_probability(logits: Tensor, token: int) -> float:
    """Of the token, in natural logarithm. logits: float32 [vocabulary]."""
    row = logits.numpy()
    highest = row.max()
    return float(row[token] - highest - np.log(np.exp(row - highest).sum()))


def _continued(matches: Iterable[_Node], token: int) -> tuple[_Node, ...]:
    return tuple(node.children[token] for node in matches if token in node.children)


def _lengths(spellings: Iterable[str]) -> dict[str, frozenset[int]]:
    """The words of phrases, each with how many digits may follow it; 0 where it is a phrase by itself."""
    lengths: dict[str, frozenset[int]] = {}
    for spelling in sorted(spellings):
        shape = _SHAPE.fullmatch(spelling)
        assert shape is not None
        words, digits = shape[1].rstrip(), len(shape[2]) // len(DIGIT)
        lengths[words] = lengths.get(words, frozenset()) | {digits}
    return lengths


def spellings(phrase: str) -> set[str]:
    """The phrase as given, in lower case, as a title, and with a capital letter at its beginning."""
    words = phrase.split()
    lower = [word.lower() for word in words]
    title = [word[:1].upper() + word[1:] for word in words]
    variants = [words, lower, title, [*title[:1], *lower[1:]]]
    return {" ".join(variant) for variant in variants if variant}
