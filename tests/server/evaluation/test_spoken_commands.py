"""Commands read from a manifest, and the stage that each wrong one is put down to."""

import json
from pathlib import Path

import numpy as np
import pytest

from asr.audio.audio_files import read_audio
from asr.evaluation.acoustics import AS_RECORDED, Acoustics, Condition
from asr.evaluation.recognition import ManifestError
from asr.samples import Samples
from asr.transcript import Transcript
from nlu.data.examples import Example, Listed, Listing, NluData, Place
from nlu.interpretation import Entity, Intent, Interpretation
from server.evaluation.spoken_commands import (
    CommandFailure,
    CommandJudge,
    CommandResult,
    Known,
    SpokenCommand,
    Stage,
    hear_all,
    read_commands,
    says,
)
from tests.conftest import ROOT

PLACE = Place(Path("nlu.yml"), 1)
WORDS = {"twelve ounce": "size", "12 oz": "size", "mocha": "drink", "five dollars": "money"}
KNOWN = Known(frozenset({"order", "greet"}), frozenset({"size", "drink"}))
QUESTION = ROOT / "data" / "audio" / "battery-question.wav"


def interpret(text: str) -> Interpretation:
    """Find the words of the table, and an order where there is one."""
    lower = text.lower()
    found = [
        Entity(kind, word, lower.index(word), lower.index(word) + len(word), "words")
        for word, kind in WORDS.items()
        if word in lower
    ]
    return Interpretation(text, Intent("greet" if "hello" in lower else "order", 1.0), entities=tuple(found))


def order(text: str | None = None, intent: str = "order", **slots: str) -> SpokenCommand:
    return SpokenCommand(Path("a.wav"), intent, {slot: (value,) for slot, value in slots.items()}, text)


def failed(command: SpokenCommand, heard: str) -> Stage | None:
    return CommandJudge(interpret, [command], KNOWN).judge(command, heard).failed


def test_a_command_is_right_where_intent_and_every_slot_are() -> None:
    command = order(size="twelve ounce", drink="mocha")
    assert failed(command, "A twelve ounce mocha.") is None
    assert failed(command, "A 12 oz mocha.") is Stage.HEARING  # not what a person calls equal: 12 ounce is
    assert failed(command, "A mocha.") is Stage.HEARING


def test_entities_of_kinds_that_no_command_has_do_not_count() -> None:
    assert failed(order(drink="mocha"), "a mocha for five dollars") is None


def test_a_slot_too_many_is_wrong() -> None:
    judge = CommandJudge(interpret, [order(size="12 oz"), order(drink="mocha")], KNOWN)
    assert judge.judge(order(drink="mocha"), "a twelve ounce mocha").failed is Stage.ENTITY


@pytest.mark.parametrize(
    ("command", "heard", "stage"),
    [
        (order(drink="mocha"), "a marker", Stage.HEARING),
        (order(drink="latte"), "a latte", Stage.ENTITY),
        (order(drink="mocha"), "hello mocha", Stage.INTENT),
        (order(intent="leave"), "goodbye", Stage.LABEL),
        (order(roast="dark"), "dark", Stage.LABEL),
        (order("a mocha", drink="mocha"), "hello mocha", Stage.HEARING),
        (order("a latte", drink="latte"), "a ladder", Stage.ENTITY),
        (order("hello mocha", drink="mocha"), "a latte", Stage.INTENT),
    ],
)
def test_a_wrong_command_is_put_down_to_the_stage_that_has_to_be_mended(
    command: SpokenCommand, heard: str, stage: Stage
) -> None:
    assert failed(command, heard) is stage


def test_a_value_is_said_only_word_for_word() -> None:
    assert says("Twelve ounces, please", "12 ounces")
    assert not says("a mochas", "mocha")


def test_what_a_project_knows_is_read_off_its_training_data() -> None:
    data = NluData(
        (Example("a mocha", "order", PLACE, (Entity("drink", "mocha", 2, 7, ""),)),),
        (
            Listing("lookup", "size", (Listed("small", PLACE),), PLACE),
            Listing("regex", "number", (Listed("[0-9]+", PLACE),), PLACE),
            Listing("synonym", "mocha", (Listed("maca", PLACE),), PLACE),
        ),
    )
    assert Known.of(data) == Known(frozenset({"order"}), frozenset({"drink", "size", "number"}))


def test_a_manifest_is_read_with_and_without_texts(tmp_path: Path) -> None:
    manifest = tmp_path / "set.jsonl"
    lines = [
        {"audio": "a.wav", "intent": "order", "slots": {"milk": " soy milk", "extra": ["a", "b"]}, "text": "hello"},
        {"audio": "b.wav", "intent": "greet", "slots": None, "text": None},
    ]
    manifest.write_text("\n\n".join(map(json.dumps, lines)))
    first, second = read_commands(manifest)
    assert first == SpokenCommand(tmp_path / "a.wav", "order", {"milk": ("soy milk",), "extra": ("a", "b")}, "hello")
    assert first.values == {("milk", "soy milk"), ("extra", "a"), ("extra", "b")}
    assert (second.slots, second.text) == ({}, None)


@pytest.mark.parametrize(
    "line", ["", "[]", '{"audio": "a.wav"}', '{"intent": "x"}', "{", '{"audio": 1, "intent": "x"}']
)
def test_an_unusable_manifest_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    manifest = tmp_path / "set.jsonl"
    manifest.write_text(line)
    with pytest.raises(ManifestError, match=r"set\.jsonl"):
        read_commands(manifest)
    with pytest.raises(ManifestError, match="cannot be read"):
        read_commands(tmp_path / "gone.jsonl")


def test_every_command_is_heard_under_every_condition_and_a_bad_recording_is_left_out() -> None:
    lengths: list[int] = []

    def transcribe(samples: Samples) -> Transcript:
        lengths.append(len(samples))
        return Transcript("a mocha" if len(lengths) == 1 else "a marker", "en", 1.0)

    good = SpokenCommand(QUESTION, "order", {"drink": ("mocha",)})
    bad = SpokenCommand(Path("gone.wav"), "order", {})
    noise = np.random.default_rng(0).standard_normal(16000).astype(np.float32)
    conditions = (AS_RECORDED, Condition(None, "fan", 5.0))
    judge = CommandJudge(interpret, [good, bad], KNOWN)
    clock = iter(range(100))
    outcomes = list(
        hear_all(transcribe, judge, [bad, good], Acoustics({"fan": noise}), conditions, lambda: float(next(clock)))
    )
    failure, *results = outcomes
    assert isinstance(failure, CommandFailure)
    assert "gone.wav" in failure.error
    assert [(r.condition, r.failed, r.seconds) for r in results if isinstance(r, CommandResult)] == [
        (conditions[0], None, 1.0),
        (conditions[1], Stage.HEARING, 1.0),
    ]
    assert lengths == [len(read_audio(QUESTION))] * 2
