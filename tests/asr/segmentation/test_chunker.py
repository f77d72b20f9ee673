"""Cuts, with loud noise for speech and audio time only."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.options import SegmenterOptions
from asr.samples import Samples
from asr.segmentation.chunker import LONGEST_CHUNK_MS, Chunk, Chunker, quietest_ms
from asr.segmentation.vad_segmenter import VadSegmenter
from tests.asr.memory import traced_memory
from tests.fakes import LoudnessDetector, loud, silence

OPTIONS = SegmenterOptions()
RATE = 16_000
BYTES_PER_MS = RATE // 1000 * 4


def audio(*seconds: float) -> Samples:
    """Speech and silence by turns, speech first."""
    parts = [silence(length, RATE) if at % 2 else loud(length, RATE) for at, length in enumerate(seconds)]
    return np.concatenate(parts)


def chunks_of(samples: Samples, block: int = 65_536, options: SegmenterOptions = OPTIONS) -> list[Chunk]:
    chunker = Chunker(VadSegmenter(options, LoudnessDetector()), options)
    found = [chunk for at in range(0, len(samples), block) for chunk in chunker.push(samples[at : at + block])]
    return found + chunker.flush()


def spans(chunks: list[Chunk]) -> list[tuple[int, int]]:
    return [(chunk.start_ms, chunk.start_ms + len(chunk.samples) // 16) for chunk in chunks]


def test_utterances_near_each_other_become_one_chunk() -> None:
    ((start, end),) = spans(chunks_of(audio(5, 1, 5, 1, 5)))
    assert (start, end) == (0, 17_000)


def test_a_chunk_is_the_audio_between_its_times() -> None:
    samples = audio(9, 1, 9, 1, 9, 1, 9, 1)
    for chunk in chunks_of(samples):
        start = chunk.start_ms * 16
        np.testing.assert_array_equal(chunk.samples, samples[start : start + len(chunk.samples)])


def test_a_chunk_ends_where_the_last_utterance_that_fits_ends() -> None:
    (first, second) = spans(chunks_of(audio(9, 1, 9, 1, 9, 1, 9)))
    assert first[1] == pytest.approx(19_200, abs=40)
    assert second[0] == pytest.approx(19_700, abs=40)  # the padding before speech


def test_a_long_silence_is_left_out() -> None:
    (first, second) = spans(chunks_of(audio(5, 6, 5)))
    assert first[0] == 0
    assert first[1] == pytest.approx(5200, abs=40)
    assert second[0] == pytest.approx(10_700, abs=40)


def test_within_a_long_utterance_a_pause_is_the_place_to_cut() -> None:
    (first, second) = spans(chunks_of(audio(20, 0.3, 20)))
    assert 20_100 < first[1] <= 20_300
    assert second[0] == first[1]


def test_an_end_of_speech_wins_over_a_later_pause() -> None:
    (first, _) = spans(chunks_of(audio(16, 1, 5, 0.3, 20)))
    assert first[1] == pytest.approx(16_200, abs=40)


def test_but_not_when_it_comes_early() -> None:
    (first, _) = spans(chunks_of(audio(4, 1, 19, 0.3, 20)))
    assert first[1] == pytest.approx(24_200, abs=100)


def test_speech_without_a_pause_is_cut_at_the_quietest_moment() -> None:
    samples = audio(50)
    samples[24 * RATE : 24 * RATE + 3200] *= 0.3  # loud enough to be no pause
    (first, second) = spans(chunks_of(samples))
    assert 24_000 <= first[1] <= 24_200
    assert second == (first[1], 50_000)


def test_speech_cut_for_its_length_by_the_segmenter_goes_on() -> None:
    found = spans(chunks_of(audio(10, 0.3, 25, 1, 3), options=SegmenterOptions(max_utterance_ms=12_000)))
    assert found[0][1] == pytest.approx(10_200, abs=40)
    assert found[1][0] == found[0][1]


def test_silence_has_no_chunks() -> None:
    assert chunks_of(silence(90, RATE)) == []


turns = st.lists(st.tuples(st.floats(0.3, 40), st.floats(0.05, 6)), min_size=1, max_size=6)


@settings(deadline=None, max_examples=25)
@given(turns, st.integers(500, 200_000))
def test_chunks_are_short_in_order_hold_all_speech_and_do_not_depend_on_blocks(
    turns: list[tuple[float, float]], block: int
) -> None:
    samples = audio(*[length for turn in turns for length in turn])
    chunks = chunks_of(samples)
    found = spans(chunks)
    assert spans(chunks_of(samples, block)) == found
    assert all(end - start <= LONGEST_CHUNK_MS for start, end in found)
    edges = [time for span in found for time in span]
    assert edges == sorted(edges)
    left_out = np.abs(samples) > 0.05
    for start, end in found:
        left_out[start * 16 : end * 16] = False
    assert left_out.sum() < 16 * len(turns) + RATE  # nothing but what lies below the length of speech


def test_what_is_held_does_not_grow_with_the_recording() -> None:
    chunker = Chunker(VadSegmenter(OPTIONS, LoudnessDetector()), OPTIONS)
    parts = (loud(60, RATE), silence(120, RATE), loud(60, RATE))
    with traced_memory() as held_bytes:
        for samples in parts:
            chunker.push(samples)
            # A little more than a chunk by the chunker, an utterance by the segmenter.
            assert held_bytes() < (35_000 + OPTIONS.max_utterance_ms) * BYTES_PER_MS


def test_the_quietest_moment_is_the_middle_of_its_tenth() -> None:
    samples = loud(2, RATE)
    samples[16_000:17_600] = 0
    assert quietest_ms(samples) == 1050
