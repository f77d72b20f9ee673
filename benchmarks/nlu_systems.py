"""One system trained and asked in a process of its own: `python -m benchmarks.nlu_systems SYSTEM SET` prints JSON.

Every system is a config.yml that Rasa trains, ours too: what differs is the pipeline.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.nlu_sets import OUT_OF_SCOPE, SETS, NluSet, listings_of, read_set
from nlu.data.examples import Example
from nlu.evaluation.measures import auroc, threshold_at_loss
from nlu.evaluation.understanding import (
    IN_SCOPE_LOSS,
    Interpreting,
    Outcome,
    Trainer,
    cross_validate,
    interpret_all,
    report,
    scope_score,
)
from nlu.joint.trainer import JOINT

FROZEN, FINE_TUNED, DIET, LIGHT = "frozen", "fine-tuned", "DIET", "light"
# What `rasa init` writes as the usual featurizers.
FEATURIZERS = """- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
"""
PIPELINES = {
    FROZEN: f"""- name: {JOINT}
- name: EntitySynonymMapper
""",
    FINE_TUNED: f"""- name: {JOINT}
  mode: fine_tuned
- name: EntitySynonymMapper
""",
    DIET: f"""{FEATURIZERS}- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
- name: EntitySynonymMapper
""",
    LIGHT: """- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
""",
}
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class NluResult:
    """What one system made of one set; training is reading, fitting, writing and loading, over all folds.

    `accuracy` is that within scope. The last three figures are there where something is out of scope: `oos_recall`
    is the share of it that is refused, `in_scope_loss` that of the rest, by a threshold chosen on the validation split.
    """

    system: str
    set: str
    accuracy: float
    entity_f1: float | None
    train_cpu_seconds: float
    train_seconds: float
    parse_cpu_ms: float
    load_average: float
    oos_auroc: float | None = None
    oos_recall: float | None = None
    in_scope_loss: float | None = None


@dataclass(slots=True)
class Stopwatch:
    """Adds up the seconds of what it times, by the clock and of the processor."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def time(self, work: Callable[[], Result]) -> Result:
        """What `work` returns."""
        clock, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.seconds += time.perf_counter() - clock
        self.cpu_seconds += time.process_time() - cpu
        return result


@dataclass(slots=True)
class TimedTrainer:
    """A trainer whose work is timed."""

    train: Trainer
    watch: Stopwatch = field(default_factory=Stopwatch)

    def __call__(self, examples: Sequence[Example]) -> Interpreting:
        """Train and load."""
        return self.watch.time(lambda: self.train(examples))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=list(PIPELINES))
    parser.add_argument("set", choices=list(SETS))
    arguments = parser.parse_args()
    prepare_tensorflow(arguments.system)
    given = read_set(arguments.set)
    with tempfile.TemporaryDirectory() as folder:
        train = rasa_trainer(Path(folder), PIPELINES[arguments.system], given)
        print(json.dumps(asdict(measure(arguments.system, arguments.set, train, given))))


def prepare_tensorflow(system: str) -> None:
    """As many threads as TF_INTRA_OP_PARALLELISM_THREADS and TF_INTER_... say, as in Rasa's own commands; and DIET made
    quicker.
    """
    from dialogue.quiet import quiet_imports

    with quiet_imports():
        from rasa.utils.tensorflow.environment import setup_tf_environment

        from benchmarks import diet

    setup_tf_environment()
    if system == DIET:
        diet.make_quicker()


def rasa_trainer(folder: Path, pipeline: str, given: NluSet) -> Trainer:
    """Rasa's training of a pipeline beside the set's listings; imports TensorFlow."""
    from dialogue.project.rasa_project import Project
    from dialogue.runtime.rasa_nlu import RasaTrainer

    config = folder / "config.yml"
    config.write_text(f"recipe: default.v1\nassistant_id: bench\nlanguage: en\npipeline:\n{pipeline}", "utf-8")
    # A domain of Rasa 2, as one project has, cannot be read; nothing of it is needed to understand.
    (folder / "domain.yml").write_text('version: "3.1"\n', "utf-8")
    if given.project is None:
        (folder / "data").mkdir()
    else:
        shutil.copytree(given.project / "data", folder / "data")
    return RasaTrainer(Project.at(folder), listings_of(given))


def measure(system: str, name: str, train: Trainer, given: NluSet) -> NluResult:
    """Train on the set and ask about its test, or cross-validate."""
    trainer, asking = TimedTrainer(train), Stopwatch()
    if given.folds:
        asked = asking.time(lambda: list(cross_validate(trainer, given.train, given.folds, seed=0)))
        asking.cpu_seconds -= trainer.watch.cpu_seconds
        scope = {}
    else:
        model = trainer(given.train)
        asked = asking.time(lambda: list(interpret_all(model, given.test)))
        scope = scope_figures(list(interpret_all(model, given.validation)), asked) if given.validation else {}
    inside = report([outcome for outcome in asked if outcome.example.intent != OUT_OF_SCOPE])
    return NluResult(
        system=system,
        set=name,
        accuracy=inside.accuracy,
        entity_f1=inside.all_entities.f1 if inside.entities else None,
        train_cpu_seconds=trainer.watch.cpu_seconds,
        train_seconds=trainer.watch.seconds,
        parse_cpu_ms=1000 * asking.cpu_seconds / len(asked),
        load_average=os.getloadavg()[0],
        **scope,
    )


def scope_figures(validation: Sequence[Outcome], test: Sequence[Outcome]) -> dict[str, float]:
    """How what is out of scope is told, by a threshold chosen on `validation`."""
    threshold = threshold_at_loss(scores(validation, outside=False), IN_SCOPE_LOSS)
    inside, outside = scores(test, outside=False), scores(test, outside=True)
    return {
        "oos_auroc": auroc(inside, outside),
        "oos_recall": float(np.mean(outside < threshold)),
        "in_scope_loss": float(np.mean(inside < threshold)),
    }


def scores(outcomes: Sequence[Outcome], outside: bool) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """How likely each text in scope, or each outside of it, seems to be in scope."""
    chosen = (outcome for outcome in outcomes if (outcome.example.intent == OUT_OF_SCOPE) == outside)
    return np.array([scope_score(outcome, OUT_OF_SCOPE) for outcome in chosen])


if __name__ == "__main__":
    main()
