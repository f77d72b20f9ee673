"""Reports of test conversations."""

from pathlib import Path
from xml.etree import ElementTree

from dialogue.stories.story import Story
from dialogue.stories.story_reports import as_json, as_junit, lines
from dialogue.stories.story_runs import POLICY, Failure, Outcome

FAILURE = Failure(2, "do <it>", POLICY, "action_do", "no further action")
OUTCOMES = [
    Outcome(Story("good", Path("a.yml"), ()), None),
    Outcome(Story("bad & worse", Path("b.yml"), ()), FAILURE),
]


def test_the_lines_name_what_failed_and_count_by_stage() -> None:
    assert list(lines(OUTCOMES)) == [
        "b.yml: bad & worse: policy failed at 'do <it>': expected action_do, got no further action",
        "2 stories, 1 failed, 1 by policy",
    ]


def test_json_has_every_story() -> None:
    good, bad = as_json(OUTCOMES)
    assert good == {"story": "good", "file": "a.yml", "passed": True, "failure": None}
    assert bad["failure"] == {
        "step": 2,
        "said": "do <it>",
        "stage": "policy",
        "expected": "action_do",
        "got": "no further action",
    }


def test_junit_has_a_case_for_each_story_and_the_stage_as_the_type_of_failure() -> None:
    suite = ElementTree.fromstring(as_junit(OUTCOMES))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    good, bad = suite
    assert (good.get("name"), list(good)) == ("good", [])
    (failure,) = bad
    assert (bad.get("name"), failure.get("type")) == ("bad & worse", "policy")
    assert "do <it>" in (failure.get("message") or "")
