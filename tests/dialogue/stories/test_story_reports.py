"""Reports of test conversations."""

from pathlib import Path
from xml.etree import ElementTree

from dialogue.stories.story import Story
from dialogue.stories.story_reports import as_json, as_junit, lines, share_right
from dialogue.stories.story_runs import Failure, Outcome, TurnOutcome
from dialogue.stories.turn_checks import HEARING, POLICY

FAILURE = Failure(2, "do <it>", POLICY, "action_do", "no further action", "do <it>")
MISHEARD = Failure(5, "price", HEARING, "'5'", "'I do not know.'", "prize")
GOOD = TurnOutcome("hello", "hello", "Hello.", None)
OUTCOMES = [
    Outcome(Story("good", Path("a.yml"), ()), (GOOD, GOOD)),
    Outcome(
        Story("bad & worse", Path("b.yml"), ()),
        (TurnOutcome("do <it>", "do <it>", "", FAILURE), TurnOutcome("price", "prize", "", MISHEARD, unseen=2)),
    ),
]


def test_the_lines_name_what_failed_and_count_by_stage() -> None:
    assert list(lines(OUTCOMES)) == [
        "b.yml: bad & worse: policy failed at 'do <it>': expected action_do, got no further action",
        "b.yml: bad & worse: hearing failed at 'price', heard as 'prize': expected '5', got 'I do not know.'",
        "2 stories, 1 failed; 4 turns, 50.0% right, 2 failed, 1 by hearing, 1 by policy",
        "2 checks of slots or buttons were left out: they are not seen from outside",
    ]


def test_the_share_of_turns_is_that_of_all_stories() -> None:
    assert (share_right(OUTCOMES), share_right(OUTCOMES[:1]), share_right([])) == (0.5, 1.0, 1.0)


def test_json_has_every_story_and_turn() -> None:
    good, bad = as_json(OUTCOMES)
    assert (good["passed"], good["failure"], len(good["turns"])) == (True, None, 2)
    assert bad["failure"] == {
        "step": 2,
        "said": "do <it>",
        "stage": "policy",
        "expected": "action_do",
        "got": "no further action",
        "heard": "do <it>",
    }
    assert [(turn["heard"], turn["failure"]["stage"]) for turn in bad["turns"]] == [
        ("do <it>", "policy"),
        ("prize", "hearing"),
    ]


def test_junit_has_a_case_for_each_story_and_the_stage_as_the_type_of_failure() -> None:
    suite = ElementTree.fromstring(as_junit(OUTCOMES))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    good, bad = suite
    assert (good.get("name"), list(good)) == ("good", [])
    (failure,) = bad
    assert (bad.get("name"), failure.get("type")) == ("bad & worse", "policy")
    assert "do <it>" in (failure.get("message") or "")
    assert (failure.text or "").splitlines() == [str(FAILURE), str(MISHEARD)]
