"""The picture of `heedful test`: for each story, which turns were right and which stage failed at the others."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.figure
from matplotlib.patches import Patch

from dialogue.stories.story_runs import Outcome
from dialogue.stories.turn_checks import ACTION, HEARING, KNOWLEDGE, POLICY, STAGES, UNDERSTANDING

RIGHT = "#d5e5d0"
COLOURS = {HEARING: "#8d5a97", UNDERSTANDING: "#2a6fbb", POLICY: "#e0a030", ACTION: "#7a5230", KNOWLEDGE: "#d1495b"}
ROW_INCHES, TURN_INCHES = 0.2, 0.35


def draw_stories(outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw a row for each story and a cell for each of its turns, in the colour of the stage that failed there."""
    story_figure(outcomes).savefig(path, dpi=110)


def story_figure(outcomes: Sequence[Outcome]) -> matplotlib.figure.Figure:
    """Make the picture that `draw_stories` writes."""
    most = max((len(outcome.turns) for outcome in outcomes), default=1)
    size = (5.5 + TURN_INCHES * most, 1.6 + ROW_INCHES * len(outcomes))
    figure = matplotlib.figure.Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot(xlabel="turn")
    for row, outcome in enumerate(outcomes):
        for column, turn in enumerate(outcome.turns, 1):
            colour = COLOURS[turn.failure.stage] if turn.failure else RIGHT
            axes.barh(row, 0.94, left=column - 0.47, height=0.88, color=colour)
    axes.set_yticks(range(len(outcomes)), [outcome.story.name for outcome in outcomes], fontsize=7)
    axes.set_xticks(range(1, most + 1))
    axes.set_ylim(max(1, len(outcomes)) - 0.5, -0.5)
    axes.set_frame_on(False)
    axes.tick_params(length=0)
    counts = {stage: sum(_failed(outcome, stage) for outcome in outcomes) for stage in STAGES}
    right = sum(turn.failure is None for outcome in outcomes for turn in outcome.turns)
    legend = [Patch(color=RIGHT, label=f"right ({right})")]
    legend += [Patch(color=COLOURS[stage], label=f"{stage} ({count})") for stage, count in counts.items() if count]
    figure.legend(handles=legend, loc="outside upper center", ncols=3, fontsize=7, frameon=False)
    return figure


def _failed(outcome: Outcome, stage: str) -> int:
    return sum(turn.failure is not None and turn.failure.stage == stage for turn in outcome.turns)
