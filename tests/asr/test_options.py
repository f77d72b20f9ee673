import pytest

from asr.options import RecognizerOptions, SegmenterOptions


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperatures": ()},
        {"threads": 0},
        {"batch_size": 0},
        {"beam_size": 0},
        {"min_context_seconds": 0.0},
        {"context_margin_seconds": -1.0},
    ],
)
def test_recognizer_options_say_which_value_is_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RecognizerOptions(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [{"threshold": 0.0}, {"threshold": 1.1}, {"prefix_padding_ms": -1}, {"max_utterance_ms": 1000}],
)
def test_segmenter_options_say_which_value_is_wrong(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SegmenterOptions(**wrong)  # type: ignore[arg-type]
