"""How long one parse takes through Rasa's agent, and how long loading does, at 150 intents. Part of `make bench-nlu`.

Ours, a light pipeline of Rasa's and DIET learn CLINC150; then they answer the same sentences in turns, each in a
process of its own with one thread, so that what else the machine does meets all of them. DIET learns for one epoch
only: its speed does not depend on how well it learnt. `--models FOLDER` keeps the trained models.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np

from benchmarks.nlu_sets import BENCH, clinc
from benchmarks.nlu_systems import DIET, FROZEN, LIGHT, PIPELINES
from nlu.data.examples import Example
from retrieval.question import Answer, Question

CLINC = BENCH / "nlu/clinc150/data_full.json"
WARMING = 20
BLOCK = 10  # sentences that one system answers before it is the next one's turn
# What a model needs is imported before it is loaded; skops alone, which only the light pipeline needs, takes seconds.
IMPORTS = ("dialogue.runtime.rasa_runtime", "nlu.components.joint")
ALSO_IMPORTS = {LIGHT: ("skops.io",)}
PROJECT = {
    "domain.yml": """version: "3.1"
intents:
{intents}
responses:
  utter_hello:
  - text: Hello.
""",
    "data/rules.yml": """version: "3.1"
rules:
- rule: hello
  steps:
  - intent: greeting
  - action: utter_hello
""",
    "data/nlu.yml": """version: "3.1"
nlu:
{examples}
""",
}


@dataclass(slots=True)
class Timings:
    """What was measured of one system; parses in milliseconds by the clock."""

    load_seconds: float
    parses_ms: list[float] = field(default_factory=list)


def main() -> None:
    """Train what is not trained yet, measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", nargs="+", choices=list(PIPELINES), default=[FROZEN, LIGHT, DIET])
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--models", type=Path, help="a folder that keeps the trained models")
    parser.add_argument("--answer", nargs=2, help=argparse.SUPPRESS)  # a system and its model, for its process
    arguments = parser.parse_args()
    if arguments.answer:
        answer(arguments.answer[0], Path(arguments.answer[1]))
        return
    if not CLINC.is_file():
        raise SystemExit(f"the benchmark set is absent: {CLINC}")
    given = clinc(CLINC)
    with tempfile.TemporaryDirectory() as folder:
        models = {name: trained(name, arguments.models or Path(folder), given.train) for name in arguments.systems}
        texts = [example.text for example in given.validation]
        print_table(measure(models, texts[:: max(1, len(texts) // arguments.texts)]))


def trained(system: str, folder: Path, examples: Sequence[Example]) -> Path:
    """The model of a system, trained unless it is in `folder`."""
    model = folder / f"{system}.tar.gz"
    if not model.is_file():
        from dialogue.training.incremental_training import train

        with tempfile.TemporaryDirectory() as project:
            write_project(Path(project), PIPELINES[system].replace("epochs: 100", "epochs: 1"), examples)
            folder.mkdir(parents=True, exist_ok=True)
            train(Path(project), folder / "training").rename(model)
    return model


def write_project(folder: Path, pipeline: str, examples: Sequence[Example]) -> None:
    """A project of the examples, with a dialogue of one rule."""
    texts: dict[str, list[str]] = {}
    for example in examples:
        texts.setdefault(example.intent, []).append(f"    - {example.text}\n")
    blocks = [f"- intent: {intent}\n  examples: |\n{''.join(listed)}" for intent, listed in texts.items()]
    filled = {"{examples}": "".join(blocks), "{intents}": "\n".join(f"- {intent}" for intent in texts)}
    (folder / "data").mkdir()
    config = (
        f"recipe: default.v1\nassistant_id: bench\nlanguage: en\npipeline:\n{pipeline}policies:\n- name: RulePolicy\n"
    )
    (folder / "config.yml").write_text(config, "utf-8")
    for name, content in PROJECT.items():
        for mark, text in filled.items():
            content = content.replace(mark, text)
        (folder / name).write_text(content, "utf-8")


def measure(models: dict[str, Path], texts: Sequence[str]) -> dict[str, Timings]:
    """Load one system after the other, then have them answer in turns, `BLOCK` texts at a time."""
    with ExitStack() as stack:
        agents: dict[str, SeparateAgent] = {}
        timings: dict[str, Timings] = {}
        for name, model in models.items():
            agents[name] = stack.enter_context(SeparateAgent(name, model))
            timings[name] = Timings(agents[name].load_seconds())
        for agent in agents.values():
            agent.ask(texts[:WARMING])
        for begin in range(0, len(texts), BLOCK):
            for name, agent in agents.items():
                timings[name].parses_ms += agent.ask(texts[begin : begin + BLOCK])
    return timings


def print_table(timings: dict[str, Timings]) -> None:
    """A line for each system."""
    print(f"150 intents, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'':10}{'parse p50':>12}{'p95':>9}{'load after imports':>21}")
    for name, measured in timings.items():
        middle, high = np.percentile(measured.parses_ms, [50, 95])
        print(f"{name:10}{middle:>9.1f} ms{high:>6.1f} ms{measured.load_seconds:>19.2f} s")
    if {FROZEN, LIGHT} <= timings.keys():
        ratio = np.median(timings[FROZEN].parses_ms) / np.median(timings[LIGHT].parses_ms)
        print(f"{FROZEN} takes {ratio:.2f} times as long as {LIGHT}")


class SeparateAgent:
    """A loaded model in a process of its own; a context manager."""

    def __init__(self, system: str, model: Path) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.parsing", "--answer", system, str(model)]
        alone = os.environ | {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=alone)

    def load_seconds(self) -> float:
        """The first thing it tells."""
        return float(self._line())

    def ask(self, texts: Sequence[str]) -> list[float]:
        """How many milliseconds each parse took."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(texts) + "\n")
        self._process.stdin.flush()
        took: list[float] = json.loads(self._line())
        return took

    def _line(self) -> str:
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("a system ended in the middle; what it says stands above")
        return line

    def __enter__(self) -> "SeparateAgent":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._process.communicate()


class KnowsNothing:
    """The knowledge of a model that is only asked what a text means."""

    def answer(self, question: Question) -> Answer | None:
        """Nothing."""
        return None


def answer(system: str, model: Path) -> None:
    """Tell how long loading took, then for each list of texts that comes how long each parse takes."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    for name in (*IMPORTS, *ALSO_IMPORTS.get(system, ())):
        importlib.import_module(name)
    from dialogue.runtime.rasa_runtime import RasaRuntime

    started = time.perf_counter()
    runtime = RasaRuntime.load(model, KnowsNothing())
    print(time.perf_counter() - started, file=answers, flush=True)
    for line in sys.stdin:
        took = []
        for text in json.loads(line):
            started = time.perf_counter()
            runtime.interpret(text)
            took.append(1000 * (time.perf_counter() - started))
        print(json.dumps(took), file=answers, flush=True)
    runtime.close()


if __name__ == "__main__":
    main()
