"""Measures a project's understanding by cross-validation or on a test file, with whatever pipeline it has."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from tqdm import tqdm

from dialogue.project.rasa_project import Project
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
from server.bootstrap import load_interpreter, load_joint_trainer, rasa_trainer
from server.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """The files that a run reads instead of the project's own; raises ValueError for those that exclude each other.

    `train` takes the place of the data to learn from, `config` that of config.yml. `test` has examples to ask about,
    else there is a cross-validation. `model` is trained already; `frozen` trains our own heads, whatever config.yml is.
    """

    train: Path | None = None
    test: Path | None = None
    config: Path | None = None
    model: Path | None = None
    frozen: bool = False

    def __post_init__(self) -> None:
        if self.model and not self.test:
            raise ValueError("--model belongs to --test: cross-validation trains its own")
        if self.model and (self.train or self.config or self.frozen):
            raise ValueError("--model is trained already: leave out --train, --pipeline and --frozen, or --model")


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """How the recall of what is out of scope is measured: its intent, and the share of the rest that may be lost.

    `intent` None: an intent with a usual name for it, if there is one. `loss` is 0 or more and below 1.
    """

    intent: str | None = None
    loss: float = IN_SCOPE_LOSS


@dataclass(frozen=True, slots=True)
class NluRun:
    """What to measure, and how: by cross-validation unless the inputs have a test file."""

    project: Path
    inputs: Inputs = Inputs()
    out_of_scope: OutOfScope = OutOfScope()
    folds: int = 5
    seed: int = 0

    @property
    def data(self) -> Path:
        """The examples to learn from."""
        return self.inputs.train or self.project / "data"

    @property
    def config_file(self) -> Path:
        """The pipeline that is measured."""
        return self.inputs.config or self.project / "config.yml"


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
    out_of_scope = out_of_scope_intent(examples, run.out_of_scope.intent)
    with tqdm(total=len(examples), unit="text", disable=not sys.stderr.isatty()) as bar:
        outcomes = []
        for outcome in outcomes_of(settings, run, examples, bar.set_description):
            outcomes.append(outcome)
            bar.update()
    return Measurement(report(outcomes, out_of_scope, run.out_of_scope.loss), tuple(outcomes), out_of_scope)


def examples_of(run: NluRun) -> list[Example]:
    """The examples that are asked about, each once; raises EvaluationError when there are none."""
    path = run.inputs.test or run.data
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
    if run.inputs.model is not None:
        notice("loading")
        yield from interpret_all(load_interpreter(settings, run.inputs.model, run.project), examples)
        return
    data = read_nlu(run.data)
    train = trainer(settings, run, data)
    if run.inputs.test is None:
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
    return rasa_trainer(settings, Project.at(run.project, config=run.config_file, data=[run.data]), data)


def own_trainer(settings: Settings, run: NluRun, data: NluData) -> Trainer | None:
    """The trainer that needs no Rasa, if the run allows it."""
    from nlu.joint.trainer import joint_trainer

    if run.inputs.frozen:
        return load_joint_trainer(settings, listings=data.listings)
    try:
        config = yaml.safe_load(run.config_file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise EvaluationError(f"{run.config_file} cannot be read ({error}): give a Rasa config.yml") from error
    pipeline = config.get("pipeline") if isinstance(config, dict) else None
    components = [component for component in pipeline or () if isinstance(component, dict)]
    return joint_trainer(components, settings.encoder, data.listings)
