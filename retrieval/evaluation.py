"""Measures answers against a file of questions with known sources."""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.answer import Answer, Answerer, Question
from retrieval.errors import CorpusError
from retrieval.rows import Row

CHOICES = frozenset({"list", "review"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """A question and what a right answer must show.

    A right answer cites one of `expected_ids` and has `expected_text` in it, in any case; with no ids,
    the only right answer is one that cites nothing. Where it is the choice that is asked for, of the `kind` list or
    review, it cites nothing else.
    """

    question: Question
    expected_ids: tuple[str, ...]
    expected_text: str
    kind: str = ""

    def is_met_by(self, text: str, source_ids: Collection[str]) -> bool:
        """Whether what was said is right: it cites an expected id and has the text, or cites nothing if none is."""
        if not self.expected_ids:
            return not source_ids
        cited, expected = set(source_ids), set(self.expected_ids)
        is_cited = bool(cited & expected) and (self.kind not in CHOICES or cited <= expected)
        return is_cited and self.expected_text.lower() in text.lower()


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that was not met, and the answer given instead."""

    expectation: Expectation
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """How many questions were answered right, the failures, and the median time of an answer."""

    questions: int
    failures: tuple[Failure, ...]
    median_ms: float

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return 1 - len(self.failures) / self.questions


def read_expectations(path: Path) -> list[Expectation]:
    """Read a JSON Lines file of questions; raises CorpusError with file and line, also when there are
    none.
    """
    expectations = []
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}:1", f"cannot be read ({error}); name a JSON Lines file of questions") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            expectations.append(_expectation(line, f"{path}:{number}"))
    if not expectations:
        raise CorpusError(f"{path}:1", "no questions; write one JSON object on each line")
    return expectations


def _expectation(line: str, place: str) -> Expectation:
    try:
        row = Row.of(json.loads(line), place)
    except ValueError as error:
        raise CorpusError(place, f"not JSON ({error}); write one object on each line") from error
    row.allow("kind", "question", "expected_ids", "expected_text", "product_id")
    product_id = row.text("product_id", default="") if row.fields.get("product_id") is not None else ""
    question = Question(row.text("question"), product_id or None)
    return Expectation(
        question, row.texts("expected_ids"), row.text("expected_text", default=""), row.text("kind", default="")
    )


def evaluate_answers(answerer: Answerer, expectations: Sequence[Expectation]) -> AnswerReport:
    """Ask every question and judge every answer; `expectations` must not be empty."""
    failures, times_ms = [], []
    for expectation in expectations:
        started = time.perf_counter()
        answer = answerer.answer(expectation.question)
        times_ms.append(1000 * (time.perf_counter() - started))
        if not is_right(expectation, answer):
            failures.append(Failure(expectation, answer))
    return AnswerReport(len(expectations), tuple(failures), sorted(times_ms)[len(times_ms) // 2])


def is_right(expectation: Expectation, answer: Answer | None) -> bool:
    """Whether `answer` meets `expectation`."""
    return expectation.is_met_by(answer.text, answer.source_ids) if answer else not expectation.expected_ids
