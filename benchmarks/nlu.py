"""Ours beside Rasa's DIET with its usual featurizers, on every set: `make bench-nlu` prints the table.

Each system learns and is asked in a process of its own, one after the other. DIET takes hours on the large sets:
`--without-peer` leaves it out, `--only` picks sets, and with `--results FOLDER` what was measured before is printed
rather than measured again. Training is reading, fitting, writing and loading, over all folds. Reads ../shared/bench
and says so when it is absent.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.nlu_sets import SETS, read_set
from benchmarks.nlu_systems import DIET, FINE_TUNED, FROZEN, NluResult

SYSTEMS = (FROZEN, FINE_TUNED, DIET)
HEADER = (
    f"  {'':10}{'intents':>9}{'entity F1':>11}{'OOS AUROC':>11}{'OOS recall':>12}{'lost':>7}"
    f"{'training CPU':>14}{'clock':>9}{'parse CPU':>11}{'load':>6}"
)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(SETS), default=list(SETS), metavar="SET", help=str([*SETS]))
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--without-peer", action="store_true", help="leave DIET out")
    parser.add_argument("--results", type=Path, help="a folder that keeps results: what is there is not measured again")
    arguments = parser.parse_args()
    systems = [system for system in arguments.systems if not (arguments.without_peer and system == DIET)]
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(HEADER)
    for name in arguments.only:
        print(f"{name}: {read_set(name).sizes}")
        for system in systems:
            print(row(result(system, name, arguments.results)), flush=True)


def result(system: str, name: str, folder: Path | None) -> NluResult:
    """What was measured before, if it is in `folder`; else measured now, and written there."""
    file = folder / f"{system} {name}.json" if folder else None
    if file and file.is_file():
        return NluResult(**json.loads(file.read_text("utf-8")))
    measured = measured_apart(system, name)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(measured), indent=1), "utf-8")
    return measured


def measured_apart(system: str, name: str) -> NluResult:
    """Measure in a process of its own; raises CalledProcessError when it fails, which told why on stderr."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.nlu_systems", system, name]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return NluResult(**json.loads(printed.splitlines()[-1]))


def row(measured: NluResult) -> str:
    """One line of the table."""
    return f"  {measured.system:10}{''.join(_cells(measured))}"


def _cells(measured: NluResult) -> Iterator[str]:
    yield f"{measured.accuracy:>9.2%}"
    yield f"{_share(measured.entity_f1):>11}"
    yield f"{'-' if measured.oos_auroc is None else f'{measured.oos_auroc:.4f}':>11}"
    yield f"{_share(measured.oos_recall):>12}"
    yield f"{_share(measured.in_scope_loss):>7}"
    yield f"{measured.train_cpu_seconds:>12.1f} s{measured.train_seconds:>7.1f} s"
    yield f"{measured.parse_cpu_ms:>8.1f} ms{measured.load_average:>6.1f}"


def _share(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.1%}"


if __name__ == "__main__":
    main()
