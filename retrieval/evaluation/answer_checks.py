"""Measures answers against questions with known sources."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.answering.answerer import Answerer
from retrieval.evaluation.ranking import Topic
from retrieval.question import Answer, Question

CHOICES = frozenset({"list", "review"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """A question and what a right answer must show.

    A right answer cites one of `expected_ids` and has `expected_text` in it, in any case; with no ids,
    the only right answer is one that cites nothing. Where it is the choice that is asked for, of the `kind` list or
    review, it cites nothing else. `grades` says how relevant each id is to a search; without, all are alike. `before`
    are what was asked earlier in the same conversation.
    """

    question: Question
    expected_ids: tuple[str, ...]
    expected_text: str
    kind: str = ""
    grades: Mapping[str, int] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    def is_met_by(self, text: str, source_ids: Collection[str]) -> bool:
        """Whether what was said is right: it cites an expected id and has the text, or cites nothing if none is."""
        if not self.expected_ids:
            return not source_ids
        cited, expected = set(source_ids), set(self.expected_ids)
        is_cited = bool(cited & expected) and (self.kind not in CHOICES or cited <= expected)
        return is_cited and self.expected_text.lower() in text.lower()

    @property
    def topic(self) -> Topic | None:
        """The topic that a search is measured on; None when nothing, or when the question goes on in a conversation."""
        if not self.expected_ids or self.question.product_id or self.before:
            return None
        return Topic(self.question.text, self.grades or dict.fromkeys(self.expected_ids, 1))


@dataclass(frozen=True, slots=True)
class Outcome:
    """An expectation, the answer given, and the milliseconds it took."""

    expectation: Expectation
    answer: Answer | None
    ms: float

    @property
    def is_right(self) -> bool:
        """Whether the answer meets the expectation."""
        return is_right(self.expectation, self.answer)

    @property
    def is_refused(self) -> bool:
        """Whether nothing was cited."""
        return self.answer is None or not self.answer.source_ids


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """The outcome of every question; the shares are None where there is nothing to share."""

    outcomes: tuple[Outcome, ...]

    @property
    def questions(self) -> int:
        """How many were asked."""
        return len(self.outcomes)

    @property
    def failures(self) -> list[Outcome]:
        """The outcomes that are not right."""
        return [outcome for outcome in self.outcomes if not outcome.is_right]

    @property
    def accuracy(self) -> float | None:
        """Share of all questions answered or refused as they should be."""
        return _share([outcome.is_right for outcome in self.outcomes])

    @property
    def answer_accuracy(self) -> float | None:
        """Share of the answerable questions with the right id and fact."""
        return _share([outcome.is_right for outcome in self.outcomes if outcome.expectation.expected_ids])

    @property
    def refusal_precision(self) -> float | None:
        """Share of what was refused that cannot be answered."""
        return _share([not outcome.expectation.expected_ids for outcome in self.outcomes if outcome.is_refused])

    @property
    def refusal_recall(self) -> float | None:
        """Share of what cannot be answered that was refused."""
        return _share([outcome.is_refused for outcome in self.outcomes if not outcome.expectation.expected_ids])

    def percentile_ms(self, percent: float) -> float:
        """The time that this share of the answers took at most."""
        return float(np.percentile([outcome.ms for outcome in self.outcomes], percent))


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def evaluate_answers(answerer: Answerer, expectations: Iterable[Expectation]) -> AnswerReport:
    """Ask every question and judge every answer."""
    outcomes = []
    for expectation in expectations:
        question = _in_conversation(answerer, expectation)
        started = time.perf_counter()
        answer = answerer.answer(question)
        outcomes.append(Outcome(expectation, answer, 1000 * (time.perf_counter() - started)))
    return AnswerReport(tuple(outcomes))


def _in_conversation(answerer: Answerer, expectation: Expectation) -> Question:
    """The question with what the answers before it left behind."""
    product_id, told = expectation.question.product_id, None
    for text in expectation.before:
        if answer := answerer.answer(Question(text, product_id, told)):
            product_id, told = answer.product_id or product_id, answer.told
    return Question(expectation.question.text, product_id, told)


def is_right(expectation: Expectation, answer: Answer | None) -> bool:
    """Whether `answer` meets `expectation`."""
    return expectation.is_met_by(answer.text, answer.source_ids) if answer else not expectation.expected_ids
