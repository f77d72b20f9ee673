"""Joins the results of the word search and the meaning search into one ranking.

A weighted sum of absolute scores, not ranks: a rank says which passage is best but never that all are
bad, and the answerer must be able to say that it knows nothing. Both scores are absolute: a cosine, and a
share of the best possible BM25.
"""

from collections.abc import Mapping


def fuse(dense: Mapping[int, float], lexical: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """Positions, best first, with fused scores from 0 to 1; ties go to the lower position.

    `dense` holds cosines, `lexical` word scores from 0 to 1; a position missing from one counts 0 there.
    """
    fused = {
        position: dense_weight * max(dense.get(position, 0.0), 0.0) + (1 - dense_weight) * lexical.get(position, 0.0)
        for position in dense.keys() | lexical.keys()
    }
    return dict(sorted(fused.items(), key=lambda item: (-item[1], item[0])))
