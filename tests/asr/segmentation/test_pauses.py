"""Long silences are left out of what is heard, and times are those of the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.segmentation.pauses import KEPT_SAMPLES, condense
from asr.transcript import Segment, Transcript, Word

RATE = 16_000
SOUND = np.arange(10 * RATE, dtype=np.float32)


def test_the_middle_of_a_long_pause_is_left_out() -> None:
    condensed = condense(SOUND, [(2 * RATE, 5 * RATE)])
    assert np.array_equal(condensed.samples, np.delete(SOUND, slice(2 * RATE + 4800, 5 * RATE - 4800)))


@pytest.mark.parametrize("pauses", [(), ((RATE, RATE + 2 * KEPT_SAMPLES),)])
def test_short_pauses_stay(pauses: tuple[tuple[int, int], ...]) -> None:
    transcript = Transcript("tea", "en", 10.0, (Segment(0.0, 9.0, "tea"),))
    assert condense(SOUND, pauses).samples is SOUND
    assert condense(SOUND, pauses).restored(transcript) is transcript


def test_times_behind_a_pause_are_put_right() -> None:
    condensed = condense(SOUND, [(2 * RATE, 5 * RATE), (7 * RATE, 9 * RATE)])  # 2.4 s and 1.4 s less
    words = (Word(" early", 1.0, 2.0, 1.0), Word(" late", 2.8, 4.4, 0.5))
    heard = Transcript("early late last", "en", 6.2, (Segment(1.0, 4.4, "early late", words=words),))
    restored = condensed.restored(heard)
    assert restored.duration_seconds == 10.0
    assert restored.segments[0].end_seconds == pytest.approx(6.8)
    times = [time for word in restored.segments[0].words for time in (word.start_seconds, word.end_seconds)]
    assert times == pytest.approx([1.0, 2.0, 5.2, 6.8])
    last = condensed.restored(Transcript("last", "en", 6.2, (Segment(5.3, 6.2, "last"),))).segments[0]
    assert [last.start_seconds, last.end_seconds] == pytest.approx([9.1, 10.0])


@given(st.lists(st.integers(0, len(SOUND)), max_size=8, unique=True).map(sorted))
def test_each_sample_that_is_kept_is_found_again_by_its_time(edges: list[int]) -> None:
    pauses = list(zip(edges[::2], edges[1::2], strict=False))
    condensed = condense(SOUND, pauses)
    for place in range(1, len(condensed.samples), 997):  # a time lies behind the sample it ends
        segment = Segment(0.0, place / RATE, "x")
        end = condensed.restored(Transcript("x", "en", 1.0, (segment,))).segments[0].end_seconds
        assert round(end * RATE) == condensed.samples[place - 1] + 1
