"""When the text of a window is over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.decoding.stopping import LOOP_CHECK_TOKENS, MAX_TOKENS_PER_SECOND, SPARE_TOKENS, Stopping
from asr.decoding.token_rules import TokenRules

WORD = 300


def stopping(rules: TokenRules, seconds: float, *, positions: int = 1500, text_context: int = 448) -> Stopping:
    return Stopping(rules, seconds, positions, text_context)


def at(rules: TokenRules, seconds: float) -> int:
    return rules.first_timestamp + round(seconds * 50)


@settings(deadline=None)
@given(st.floats(0, 30), st.integers(2, 448))
def test_the_limit_grows_with_the_sound_up_to_half_of_the_context(
    rules: TokenRules, seconds: float, context: int
) -> None:
    limit = stopping(rules, seconds, text_context=context).limit
    assert limit == context // 2 or SPARE_TOKENS <= limit <= SPARE_TOKENS + seconds * MAX_TOKENS_PER_SECOND
    assert limit <= context // 2
    assert limit <= stopping(rules, seconds + 1, text_context=context).limit


def test_without_sound_there_is_room_for_a_few_tokens(rules: TokenRules) -> None:
    assert stopping(rules, 0.0).limit == SPARE_TOKENS


@pytest.mark.parametrize(("positions", "seconds"), [(1500, 30.0), (400, 8.0)])
def test_the_last_timestamp_is_where_the_encoder_ends(rules: TokenRules, positions: int, seconds: float) -> None:
    found = stopping(rules, 1.0, positions=positions).last_timestamp
    assert rules.seconds(found) == seconds


def test_a_segment_that_closes_at_the_end_of_the_sound_is_the_last(rules: TokenRules) -> None:
    five = stopping(rules, 5.0)
    start = at(rules, 0)
    assert five.reaches_the_end([start, WORD, at(rules, 5.0)])
    assert five.reaches_the_end([start, WORD, at(rules, 4.9)])
    assert not five.reaches_the_end([start, WORD, at(rules, 4.88)])  # there is more to hear
    assert not five.reaches_the_end([start, WORD])
    assert not five.reaches_the_end([start, WORD, at(rules, 2.0), at(rules, 5.0)])  # this begins a segment
    assert not five.reaches_the_end([at(rules, 5.0)])
    assert not five.reaches_the_end([])


def test_a_loop_is_found_at_every_eighth_token_whatever_times_stand_in_it(rules: TokenRules) -> None:
    limits = stopping(rules, 30.0)
    timed = [at(rules, 0), *[300, 301, 302] * 5]
    assert len(timed) == 2 * LOOP_CHECK_TOKENS
    assert limits.loops(timed)
    assert not limits.loops(timed[:-1])  # not looked at
    between = [token for number in range(4) for token in (at(rules, number), 300, 301, 302)]
    assert limits.loops(between)


def test_a_text_that_goes_on_is_no_loop(rules: TokenRules) -> None:
    limits = stopping(rules, 30.0)
    assert not limits.loops(list(range(300, 316)))
    assert not limits.loops([])
    assert not limits.loops([300, 301] * 4)  # people do say that
