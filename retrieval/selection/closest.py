"""Finds what comes closest where nothing passes all tests of a search, and which tests that fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from retrieval.conditions import Condition
from retrieval.selection.goods import Goods

MOST_FAILED = 2  # tests that the closest may fail: more is not close
MOST_TESTS = 8  # tests that are left out in turn


@dataclass(frozen=True, slots=True)
class Closest:
    """The goods that pass most tests, and the tests which they fail."""

    goods: Goods
    failed: tuple[Condition, ...]


def closest_in(
    goods_of: Callable[[Sequence[Condition]], Goods], tests: Sequence[Condition], *, has_kind: bool
) -> Closest | None:
    """What passes all `tests` but the fewest; `goods_of` are the goods that pass some tests. Without a kind
    (`has_kind`), what passes none is not close.

    Of equally few failed tests the later ones count less: people say first what matters most to them.
    """
    tests = tests[:MOST_TESTS]
    for count in range(1, min(MOST_FAILED, len(tests) - (not has_kind)) + 1):
        for failed in reversed(list(combinations(tests, count))):
            goods = goods_of([test for test in tests if test not in failed])
            if goods.count():
                return Closest(goods, failed)
    return None
