"""What came of test conversations: for people, as JSON, and as the JUnit XML that CI reads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from dialogue.stories.story_runs import Failure, Outcome
from dialogue.stories.turn_checks import STAGES


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Name each turn that failed, and how many failed at each stage."""
    failures = [(outcome, turn.failure) for outcome in outcomes for turn in outcome.turns if turn.failure]
    yield from (f"{outcome.story.file}: {outcome.story.name}: {failure}" for outcome, failure in failures)
    failed = sum(outcome.failure is not None for outcome in outcomes)
    turns = sum(len(outcome.turns) for outcome in outcomes)
    stages = Counter(failure.stage for _, failure in failures)
    by_stage = "".join(f", {stages[stage]} by {stage}" for stage in STAGES if stages[stage])
    right = f"{share_right(outcomes):.1%} right"
    yield f"{len(outcomes)} stories, {failed} failed; {turns} turns, {right}, {len(failures)} failed{by_stage}"
    if unseen := sum(turn.unseen for outcome in outcomes for turn in outcome.turns):
        yield f"{unseen} checks of slots or buttons were left out: they are not seen from outside"


def share_right(outcomes: Sequence[Outcome]) -> float:
    """Return the share of the turns that went as expected, 0..1."""
    turns = [turn for outcome in outcomes for turn in outcome.turns]
    return sum(turn.failure is None for turn in turns) / len(turns) if turns else 1.0


def as_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return each story with whether it passed, its first failure, and its turns."""
    return [
        {
            "story": outcome.story.name,
            "file": str(outcome.story.file),
            "passed": outcome.failure is None,
            "failure": _plain(outcome.failure),
            "turns": [
                {"said": turn.said, "heard": turn.heard, "reply": turn.reply, "failure": _plain(turn.failure)}
                for turn in outcome.turns
            ],
        }
        for outcome in outcomes
    ]


def _plain(failure: Failure | None) -> dict[str, Any] | None:
    return None if failure is None else asdict(failure)


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """Return one test suite, with a case for each story; the type of a failure is its stage."""
    failures = sum(outcome.failure is not None for outcome in outcomes)
    counts = {"tests": str(len(outcomes)), "failures": str(failures)}
    suite = ElementTree.Element("testsuite", {"name": "heedful", **counts})
    for outcome in outcomes:
        case = ElementTree.SubElement(suite, "testcase", name=outcome.story.name, classname=str(outcome.story.file))
        if outcome.failure:
            failed = "\n".join(str(turn.failure) for turn in outcome.turns if turn.failure)
            described = {"type": outcome.failure.stage, "message": str(outcome.failure)}
            ElementTree.SubElement(case, "failure", described).text = failed
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
