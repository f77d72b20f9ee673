"""The smoke test, on a small model that was really trained."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dialogue.errors import ActionError, DialogueError, ModelError
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.runtime.smoke_test import try_out
from dialogue.training.incremental_training import train
from nlu.data.examples import Example, Place
from nlu.data.nlu_files import read_nlu
from nlu.interpretation import FALLBACK, Intent, Interpretation
from tests.dialogue.conftest import TwoProducts
from tests.dialogue.small_project import write_project

pytestmark = pytest.mark.heavy


def example(text: str, intent: str) -> Example:
    return Example(text, intent, Place(Path("nlu.yml"), 1))


def examples_of(project: Path) -> tuple[Example, ...]:
    return tuple(read_nlu(project / "data").examples)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("trial") / "small")


@pytest.fixture
def small(project: Path) -> Iterator[RasaRuntime]:
    runtime = RasaRuntime.load(train(project, project / "models"), TwoProducts(), project / "actions")
    yield runtime
    runtime.close()


def test_a_sound_model_passes(small: RasaRuntime, project: Path) -> None:
    try_out(small, examples_of(project))
    assert not (project / "actions" / "ordered").exists()


def test_a_model_that_misunderstands_its_examples_is_refused(small: RasaRuntime, project: Path) -> None:
    mislabelled = [replace(each, intent="order") for each in examples_of(project)]
    with pytest.raises(ModelError, match=r"only 3 of 15.*heedful train"):
        try_out(small, mislabelled)


def test_what_a_fallback_refuses_counts_by_what_it_was_taken_for(
    small: RasaRuntime, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpret = small.interpret

    def unsure(text: str) -> Interpretation:
        sure = interpret(text)
        fallback = Intent(FALLBACK, 0.9)
        return replace(sure, intent=fallback, ranking=(fallback, *sure.ranking))

    monkeypatch.setattr(small, "interpret", unsure)
    monkeypatch.setattr(small, "rehearse", lambda interpretation: None)  # there is no rule for what is not understood
    try_out(small, examples_of(project))
    with pytest.raises(ModelError, match=r"only 3 of 15"):
        try_out(small, [replace(each, intent="order") for each in examples_of(project)])


def test_a_model_of_another_project_is_refused(small: RasaRuntime) -> None:
    with pytest.raises(ModelError, match="only 0 of 1 of its own examples"):
        try_out(small, [example("where is my order", "track_order")])


@pytest.mark.filterwarnings("ignore:No core model")  # so Rasa says that there is nothing to answer with
def test_a_model_that_understands_and_has_no_domain_passes(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path / "silent", ignore=shutil.ignore_patterns("domain.yml", "rules.yml", "models"))
    with closing(RasaRuntime.load(train(tmp_path / "silent", tmp_path), TwoProducts())) as silent:
        try_out(silent, examples_of(project))
        assert silent.respond("me", silent.interpret("hello")).texts == ()


def test_a_project_without_examples_has_nothing_to_try(small: RasaRuntime) -> None:
    try_out(small, [])


def test_a_model_that_cannot_answer_is_refused(small: RasaRuntime) -> None:
    with pytest.raises(ActionError, match="the index is gone"):
        try_out(small, [example("what is the weight of the crash robin", "ask")])


def test_a_rehearsal_runs_no_action_of_the_project_and_leaves_nothing_behind(small: RasaRuntime, project: Path) -> None:
    ordered = project / "actions" / "ordered"
    assert small.rehearse(small.interpret("order it")).actions == ("action_order",)
    assert not ordered.exists()
    small.rehearse(small.interpret("I like red"))
    assert small.rehearse(small.interpret("what was my colour")).texts == ("You like None.",)
    small.respond("customer", small.interpret("order it"))
    assert ordered.exists()
    ordered.unlink()


def test_a_closed_model_cannot_be_rehearsed(small: RasaRuntime) -> None:
    interpretation = small.interpret("hello")
    small.close()
    with pytest.raises(DialogueError, match="closed"):
        small.rehearse(interpretation)
