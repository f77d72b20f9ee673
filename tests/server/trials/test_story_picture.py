"""The picture of stage by story."""

from pathlib import Path

from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from dialogue.stories.story import Story
from dialogue.stories.story_runs import Failure, Outcome, TurnOutcome
from dialogue.stories.turn_checks import HEARING, KNOWLEDGE
from server.trials.story_picture import COLOURS, RIGHT, draw_stories, story_figure


def outcome(name: str, *stages: str | None) -> Outcome:
    failures = [None if stage is None else Failure(0, "hi", stage, "a", "b") for stage in stages]
    return Outcome(Story(name, Path("a.yml"), ()), tuple(TurnOutcome("hi", "hi", "", failure) for failure in failures))


OUTCOMES = [outcome("short", None, HEARING), outcome("long", None, None, KNOWLEDGE), outcome("empty")]


def test_each_turn_has_a_cell_in_the_colour_of_what_failed() -> None:
    figure = story_figure(OUTCOMES)
    (axes,) = figure.axes
    bars = [bar for bar in axes.patches if isinstance(bar, Rectangle)]
    assert [(round(bar.get_y() + 0.44), round(bar.get_x() + 0.47), to_hex(bar.get_facecolor())) for bar in bars] == [
        (0, 1, RIGHT),
        (0, 2, COLOURS[HEARING]),
        (1, 1, RIGHT),
        (1, 2, RIGHT),
        (1, 3, COLOURS[KNOWLEDGE]),
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["short", "long", "empty"]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["right (3)", "hearing (1)", "knowledge (1)"]


def test_the_picture_is_written(tmp_path: Path) -> None:
    for name, outcomes in (("some.png", OUTCOMES), ("none.svg", [])):
        draw_stories(outcomes, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
