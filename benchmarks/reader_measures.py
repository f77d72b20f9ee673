"""What of the turns was read right: whole sets of acts, and precision and recall of labels asked and values wished."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.reader_turns import Example, normal
from retrieval.reading.reading import Reading

Things = set[tuple[str, ...]]


@dataclass(slots=True)
class Agreement:
    """How many things were found, how many there are, and how many of both are the same."""

    right: int = 0
    found: int = 0
    there: int = 0

    def add(self, found: Things, there: Things) -> None:
        """Count those of one turn."""
        self.right += len(found & there)
        self.found += len(found)
        self.there += len(there)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there is nothing and nothing was found."""
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 1.0


@dataclass(slots=True)
class Measured:
    """The counts over turns: `whole` of those whose set of acts is right, and per act."""

    turns: int = 0
    whole: int = 0
    acts: Agreement = field(default_factory=Agreement)
    asked: Agreement = field(default_factory=Agreement)
    values: Agreement = field(default_factory=Agreement)
    references: Agreement = field(default_factory=Agreement)
    missed: Counter[str] = field(default_factory=Counter)

    def add(self, example: Example, read: Reading) -> None:
        """Count one turn, by what is known of it."""
        acts, right = set(read.acts) & example.known_acts, example.acts & example.known_acts
        self.turns += 1
        self.whole += acts == right
        self.missed.update(f"{'+' if act in acts else '-'}{act}" for act in acts ^ right)
        self.acts.add(_single(acts), _single(right))
        self.asked.add(_single(read.asked), _single(example.asked))
        self.values.add(
            {(wish.label, wish.operator, normal(wish.value)) for wish in read.wishes},
            {(wanted.label, wanted.operator, normal(wanted.value)) for wanted in example.wanted},
        )
        if example.knows_references:
            self.references.add(_single(read.references), _single(example.references))

    def row(self, name: str) -> str:
        """One line of a table."""
        whole = self.whole / max(self.turns, 1)
        refers = f"{self.references.f1:9.3f}" if self.references.there else ""
        return f"{name:28}{self.turns:7}{whole:9.1%}{self.asked.f1:9.3f}{self.values.f1:9.3f}{refers}"


HEADER = f"{'':28}{'turns':>7}{'acts':>9}{'asked':>9}{'values':>9}{'refers':>9}"


def _single(names: Iterable[str]) -> Things:
    return {(str(name),) for name in names}
