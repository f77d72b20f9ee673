"""Times of words, on synthetic speech whose pauses are known."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from whisper.model import ModelDimensions, Whisper

from asr.options import RecognizerOptions
from asr.recognizer import WhisperRecognizer
from asr.samples import Samples
from asr.segmentation.vad import SileroVad
from asr.transcript import Segment, Transcript, Word
from asr.word_timestamps import WordAligner, alignment_heads, find_silences, lengthen_words, trim_word
from tests.fakes import LoudnessDetector, loud, silence

Speak = Callable[[str], Samples]


def dims(layers: int, heads: int, mels: int = 80) -> ModelDimensions:
    return ModelDimensions(mels, 1500, 8, heads, 1, 51865, 448, 8, heads, layers)


@pytest.fixture(scope="module")
def aligner(tiny_model: Whisper) -> WordAligner:
    return WordAligner(lambda: tiny_model, RecognizerOptions(), SileroVad.load().stream())


def check_order(segments: Sequence[Segment], seconds: float) -> None:
    times = [time for one in segments for word in one.words for time in (word.start_seconds, word.end_seconds)]
    assert times == sorted(times)
    for segment in segments:
        assert 0 <= segment.start_seconds <= segment.words[0].start_seconds
        assert segment.words[-1].end_seconds <= segment.end_seconds <= seconds


@pytest.mark.heavy
def test_a_gap_of_a_second_between_words_shows(
    recognizer: WhisperRecognizer, aligner: WordAligner, speak: Speak
) -> None:
    before, after = speak("My brother plays the piano"), speak("after dinner with my sister.")
    samples = np.concatenate([before, silence(1, 16_000), after])
    gap_start = np.flatnonzero(np.abs(before) > 0.01)[-1] / 16_000
    gap_end = (len(before) + np.flatnonzero(np.abs(after) > 0.01)[0]) / 16_000 + 1
    transcript = aligner.align(samples, recognizer.transcribe(samples))
    check_order(transcript.segments, len(samples) / 16_000)
    words = [word for segment in transcript.segments for word in segment.words]
    assert "".join(word.text for word in words).strip() == transcript.text
    piano = next(word for word in words if "piano" in word.text)
    following = words[words.index(piano) + 1]
    assert piano.end_seconds == pytest.approx(gap_start, abs=0.3)
    assert following.start_seconds == pytest.approx(gap_end, abs=0.3)
    assert all(word.end_seconds - word.start_seconds > 0.02 for word in words)
    assert all(0 < word.probability <= 1 for word in words)


@pytest.mark.heavy
def test_whatever_the_text_words_lie_in_order_in_their_segments(aligner: WordAligner, speech: Samples) -> None:
    seconds = len(speech) / 16_000
    segments = (Segment(0.0, 1.0, "Nothing like what"), Segment(1.0, seconds, '"was" said - at all!'))
    aligned = aligner.align(speech, Transcript("", "en", seconds, segments))
    check_order(aligned.segments, seconds)
    assert [one.text for one in aligned.segments] == [one.text for one in segments]
    assert "".join(word.text for word in aligned.segments[0].words) == " Nothing like what"


def test_a_transcript_without_text_stays_as_it_is(aligner: WordAligner) -> None:
    nothing = Transcript("", "en", 1.0)
    assert aligner.align(silence(1, 16_000), nothing) is nothing


def test_silences_are_found_where_they_are_long_enough() -> None:
    pattern = [silence(1.024, 16_000), loud(0.64, 16_000), silence(0.096, 16_000), loud(0.64, 16_000)]
    samples = np.concatenate([*pattern, silence(0.512, 16_000)])
    assert find_silences(samples, LoudnessDetector()) == [(0.0, 1.024), pytest.approx((2.4, 2.912))]


@pytest.mark.parametrize(
    ("silences", "expected"),
    [
        ([], (1.0, 2.0)),
        ([(0.0, 1.4)], (1.4, 2.0)),
        ([(1.5, 3.0)], (1.0, 1.5)),
        ([(1.3, 1.6)], (1.6, 2.0)),
        ([(1.1, 1.2), (1.8, 2.5)], (1.2, 1.8)),
        ([(0.5, 2.5)], (1.0, 2.0)),  # a whole word where Silero hears nothing
        ([(2.0, 3.0), (0.0, 1.0)], (1.0, 2.0)),
    ],
)
def test_a_word_keeps_its_longest_part_outside_of_silence(
    silences: list[tuple[float, float]], expected: tuple[float, float]
) -> None:
    word = trim_word(Word(" a", 1.0, 2.0, 0.5), silences)
    assert (word.start_seconds, word.end_seconds) == expected


def test_a_word_without_length_gets_its_share_of_the_one_before() -> None:
    of, roses = lengthen_words([Word(" of", 1.0, 2.0, 1.0), Word(" flowers.", 2.0, 2.0, 1.0)])
    assert (of.start_seconds, of.end_seconds) == (1.0, 1.25)
    assert (roses.start_seconds, roses.end_seconds) == (1.25, 2.0)


def test_published_models_are_known_by_their_size(small_model: Whisper) -> None:
    known = {alignment_heads(dims(layers, heads), multilingual=True) for layers, heads in ((4, 6), (6, 8), (32, 20))}
    known.add(alignment_heads(dims(4, 6), multilingual=False))
    known.add(alignment_heads(dims(32, 20, mels=128), multilingual=True))
    assert len(known) == 5
    assert None not in known
    assert alignment_heads(small_model.dims, multilingual=False) is None
