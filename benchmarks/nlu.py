"""Intents of CLINC150 (full): ours, and with --peer diet Rasa's DIET beside it. `make bench-nlu`.

Trained on the training split. The threshold that refuses what is out of scope is chosen on the validation split, at a
loss of 1 % of what is in scope, and then used once on the test split. Reads ../shared/bench/nlu and says so when it is
absent.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from nlu.encoder import MiniLMEncoder
from nlu.evaluation import IN_SCOPE_LOSS, Interpreting, Outcome, Trainer, interpret_all, is_right, scope_score
from nlu.examples import Example, NluData, Place
from nlu.measures import auroc, threshold_at_loss
from nlu.options import JointOptions
from nlu.training import JointTrainer

DATA = Path(__file__).parents[2] / "shared" / "bench" / "nlu" / "clinc150"
OUT_OF_SCOPE = "oos"
# The pipeline that `rasa init` writes, with DIET's 100 epochs and without what is not about intents.
DIET = """recipe: default.v1
assistant_id: bench
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: 100
  constrain_similarities: true
"""
DOMAIN = 'version: "3.1"\n'
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Splits:
    """CLINC150: `train` is in scope only; the others hold what is out of scope, too."""

    train: Sequence[Example]
    validation: Sequence[Example]
    test: Sequence[Example]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="full", choices=["full", "small"], help="full: 100 examples an intent")
    parser.add_argument("--modes", nargs="*", default=["frozen", "fine_tuned"], choices=["frozen", "fine_tuned"])
    parser.add_argument("--peer", choices=["diet"], help="train this, too, which takes long on the full set")
    parser.add_argument("--intents", type=int, help="take the first n intents only")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"the benchmark data are absent: {DATA}")
    splits = read_splits(DATA / f"data_{arguments.set}.json", arguments.intents)
    counts = f"{len(splits.train)} training, {len(splits.validation)} validation, {len(splits.test)} test"
    print(f"CLINC150 {arguments.set}: {counts}; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'system':14}{'in-scope accuracy':>18}{'OOS AUROC':>11}{'OOS recall':>12}{'in-scope loss':>15}", end="")
    print(f"{'train s':>9}{'ms a text':>11}")
    for mode in arguments.modes:
        print(row(mode, JointTrainer(MiniLMEncoder.shared(), JointOptions(mode=mode)), splits), flush=True)
    if arguments.peer:
        with tempfile.TemporaryDirectory() as folder:
            print(row("DIET", diet(Path(folder)), splits), flush=True)


def read_splits(file: Path, intents: int | None = None) -> Splits:
    """The splits of a CLINC150 file, with what is out of scope after the rest of validation and test."""
    content: dict[str, list[tuple[str, str]]] = json.loads(file.read_text(encoding="utf-8"))
    kept = sorted({intent for _, intent in content["train"]})[:intents]

    def examples(*names: str) -> list[Example]:
        pairs = (pair for name in names for pair in content[name])
        place = Place(file, 1)
        return [Example(text, intent, place) for text, intent in pairs if intent in (*kept, OUT_OF_SCOPE)]

    return Splits(examples("train"), examples("val", "oos_val"), examples("test", "oos_test"))


def diet(folder: Path) -> Trainer:
    """Rasa's DIET with its usual featurizers; imports TensorFlow."""
    from dialogue.rasa_nlu import RasaTrainer

    (folder / "config.yml").write_text(DIET, encoding="utf-8")
    (folder / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (folder / "data").mkdir()
    return RasaTrainer(folder, folder / "config.yml", NluData())


def row(name: str, train: Trainer, splits: Splits) -> str:
    """One line of the table."""
    model, train_seconds = timed(lambda: train(splits.train))
    threshold = threshold_at_loss(scores(asked(model, splits.validation), outside=False), IN_SCOPE_LOSS)
    outcomes, test_seconds = timed(lambda: asked(model, splits.test))
    inside, outside = scores(outcomes, outside=False), scores(outcomes, outside=True)
    right = [is_right(outcome) for outcome in outcomes if outcome.example.intent != OUT_OF_SCOPE]
    return (
        f"{name:14}{np.mean(right):>18.2%}{auroc(inside, outside):>11.4f}{np.mean(outside < threshold):>12.1%}"
        f"{np.mean(inside < threshold):>15.2%}{train_seconds:>9.1f}{1000 * test_seconds / len(outcomes):>11.1f}"
    )


def asked(model: Interpreting, examples: Sequence[Example]) -> list[Outcome]:
    """The model's answers."""
    return list(interpret_all(model, examples))


def scores(outcomes: Sequence[Outcome], outside: bool) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """How likely each text in scope, or each outside of it, seems to be in scope."""
    chosen = (outcome for outcome in outcomes if (outcome.example.intent == OUT_OF_SCOPE) == outside)
    return np.array([scope_score(outcome, OUT_OF_SCOPE) for outcome in chosen])


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """What `work` returns, and the seconds it took."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


if __name__ == "__main__":
    main()
