"""The table and the JSON of spoken commands."""

from pathlib import Path

import pytest

from asr.evaluation.acoustics import AS_RECORDED, Condition
from nlu.data.examples import NluData
from server.evaluation.speech_report import SpeechReport, as_json, as_table, report
from server.evaluation.spoken_commands import CommandFailure, CommandResult, SpokenCommand, Stage

FAN = Condition(None, "fan", 5.0)
COMMAND = SpokenCommand(Path("a.wav"), "order", {"drink": ("mocha",)})
RIGHT = frozenset({("drink", "mocha")})


@pytest.fixture
def measured() -> SpeechReport:
    results = [
        CommandResult(COMMAND, AS_RECORDED, "a mocha", "order", RIGHT, None, 0.2),
        CommandResult(COMMAND, FAN, "a moka", "order", frozenset(), Stage.HEARING, 0.4),
        CommandResult(COMMAND, FAN, "mocha", "greet", RIGHT, Stage.INTENT, 0.6),
        CommandResult(COMMAND, FAN, "mocha", "order", RIGHT, None, 0.8),
    ]
    return report("tiny.en", [*results, CommandFailure(COMMAND, "a.wav is gone")], NluData())


def test_each_condition_has_a_line_with_the_share_and_the_stages(measured: SpeechReport) -> None:
    header, clean, noisy, mean, *rest = as_table(measured)
    assert header.split() == ["commands", "all", "right", "hearing", "entity", "intent", "label", "ms"]
    assert clean[12:].split() == ["1", "100.0%", "0", "0", "0", "0", "200"]
    assert noisy.removeprefix("fan at 5 dB").split() == ["3", "33.3%", "1", "0", "1", "0", "600"]
    assert mean.split() == ["mean", "4", "50.0%"]
    assert [line.split() for line in rest if "moka" in line] == [["1", "drink", "mocha:", "moka"]]
    assert rest[-1] == "add `mocha` to the lookup table drink: the training data have it nowhere"


def test_nothing_measured_is_no_table() -> None:
    nothing = report("tiny.en", [CommandFailure(COMMAND, "gone")], NluData())
    assert list(as_table(nothing)) == []
    assert nothing.share == 0


def test_the_json_has_the_keys_that_others_rely_on(measured: SpeechReport) -> None:
    written = as_json(measured)
    assert (written["schema"], written["model"], written["all_right"]) == (1, "tiny.en", 0.5)
    assert written["conditions"][1] == {
        "room": None,
        "noise": "fan",
        "snr_db": 5.0,
        "commands": 3,
        "all_right": 0.3333,
        "failed": {"hearing": 1, "entity": 0, "intent": 1, "label": 0},
        "median_ms": 600.0,
    }
    assert written["misheard"] == [{"slot": "drink", "value": "mocha", "heard": "moka", "times": 1}]
    assert written["commands"][1] == {
        "audio": "a.wav",
        "room": None,
        "noise": "fan",
        "snr_db": 5.0,
        "expected": {"intent": "order", "slots": [("drink", "mocha")]},
        "heard": "a moka",
        "understood": {"intent": "order", "slots": []},
        "failed": "hearing",
        "seconds": 0.4,
    }
    assert written["failures"] == [{"audio": "a.wav", "error": "a.wav is gone"}]
