"""How many questions about the demo shop are answered right, through understanding, dialogue and retrieval.

`questions.jsonl` was used to develop the answers. `questions-test.jsonl` was written by somebody who saw nothing but
the knowledge, and nothing was changed for it: it may be run, not tuned on.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from retrieval.evaluation import Expectation, read_expectations
from server.bootstrap import open_understanding
from server.pipeline import Understanding
from server.settings import load_settings

DEFAULT = ("questions.jsonl", "questions-test.jsonl")


def main() -> None:
    """Ask the questions of the files named, or of the two of the demo; print the scores and the misses."""
    settings = load_settings()
    folder = settings.path(settings.paths.knowledge)
    files = [Path(name) for name in sys.argv[1:]] or [folder / name for name in DEFAULT]
    with open_understanding(settings) as understanding:
        for file in files:
            print(f"{file}")
            report(understanding, [one for one in read_expectations(file) if one.question.product_id is None])


def report(understanding: Understanding, expectations: Sequence[Expectation]) -> None:
    """Print the scores of one file."""
    right: dict[str, list[bool]] = {}
    times_ms: list[float] = []
    for expectation in expectations:
        started = time.perf_counter()
        reply = understanding.respond("benchmark", understanding.interpret(expectation.question.text))
        times_ms.append((time.perf_counter() - started) * 1000)
        understanding.forget("benchmark")
        kind = expectation.expected_ids[0].split(":")[0] if expectation.expected_ids else "unanswerable"
        right.setdefault(kind, []).append(expectation.is_met_by(reply.text, reply.source_ids))
        if not right[kind][-1]:
            print(f"  miss: {expectation.question.text!r} -> {reply.text!r} {' '.join(reply.source_ids)}")
    for kind, results in right.items():
        print(f"  {kind:14}{sum(results):4} of {len(results):3} right ({sum(results) / len(results):.0%})")
    everything = [one for results in right.values() for one in results]
    print(f"  {'all':14}{sum(everything):4} of {len(everything):3} right ({sum(everything) / len(everything):.0%})")
    print(f"  a typed turn, in process: {statistics.median(times_ms):.0f} ms p50")


if __name__ == "__main__":
    main()
