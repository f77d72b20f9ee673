"""How long it takes to add one intent to 150: `python -m benchmarks.retraining`. Part of `make bench-nlu`.

CLINC150's 150 intents are trained from nothing, then with one more intent of 100 examples, then after a changed
response; each in a process of its own, as `heedful train` is. The new intent's examples are CLINC150's validation
texts of what is out of scope. `--intents` takes fewer.
"""

import argparse
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.nlu_sets import BENCH, OUT_OF_SCOPE, clinc
from benchmarks.nlu_systems import FROZEN, PIPELINES, Stopwatch
from benchmarks.parsing import write_project
from nlu.data.examples import Example

CLINC = BENCH / "nlu/clinc150/data_full.json"
ADDED = 100
IMPORTS = ("dialogue.training.rasa_trainer", "nlu.components.joint")


def main() -> None:
    """Train three times and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--intents", type=int, help="train on the first so many intents only")
    parser.add_argument("--train", nargs=3, help=argparse.SUPPRESS)  # a project, where its model goes, the time
    arguments = parser.parse_args()
    if arguments.train:
        project, models, started = arguments.train
        train(Path(project), Path(models), float(started))
        return
    if not CLINC.is_file():
        raise SystemExit(f"the benchmark set is absent: {CLINC}")
    given = clinc(CLINC, arguments.intents)
    unknown = (example for example in given.validation if example.intent == OUT_OF_SCOPE)
    added = [Example(each.text, "added", each.place) for each in unknown][:ADDED]
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; seconds of the processor, and by the clock")
    print(f"{'':30}{'imports':>8}{'clock':>8}{'training':>10}{'clock':>8}")
    with tempfile.TemporaryDirectory() as folder:
        project, models = Path(folder) / "project", Path(folder) / "models"
        for what, examples in (
            (f"{len(given.train)} examples, from nothing", given.train),
            (f"and one intent of {len(added)} more", [*given.train, *added]),
        ):
            shutil.rmtree(project, ignore_errors=True)
            project.mkdir()
            write_project(project, PIPELINES[FROZEN], examples)
            print(f"{what:30}{separately(project, models)}", flush=True)
        domain = project / "domain.yml"
        domain.write_text(domain.read_text("utf-8").replace("Hello.", "Good day."), "utf-8")
        print(f"{'and another response':30}{separately(project, models)}")


def separately(project: Path, models: Path) -> str:
    """The seconds of a training in a process of its own, with one thread, as columns."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.retraining", "--train", str(project), str(models)]
    command.append(str(time.monotonic()))
    alone = os.environ | {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=alone, check=True)
    imports, training = json.loads(done.stdout)
    return f"{imports[0]:>8.1f}{imports[1]:>8.1f}{training[0]:>10.1f}{training[1]:>8.1f}"


def train(project: Path, models: Path, started: float) -> None:
    """Tell as JSON what the process took since it was `started` for its imports, and what the training took."""
    for name in IMPORTS:
        importlib.import_module(name)
    from dialogue.training.incremental_training import train as train_project

    imports, training = (time.process_time(), time.monotonic() - started), Stopwatch()
    training.time(lambda: train_project(project, models))
    print(json.dumps([imports, [training.cpu_seconds, training.seconds]]))


if __name__ == "__main__":
    main()
