"""Measures of one ranking, defined as in trec_eval: nDCG, recall, reciprocal rank and average precision.

`ranked` are ids, best first, none twice; `grades` are the ids that are relevant, with grades above 0. Unjudged ids
count as not relevant. All measures run from 0 to 1 and raise ValueError where nothing is relevant.
"""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulated gain of the first `depth`; the gain is the grade, as trec_eval's ndcg_cut has it.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with log2(1 + rank).
    """
    _check(grades)
    gained = _discounted([grades.get(ranked_id, 0) for ranked_id in ranked[:depth]])
    return gained / _discounted(sorted(grades.values(), reverse=True)[:depth])


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int) -> float:
    """The share of what is relevant that is among the first `depth`."""
    _check(grades)
    return sum(ranked_id in grades for ranked_id in ranked[:depth]) / len(grades)


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """One over the rank of the first that is relevant; 0 where none is."""
    _check(grades)
    return next((1 / rank for rank, each in enumerate(ranked, start=1) if each in grades), 0.0)


def average_precision(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """The mean over all that is relevant of the precision at its rank; 0 for what is not in the ranking."""
    _check(grades)
    ranks = [rank for rank, each in enumerate(ranked, start=1) if each in grades]
    return sum(found / rank for found, rank in enumerate(ranks, start=1)) / len(grades)


def _check(grades: Mapping[str, int]) -> None:
    if not grades or min(grades.values()) <= 0:
        raise ValueError(f"the grades are {dict(grades)}; give at least one id, each with a grade above 0")
