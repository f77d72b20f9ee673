"""What comes closest where nothing passes all tests."""

from collections.abc import Sequence

from retrieval.conditions import Condition
from retrieval.document import PRODUCT
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.selection.closest import closest_in
from retrieval.selection.goods import Goods

EAST, WEST = Condition(("area",), ("east",)), Condition(("area",), ("west",))
FOUR_STARS, MUSEUM = Condition(("stars",), low=4, high=4), Condition(("type",), ("museum",))


def test_the_fewest_tests_are_failed_and_of_these_the_last(catalogue: Catalogue) -> None:
    def goods_of(tests: Sequence[Condition]) -> Goods:
        return Goods(catalogue, Filter(PRODUCT), tests=tests)

    found = closest_in(goods_of, [EAST, FOUR_STARS, MUSEUM], has_kind=False)
    assert found
    assert found.failed == (MUSEUM,)
    assert [each.title for each in found.goods.first(3)] == ["Ash Court"]
    assert closest_in(goods_of, [WEST], has_kind=False) is None
    alone = closest_in(goods_of, [WEST], has_kind=True)
    assert alone
    assert alone.failed == (WEST,)
    assert closest_in(goods_of, [], has_kind=True) is None


def test_what_fails_more_than_two_is_not_close(catalogue: Catalogue) -> None:
    def goods_of(tests: Sequence[Condition]) -> Goods:
        return Goods(catalogue, Filter(PRODUCT, min_price=1), tests=tests)

    assert closest_in(goods_of, [EAST, FOUR_STARS, MUSEUM], has_kind=True) is None
