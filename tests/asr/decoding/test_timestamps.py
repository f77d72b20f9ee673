import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.decoding.timestamps import TimedTokens, split_window
from asr.decoding.token_rules import TokenRules

FIRST = 50363


def at(seconds: float) -> int:
    return FIRST + round(seconds * 50)


@pytest.mark.parametrize("last", [True, False])
def test_pairs_of_timestamps_enclose_segments(rules: TokenRules, last: bool) -> None:
    tokens = [at(0), 1, 2, at(3), at(3.5), 3, at(6)]
    segments, step = split_window(tokens, rules, 30.0, last=last)
    assert segments == [TimedTokens(0.0, 3.0, (1, 2)), TimedTokens(3.5, 6.0, (3,))]
    assert step == 30.0


def test_words_that_the_window_cut_off_are_left_to_the_next(rules: TokenRules) -> None:
    tokens = [at(0), 1, 2, at(24), at(25), 3, 4]
    segments, step = split_window(tokens, rules, 30.0, last=False)
    assert segments == [TimedTokens(0.0, 24.0, (1, 2))]
    assert step == 25.0


def test_a_segment_that_only_begins_is_left_to_the_next_window(rules: TokenRules) -> None:
    assert split_window([at(0), 1, at(24), at(24)], rules, 30.0, last=False)[1] == 24.0


def test_the_last_window_keeps_all_words(rules: TokenRules) -> None:
    segments, step = split_window([at(0), 1, at(4), at(5), 2], rules, 9.0, last=True)
    assert segments == [TimedTokens(0.0, 4.0, (1,)), TimedTokens(5.0, 9.0, (2,))]
    assert step == 9.0


def test_a_window_of_one_unfinished_segment_is_kept_whole(rules: TokenRules) -> None:
    assert split_window([at(0), 1, 2], rules, 30.0, last=False) == ([TimedTokens(0.0, 30.0, (1, 2))], 30.0)


@pytest.mark.parametrize("tokens", [[], [at(0)], [at(0), at(2)]])
def test_a_window_without_words_has_no_segments(rules: TokenRules, tokens: list[int]) -> None:
    assert split_window(tokens, rules, 30.0, last=True) == ([], 30.0)


@given(st.lists(st.one_of(st.integers(0, 100), st.integers(FIRST, FIRST + 1500))), st.booleans())
def test_times_lie_within_the_window_and_no_word_is_said_twice(
    rules: TokenRules, tokens: list[int], last: bool
) -> None:
    segments, step = split_window(tokens, rules, 20.0, last=last)
    assert 0 < step <= 20.0
    for segment in segments:
        assert 0 <= segment.start_seconds <= segment.end_seconds <= 20.0
    words = [token for segment in segments for token in segment.tokens]
    assert words == [token for token in tokens if token < FIRST][: len(words)]
    if last:
        assert words == [token for token in tokens if token < FIRST]
