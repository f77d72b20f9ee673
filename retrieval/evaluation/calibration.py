"""Finds from questions with known answers how sure an entry, a fact of a product, or a search must be to answer.

For entries only questions that name no product count, outside of any conversation: an entry, or nothing, is all that
can answer them. For facts, those about one product; for searches, those for products.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.answering.answerer import Answerer
from retrieval.document import FAQ, POLICY, PRODUCT
from retrieval.errors import RetrievalError
from retrieval.evaluation.answer_checks import Expectation

STEP = 0.1  # of the reliability table
NEWTON_STEPS = 30  # doubles the right digits with each; a handful is enough
PENALTY = 1e-3  # on the squares of what is learnt, for questions that a threshold tells apart without an error

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """The most likely entry, fact or list for one question: its score, whether it is right, and whether any could be.

    The score of an entry is its agreement with the question, that of a list how well its first product fits.
    """

    score: float
    is_right: bool
    is_answerable: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Questions whose sureness is from `low` to one step above, and what comes of answering from `low` on.

    `right` counts the first; `precision` is the share right of what is answered, `answered` the share of the answerable
    questions that are answered right, `refused` the share of the others that is refused; None where there are none.
    """

    low: float
    questions: int
    right: int
    precision: float | None
    answered: float | None
    refused: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """`even` and `slope` make a score a probability; `threshold` is the one where the precision asked for is reached,
    and `least` the score there, None where it never is.
    """

    even: float
    slope: float
    threshold: float | None
    least: float | None
    steps: tuple[Step, ...]


def judge_entries(answerer: Answerer, expectations: Iterable[Expectation]) -> list[Judged]:
    """Judge the most likely entry for each question that an entry may answer or nothing can."""
    judged = []
    for expected, is_answerable in _answered_by(
        expectations, lambda source: source.startswith((f"{FAQ}:", f"{POLICY}:"))
    ):
        if entry := answerer.entry_for(expected.question):
            judged.append(Judged(entry.agreement, entry.passage.id in expected.expected_ids, is_answerable))
    return judged


def judge_facts(answerer: Answerer, expectations: Iterable[Expectation]) -> list[Judged]:
    """Judge the most likely fact for each question about one product that a fact of it answers or nothing can."""
    judged = []
    for expected, is_answerable in _answered_by(expectations, lambda source: _is_of_product(source) and "#" in source):
        if found := answerer.fact_for(expected.question):
            source, score = found
            judged.append(Judged(score, source in expected.expected_ids, is_answerable))
    return judged


def judge_searches(answerer: Answerer, expectations: Iterable[Expectation]) -> list[Judged]:
    """Judge the products listed for each question that products answer or nothing can."""
    judged = []
    for expected, is_answerable in _answered_by(
        expectations, lambda source: _is_of_product(source) and "#" not in source
    ):
        if found := answerer.search_for(expected.question):
            is_right = is_answerable and expected.is_met_by(found.text, found.source_ids)
            judged.append(Judged(found.confidence, is_right, is_answerable))
    return judged


def _answered_by(
    expectations: Iterable[Expectation], is_such: Callable[[str], bool]
) -> Iterator[tuple[Expectation, bool]]:
    """The questions outside of any conversation that such a source answers, or nothing, and whether one does."""
    for expected in expectations:
        is_answerable = any(map(is_such, expected.expected_ids))
        if not expected.before and (is_answerable or not expected.expected_ids):
            yield expected, is_answerable


def _is_of_product(source: str) -> bool:
    return source.startswith(f"{PRODUCT}:")


JUDGES = {"entry": judge_entries, "fact": judge_facts, "search": judge_searches}
"""How each kind of answer is judged, by what it is called."""


def calibrate(what: str, judged: Sequence[Judged], precision: float) -> Calibration:
    """The probability of being right by score, and from where on `precision` (0 to 1) of the answers are right.

    `what` is judged, for the error. Raises RetrievalError unless some are right and some are not.
    """
    right = np.array([example.is_right for example in judged], np.bool_)
    if right.all() or not right.any():
        count = f"{right.sum()} of {len(right)}"
        raise RetrievalError(f"{count} questions find their {what} right; give some that do and some not")
    scores = np.array([example.score for example in judged])
    bias, slope = _logistic(scores, right)
    even = -bias / slope
    sureness = 1 / (1 + np.exp(-slope * (scores - even)))
    answerable = np.array([example.is_answerable for example in judged], np.bool_)
    enough = [low for low in np.unique(sureness) if right[sureness >= low].mean() >= precision]
    lows = [round(low, 2) for low in np.arange(0, 1, STEP).tolist()]
    steps = tuple(_step(low, sureness, right, answerable) for low in lows)
    threshold = float(enough[0]) if enough else None
    least = None if threshold is None else float(scores[sureness >= threshold].min())
    return Calibration(even, slope, threshold, least, steps)


def _logistic(scores: npt.NDArray[np.float64], right: Flags) -> tuple[float, float]:
    """Fit the bias and slope of the logistic curve most likely to give `right`, by Newton's method."""
    rows = np.column_stack((np.ones_like(scores), scores))
    weights = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        curvature = (rows.T * (chance * (1 - chance))) @ rows + PENALTY * np.eye(2)
        weights += np.linalg.solve(curvature, rows.T @ (right - chance) - PENALTY * weights)
    return float(weights[0]), float(weights[1])


def _step(low: float, sureness: npt.NDArray[np.float64], right: Flags, answerable: Flags) -> Step:
    inside, above = (sureness >= low) & (sureness < low + STEP), sureness >= low
    return Step(
        low,
        int(inside.sum()),
        int(right[inside].sum()),
        _mean(right[above]),
        _mean((right & above)[answerable]),
        _mean(~above[~answerable]),
    )


def _mean(values: Flags) -> float | None:
    return float(values.mean()) if len(values) else None
