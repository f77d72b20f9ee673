"""Measures a project's understanding by cross-validation or on a test file, with whatever pipeline it has."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from tqdm import tqdm

from nlu.data.examples import Example, NluData
from nlu.data.nlu_files import read_nlu
from nlu.evaluation.understanding import (
    IN_SCOPE_LOSS,
    EvaluationError,
    NluReport,
    Outcome,
    Trainer,
    cross_validate,
    interpret_all,
    out_of_scope_intent,
    report,
    without_repetitions,
)
from server.settings import Settings

if TYPE_CHECKING:
    from nlu.joint.trainer import JointTrainer


@dataclass(frozen=True, kw_only=True)
class NluRun:
    """What to measure: by cross-validation, or with `test` on examples that were not trained on.

    `train` stands in for the project's data, `config` for its config.yml; `model` answers without training; `frozen`
    trains our own heads whatever the config says. `out_of_scope` None: an intent with a usual name for it, if there is
    one; what a threshold finds of it is told where it loses `in_scope_loss` of the rest, 0 or more and below 1.
    """

    project: Path
    train: Path | None = None
    test: Path | None = None
    model: Path | None = None
    config: Path | None = None
    frozen: bool = False
    folds: int = 5
    seed: int = 0
    out_of_scope: str | None = None
    in_scope_loss: float = IN_SCOPE_LOSS
    min_accuracy: float | None = None
    min_entity_f1: float | None = None

    @property
    def data(self) -> Path:
        """The examples to learn from."""
        return self.train or self.project / "data"

    @property
    def config_file(self) -> Path:
        """The pipeline that is measured."""
        return self.config or self.project / "config.yml"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What came out: the figures, and each outcome they were made of."""

    report: NluReport
    outcomes: tuple[Outcome, ...]
    out_of_scope: str | None

    @property
    def labelled(self) -> list[Outcome]:
        """The outcomes of examples that have an intent."""
        return [outcome for outcome in self.outcomes if outcome.example.intent]


def measure(settings: Settings, run: NluRun) -> Measurement:
    """Do the run, with a progress bar on stderr.

    Raises EvaluationError, DataError, ProjectError and ModelError.
    """
    examples = examples_of(run)
    out_of_scope = out_of_scope_intent(examples, run.out_of_scope)
    with tqdm(total=len(examples), unit="text", disable=not sys.stderr.isatty()) as bar:
        outcomes = []
        for outcome in outcomes_of(settings, run, examples, bar.set_description):
            outcomes.append(outcome)
            bar.update()
    return Measurement(report(outcomes, out_of_scope, run.in_scope_loss), tuple(outcomes), out_of_scope)


def examples_of(run: NluRun) -> list[Example]:
    """The examples that are asked about, each once; raises EvaluationError when there are none."""
    path = run.test or run.data
    if not path.exists():
        raise EvaluationError(f"there is no {path}: give the folder of a Rasa project, or a file with NLU data")
    examples = without_repetitions(read_nlu(path).examples)
    if not examples:
        raise EvaluationError(f"{path} has no NLU examples: give Rasa YAML (nlu:) or JSON (rasa_nlu_data)")
    return examples


def outcomes_of(
    settings: Settings, run: NluRun, examples: Sequence[Example], notice: Callable[[str], None]
) -> Iterator[Outcome]:
    """The outcome of each example; raises ProjectError where the pipeline cannot be trained, ModelError, DataError."""
    if run.model is not None:
        from dialogue.runtime.rasa_nlu import RasaInterpreter

        notice("loading")
        yield from interpret_all(RasaInterpreter.load(run.model, run.project, settings.encoder), examples)
        return
    data = read_nlu(run.data)
    train = trainer(settings, run, data)
    if run.test is None:
        yield from cross_validate(train, examples, run.folds, run.seed, notice)
    else:
        notice("training")
        model = train(without_repetitions(data.examples))
        notice("")
        yield from interpret_all(model, examples)


def trainer(settings: Settings, run: NluRun, data: NluData) -> Trainer:
    """Rasa's training; or our own, without Rasa and TensorFlow, where the pipeline is nothing but our heads."""
    own = own_trainer(settings, run, data)
    if own is not None:
        return own
    from dialogue.project.rasa_project import Project
    from dialogue.runtime.rasa_nlu import RasaTrainer

    return RasaTrainer(Project.at(run.project, config=run.config_file, data=[run.data]), data, settings.encoder)


def own_trainer(settings: Settings, run: NluRun, data: NluData) -> "JointTrainer | None":
    """The trainer that needs no Rasa, if the run allows it."""
    from nlu.joint.trainer import JointTrainer, RememberingEncoder, joint_trainer

    if run.frozen:
        return JointTrainer(RememberingEncoder.load(options=settings.encoder), listings=data.listings)
    try:
        config = yaml.safe_load(run.config_file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise EvaluationError(f"{run.config_file} cannot be read ({error}): give a Rasa config.yml") from error
    pipeline = config.get("pipeline") if isinstance(config, dict) else None
    components = [each for each in pipeline or () if isinstance(each, dict)]
    return joint_trainer(components, settings.encoder, data.listings)
