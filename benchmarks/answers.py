"""How many questions about the demo shop are answered right, through understanding, dialogue and retrieval.

`questions.jsonl` was used to develop the answers, and so was `questions-more.jsonl`, which is hard: most are roundabout
questions about the shop's rules, or nearly answerable. `questions-heldout.jsonl` was written with the first, before
them, and `questions-test.jsonl` and `questions-test2.jsonl` by people who saw nothing but the knowledge; nothing was
changed for these: they may be run, not tuned on.
"""

import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.evaluation.answer_checks import Expectation
from retrieval.evaluation.question_files import read_expectations
from server.bootstrap import open_understanding
from server.settings import load_settings
from server.turns.pipeline import Understanding

DEFAULT = tuple(f"questions{name}.jsonl" for name in ("", "-more", "-heldout", "-test", "-test2"))
CONVERSATION = "benchmark"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question, in so many milliseconds."""

    expectation: Expectation
    text: str
    source_ids: tuple[str, ...]
    ms: float

    @property
    def is_right(self) -> bool:
        """Whether it was answered or refused as it should be."""
        return self.expectation.is_met_by(self.text, self.source_ids)


def main() -> None:
    """Ask the questions of the files named, or of those of the demo; print the scores and the misses."""
    settings = load_settings()
    folder = settings.path(settings.paths.knowledge)
    files = [Path(name) for name in sys.argv[1:]] or [folder / name for name in DEFAULT]
    with open_understanding(settings) as understanding:
        for file in files:
            print(f"{file}")
            report([ask(understanding, expectation) for expectation in read_expectations(file)])


def ask(understanding: Understanding, expectation: Expectation) -> Asked:
    """Ask one question in a conversation of its own, which first comes to the product it is about."""
    if product_id := expectation.question.product_id:
        name = product_id.removeprefix("product:").replace("-", " ")
        understanding.respond(CONVERSATION, understanding.interpret(f"tell me about the {name}"))
    for before in expectation.before:
        understanding.respond(CONVERSATION, understanding.interpret(before))
    started = time.perf_counter()
    reply = understanding.respond(CONVERSATION, understanding.interpret(expectation.question.text))
    ms = (time.perf_counter() - started) * 1000
    understanding.forget(CONVERSATION)
    return Asked(expectation, reply.text, tuple(reply.source_ids), ms)


def report(everything: Sequence[Asked]) -> None:
    """Print the misses and scores of one file."""
    kinds: dict[str, list[Asked]] = {}
    for asked in everything:
        kinds.setdefault(_kind_of(asked.expectation), []).append(asked)
        if not asked.is_right:
            print(f"  miss: {asked.expectation.question.text!r} -> {asked.text!r} {' '.join(asked.source_ids)}")
    for kind, results in kinds.items():
        _print_share(kind, sum(one.is_right for one in results), len(results))
    known = [one for one in everything if one.expectation.expected_ids]
    unknown = [one for one in everything if not one.expectation.expected_ids]
    _print_share("answerable", sum(one.is_right for one in known), len(known))
    _print_refusals(known, unknown)
    print(f"  a typed turn, in process: {statistics.median(one.ms for one in everything):.0f} ms p50")


def _kind_of(expectation: Expectation) -> str:
    if expectation.kind:
        return expectation.kind
    return expectation.expected_ids[0].split(":")[0] if expectation.expected_ids else "unanswerable"


def _print_refusals(known: Iterable[Asked], unknown: Sequence[Asked]) -> None:
    refused = sum(not one.source_ids for one in unknown)
    all_refused = refused + sum(not one.source_ids for one in known)
    _print_share("refused of unanswerable", refused, len(unknown))
    _print_share("unanswerable of refused", refused, all_refused)


def _print_share(name: str, right: int, count: int) -> None:
    share = f"({right / count:.0%})" if count else ""
    print(f"  {name:24}{right:4} of {count:3} {share}")


if __name__ == "__main__":
    main()
