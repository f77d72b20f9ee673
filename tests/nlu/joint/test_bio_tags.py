import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.joint.bio_tags import TaggedSpan, forbidden, read_spans, tag_words

WORDS = [(0, 3), (4, 9), (10, 14), (14, 15)]


def test_spans_become_tags() -> None:
    assert tag_words(WORDS, [TaggedSpan(0, 4, 14), TaggedSpan(1, 14, 15)]).tolist() == [0, 1, 2, 3]


def test_a_word_half_inside_an_entity_belongs_to_it() -> None:
    assert tag_words(WORDS, [TaggedSpan(0, 6, 12)]).tolist() == [0, 1, 2, 0]


def test_of_two_entities_on_a_word_the_earlier_has_it() -> None:
    assert tag_words(WORDS, [TaggedSpan(1, 8, 14), TaggedSpan(0, 4, 9)]).tolist() == [0, 1, 3, 0]


def test_neighbouring_entities_of_one_kind_stay_two() -> None:
    spans = [TaggedSpan(0, 0, 3), TaggedSpan(0, 4, 9)]
    assert read_spans(WORDS[:2], tag_words(WORDS[:2], spans), np.ones(2, dtype=np.float32)) == spans


def test_an_entity_is_as_sure_as_its_least_sure_word() -> None:
    confidences = np.array([0.9, 0.5, 0.75], dtype=np.float32)
    assert read_spans(WORDS[:3], np.array([0, 1, 2]), confidences) == [TaggedSpan(0, 4, 14, 0.5)]


def test_a_tag_that_continues_stands_only_after_its_own_kind() -> None:
    first, steps = forbidden(5)
    assert np.flatnonzero(first).tolist() == [2, 4]
    allowed = {tag: np.flatnonzero(~steps[:, tag]).tolist() for tag in range(5)}
    assert allowed == {0: [0, 1, 2, 3, 4], 1: [0, 1, 2, 3, 4], 2: [1, 2], 3: [0, 1, 2, 3, 4], 4: [3, 4]}


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2)), max_size=6))
def test_tags_read_back_as_the_spans_they_came_from(plan: list[tuple[int, int]]) -> None:
    words: list[tuple[int, int]] = []
    spans: list[TaggedSpan] = []
    for length, kind in plan:
        begin = len(words)
        words += [(10 * index, 10 * index + 9) for index in range(begin, begin + length)]
        if kind:
            spans.append(TaggedSpan(kind - 1, words[begin][0], words[-1][1]))
    confidences = np.ones(len(words), dtype=np.float32)
    assert read_spans(words, tag_words(words, spans), confidences) == spans
