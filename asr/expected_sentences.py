"""What people say to an assistant: sentences with gaps, and what fills the gaps."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Gap:
    """A place of a sentence where any entry of the table `name` may stand."""

    name: str


Symbol = str | Gap
Sentence = tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class ExpectedSentences:
    """Sentences as they are said, word by word in small letters, and the entries of each gap with how often they came.

    `spellings`: of a word, how else it is written, such as `12` for `twelve`.
    """

    sentences: tuple[Sentence, ...] = ()
    entries: Mapping[str, Mapping[tuple[str, ...], float]] = field(default_factory=dict)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
