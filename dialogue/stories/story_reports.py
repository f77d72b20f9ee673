"""What came of test conversations: for people, as JSON, and as the JUnit XML that CI reads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from dialogue.stories.story_runs import STAGES, Outcome


def lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Name each story that failed, and how many failed at each stage."""
    for outcome in outcomes:
        if outcome.failure:
            yield f"{outcome.story.file}: {outcome.story.name}: {outcome.failure}"
    failed = Counter(outcome.failure.stage for outcome in outcomes if outcome.failure)
    stages = "".join(f", {failed[stage]} by {stage}" for stage in STAGES if failed[stage])
    yield f"{len(outcomes)} stories, {failed.total()} failed{stages}"


def as_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return each story with whether it passed, and its failure."""
    return [
        {
            "story": outcome.story.name,
            "file": str(outcome.story.file),
            "passed": outcome.failure is None,
            "failure": outcome.failure
            and {name: getattr(outcome.failure, name) for name in ("step", "said", "stage", "expected", "got")},
        }
        for outcome in outcomes
    ]


def as_junit(outcomes: Sequence[Outcome]) -> str:
    """Return one test suite, with a case for each story; the type of a failure is its stage."""
    failures = sum(outcome.failure is not None for outcome in outcomes)
    counts = {"tests": str(len(outcomes)), "failures": str(failures)}
    suite = ElementTree.Element("testsuite", {"name": "heedful", **counts})
    for outcome in outcomes:
        case = ElementTree.SubElement(suite, "testcase", name=outcome.story.name, classname=str(outcome.story.file))
        if outcome.failure:
            ElementTree.SubElement(case, "failure", type=outcome.failure.stage, message=str(outcome.failure))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)
