"""How likely words are where a project's own sentences are expected: n-grams over words and gaps.

A class-based language model (Brown et al. 1992), whose classes are the tables of values. Its figures are given by
prefixes of words, so that it guides a search whatever tokens spell them. An expected word costs nothing and another
one costs something: no text gains by more words, which would make a search repeat itself.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from asr.expected_sentences import ExpectedSentences, Gap, Symbol

UNEXPECTED = math.log(1e-4)  # the log probability of a word that is not expected
A_WORD = math.log(0.05)  # a word that is at least so likely costs nothing
GAP_ANYWHERE = math.log(0.3)  # for a value where no sentence has a gap
BEGINS_AGAIN = math.log(0.3)  # for another sentence after the end of one
MOST_POSITIONS = 6
BEGINNING = "<s>"
END = "</s>"
SENTENCE_ENDS = frozenset(".?!")

History = tuple[Symbol, ...]
Prefixes = Mapping[str, float]


@dataclass(slots=True, eq=False)
class _Choices:
    """Words that may come next, each with its log probability; `prefixes` has the best of what they begin with."""

    words: dict[str, float] = field(default_factory=dict)
    prefixes: dict[str, float] = field(default_factory=dict)

    def add(self, word: str, score: float, spellings: Iterable[str]) -> None:
        for spelling in (word, *spellings):
            self.words[spelling] = max(score, self.words.get(spelling, -math.inf))
            for end in range(1, len(spelling) + 1):
                prefix = spelling[:end]
                self.prefixes[prefix] = max(score, self.prefixes.get(prefix, -math.inf))


@dataclass(slots=True, eq=False)
class _Node:
    """Entries of a table that share their first words."""

    weight: float = 0.0
    ends: float = 0.0
    children: "dict[str, _Node]" = field(default_factory=dict)
    choices: _Choices = field(default_factory=_Choices)
    spelled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where in the sentences a text may stand: after `history`, or within an entry of the gap that ends it."""

    history: History
    node: _Node | None = None


@dataclass(frozen=True, slots=True)
class TextState:
    """A text so far: where it may stand, each with what the whole words cost, and the letters of the open word."""

    positions: tuple[tuple[_Position, float], ...]
    words: int = 0
    expected: int = 0
    open_word: str = ""

    @property
    def cost(self) -> float:
        """The log probability that the whole words lose by not being well expected: 0 or less."""
        return self.positions[0][1]


@dataclass(frozen=True, slots=True)
class NextWords:
    """What a text costs by how its next word begins; `ways` are the places where it may stand."""

    cost: float
    ways: tuple[tuple[float, float, Prefixes], ...]

    def cost_with(self, letters: str) -> float:
        """Return the cost where the next word begins with these small letters; the best it may become is granted."""
        if not letters:
            return self.cost
        best = self.cost + UNEXPECTED - A_WORD
        for cost, weight, prefixes in self.ways:
            if cost > best and (probability := prefixes.get(letters)) is not None:
                best = max(best, cost + min(0.0, weight + probability - A_WORD))
        return best


