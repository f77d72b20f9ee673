"""What the pictures of `heedful evaluate nlu` show."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nlu.data.examples import Example, Place
from nlu.evaluation.understanding import FALLBACK, Outcome
from nlu.interpretation import Intent, Interpretation
from server.cli.nlu_pictures import NUMBERED_INTENTS, RIGHT, WRONG, confidence_figure, draw_confidences, draw_confusion


def outcome(expected: str, *ranking: tuple[str, float]) -> Outcome:
    intents = tuple(Intent(name, confidence) for name, confidence in ranking)
    example = Example("x", expected, Place(Path("nlu.yml"), 1), ())
    return Outcome(example, Interpretation("x", intents[0], intents, ()))


def share_of(colour: str, file: Path) -> float:
    """The share of pixels that have exactly this colour."""
    wanted = [int(colour[index : index + 2], 16) for index in (1, 3, 5)]
    with Image.open(file) as image:
        return float((np.asarray(image.convert("RGB")) == wanted).all(axis=-1).mean())


@pytest.mark.parametrize(
    ("matrix", "shown", "hidden"), [([[3, 0], [0, 2]], RIGHT, WRONG), ([[0, 3], [2, 0]], WRONG, RIGHT)]
)
def test_what_is_right_has_one_colour_and_what_is_wrong_another(
    tmp_path: Path, matrix: list[list[int]], shown: str, hidden: str
) -> None:
    file = tmp_path / "confusion.png"
    draw_confusion(("greet", "book"), np.array(matrix), file)
    assert share_of(shown, file) > 0.05
    assert share_of(hidden, file) == 0


def test_an_intent_without_examples_is_drawn_as_an_empty_row(tmp_path: Path) -> None:
    draw_confusion(("greet", "book"), np.array([[3, 0], [0, 0]]), tmp_path / "confusion.png")
    assert share_of(RIGHT, tmp_path / "confusion.png") > 0.03


def test_many_intents_make_a_picture_that_has_room_for_their_names(tmp_path: Path) -> None:
    count = NUMBERED_INTENTS + 110
    names = tuple(f"intent {number}" for number in range(count))
    draw_confusion(names, np.eye(count, dtype=np.int64), tmp_path / "confusion.png")
    with Image.open(tmp_path / "confusion.png") as image:
        assert min(image.size) / count > 10  # pixels for each name


def test_the_histogram_counts_what_is_right_wrong_and_out_of_scope() -> None:
    outcomes = (
        outcome("book", ("book", 0.9)),
        outcome("stop", ("book", 0.9)),
        outcome("oos", (FALLBACK, 0.5), ("book", 0.1)),
    )
    histogram, _ = confidence_figure(outcomes, "oos").axes
    legend = histogram.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["right (1)", "wrong (1)", "out of scope (1)"]


def test_the_picture_of_calibration_leaves_out_what_is_rightly_refused() -> None:
    refused = outcome("oos", (FALLBACK, 0.5), ("book", 0.1))
    sure = (outcome("book", ("book", 0.9)), outcome("stop", ("book", 0.9)))
    _, measured = confidence_figure((*sure, refused), "oos").axes[1].lines
    assert np.asarray(measured.get_xydata()).tolist() == [[pytest.approx(0.9), 0.5]]
    _, measured = confidence_figure((refused,), "oos").axes[1].lines
    assert np.asarray(measured.get_xydata()).size == 0


def test_the_picture_of_confidences_is_written_as_the_ending_says(tmp_path: Path) -> None:
    draw_confidences((outcome("book", ("book", 0.9)),), None, tmp_path / "confidence.png")
    with Image.open(tmp_path / "confidence.png") as image:
        assert image.format == "PNG"
    assert share_of(RIGHT, tmp_path / "confidence.png") > 0.001