class SentenceModel:
    """N-grams of up to three words and gaps; immutable but for what it remembers, safe to share between threads."""

    def __init__(self, expected: ExpectedSentences) -> None:
        self._spellings = expected.spellings
        self._spelled = {other: word for word, others in expected.spellings.items() for other in others}
        self._tables = {name: self._table(entries) for name, entries in expected.entries.items() if entries}
        self._counts: dict[History, Counter[Symbol]] = defaultdict(Counter)
        for sentence in expected.sentences:
            self._count([BEGINNING, *(symbol for symbol in sentence if self._has(symbol)), END])
        self._counts.default_factory = None
        entries = (word for table in expected.entries.values() for entry in table for word in entry)
        said = {*(symbol for symbol in self._counts[()] if isinstance(symbol, str)), *entries}
        self._words = (said - {END}).union(*(self._spellings.get(word, ()) for word in said))
        self._next: dict[History, tuple[_Choices, dict[Gap, float]]] = {}

    def _has(self, symbol: Symbol) -> bool:
        return not isinstance(symbol, Gap) or symbol.name in self._tables

    def knows(self, word: str) -> bool:
        """Whether a sentence or an entry has the word, wherever."""
        return word in self._words

    def start(self) -> TextState:
        """Return the state before the first word."""
        return TextState(((_Position((BEGINNING,)), 0.0),))

    def after(self, state: TextState, text: str) -> TextState:
        """Return the state when `text`, such as a token, has been added."""
        for character in text:
            letter = "'" if character == "\u2019" else character.lower()
            if letter.isalnum() or letter == "'":
                if state.open_word and state.open_word[-1].isdecimal() != letter.isdecimal():
                    state = self.closed(state)
                state = TextState(state.positions, state.words, state.expected, state.open_word + letter)
            else:
                state = self.closed(state)
                if character in SENTENCE_ENDS:
                    state = self._begun_again(state)
        return state

    def next_words(self, state: TextState) -> "NextWords":
        """Return what the words after the whole ones of `state` cost."""
        return NextWords(state.cost, tuple(self._ways(state)))

    def final(self, state: TextState) -> TextState:
        """Return the state at the end of the text."""
        state = self.closed(state)
        costs = [
            cost + min(0.0, max(UNEXPECTED, self._probability(position.history, END)) - A_WORD)
            for position, cost in state.positions
            if position.node is None
        ]
        ended = max(costs, default=state.cost + UNEXPECTED - A_WORD)
        return TextState(((_Position(()), ended),), state.words, state.expected)

    def closed(self, state: TextState) -> TextState:
        """Return the state when the open word has ended."""
        word = state.open_word.strip("'")
        if not word:
            return TextState(state.positions, state.words, state.expected) if state.open_word else state
        free = state.cost + UNEXPECTED - A_WORD
        reached: dict[_Position, float] = {}
        known = False
        for position, cost in state.positions:
            for target, probability in self._steps(position, word):
                total = cost + min(0.0, probability - A_WORD)
                if total > reached.get(target, free):
                    reached[target] = total
                    known = known or bool(position.history)
        reached.setdefault(_Position(()), free)
        best = sorted(reached.items(), key=lambda item: -item[1])[:MOST_POSITIONS]
        return TextState(tuple(best), state.words + 1, state.expected + known)

    def _begun_again(self, state: TextState) -> TextState:
        """Return the state where a sentence may have ended, and another may begin."""
        again = _Position((BEGINNING,))
        if any(position == again for position, _ in state.positions):
            return state
        positions = sorted((*state.positions, (again, state.cost + BEGINS_AGAIN)), key=lambda item: -item[1])
        return TextState(tuple(positions), state.words, state.expected)

    def _steps(self, position: _Position, word: str) -> Iterator[tuple[_Position, float]]:
        """Yield where a word leads to from a position, and how likely it is there."""
        if position.node is not None:
            yield from self._within(position.history, position.node, word, 0.0)
            return
        choices, gaps = self._choices(position.history)
        if word in choices.words:
            yield _Position((*position.history, self._spelled.get(word, word))[-2:]), choices.words[word]
        for gap, weight in gaps.items():
            yield from self._within((*position.history, gap)[-2:], self._tables[gap.name], word, weight)

    def _within(self, history: History, node: _Node, word: str, weight: float) -> Iterator[tuple[_Position, float]]:
        if word not in node.choices.words:
            return
        child = node.children[node.spelled.get(word, word)]
        score = weight + node.choices.words[word]
        if child.ends:
            yield _Position(history), score + math.log(child.ends / child.weight)
        if child.children:
            yield _Position(history, child), score

    def _ways(self, state: TextState) -> Iterator[tuple[float, float, Prefixes]]:
        """Yield for each way to go on: the cost of its position, the weight of its words, and their prefixes."""
        for position, cost in state.positions:
            if position.node is not None:
                yield cost, 0.0, position.node.choices.prefixes
                continue
            choices, gaps = self._choices(position.history)
            yield cost, 0.0, choices.prefixes
            for gap, weight in gaps.items():
                yield cost, weight, self._tables[gap.name].choices.prefixes

    def _choices(self, history: History) -> tuple[_Choices, dict[Gap, float]]:
        """Return the words and gaps that may follow: a word only where a sentence has it after the last symbol."""
        if history not in self._next:
            choices, gaps = _Choices(), {}
            seen = self._counts.get(history[-1:], Counter())
            for symbol in seen:
                if isinstance(symbol, str) and symbol != END:
                    choices.add(symbol, self._probability(history, symbol), self._spellings.get(symbol, ()))
            for name in self._tables:
                gap = Gap(name)
                weight = self._probability(history, gap)
                gaps[gap] = weight if gap in seen else weight + GAP_ANYWHERE
            self._next[history] = choices, gaps
        return self._next[history]

    def _probability(self, history: History, symbol: Symbol) -> float:
        """Return Witten and Bell's interpolation of the orders, in natural logarithm."""
        probability = 1e-5
        for length in range(min(2, len(history)) + 1):
            counts = self._counts.get(history[len(history) - length :])
            if counts:
                kinds, total = len(counts), counts.total()
                probability = (counts[symbol] + kinds * probability) / (total + kinds)
        return math.log(probability)

    def _count(self, symbols: list[Symbol]) -> None:
        for at in range(1, len(symbols)):
            for length in range(min(2, at) + 1):
                self._counts[tuple(symbols[at - length : at])][symbols[at]] += 1

    def _table(self, entries: Mapping[tuple[str, ...], float]) -> _Node:
        root = _Node()
        for words, weight in entries.items():
            node = root
            node.weight += weight
            for word in words:
                node = node.children.setdefault(word, _Node())
                node.weight += weight
            node.ends += weight
        self._prepare(root)
        return root

    def _prepare(self, node: _Node) -> None:
        for word, child in node.children.items():
            others = self._spellings.get(word, ())
            node.choices.add(word, math.log(child.weight / node.weight), others)
            node.spelled.update(dict.fromkeys(others, word))
            self._prepare(child)
