"""Measures an index by a test that is made from its own records, and reports what is answered wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import RetrievalError
from retrieval.evaluation.self_test import Tally, Verdict, judge, tallied
from retrieval.evaluation.self_test_questions import STATED, Asked, QuestionWriter
from retrieval.progress import Progress
from server.bootstrap import open_knowledge
from server.settings import Settings

SCHEMA = 1  # of the JSON; goes up when a key is renamed or dropped
EXAMPLES = 3  # of wrong answers that the table shows of a property; the files have all
WIDTH = 90  # of a text in an example


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The verdicts on `products` sampled with `seed`."""

    products: int
    seed: int
    verdicts: tuple[Verdict, ...]

    @property
    def accuracy(self) -> float:
        """The share of all questions answered or refused as they should be."""
        return tallied(self.verdicts, lambda _: "all")["all"].share


def measure(settings: Settings, products: int, seed: int, progress: Progress) -> SelfTest:
    """Ask about a sample of the index; raises RetrievalError where it holds no product with a fact."""
    with open_knowledge(settings) as (retriever, answerer):
        writer = QuestionWriter(retriever, seed)
        sample = writer.products(products)
        asked = list(writer.questions(sample))
        if not any(each.kind == STATED for each in asked):
            raise RetrievalError("the index has no product with a property to ask for; index a catalogue first")
        progress.begin("asking", len(asked), "question")
        verdicts = []
        for each in asked:
            verdicts.append(judge(answerer, each))
            progress.advance(1)
    return SelfTest(len(sample), seed, tuple(verdicts))


def _property(asked: Asked) -> str:
    return (asked.property or "(no known property)") if asked.kind == STATED else ""


GROUPS: dict[str, Callable[[Asked], str]] = {
    "what the records state, by property": _property,
    "by column": lambda asked: asked.label,
    "by the manner of asking": lambda asked: asked.manner if asked.kind == STATED else "",
    "what has to be refused": lambda asked: "" if asked.kind == STATED else asked.kind,
}
"""The parts of the table; an empty name leaves a question out of a part."""


def as_table(test: SelfTest) -> Iterator[str]:
    """The shares of right answers as lines of text, the worst first, with examples of what was answered wrong."""
    yield f"{len(test.verdicts)} questions about {test.products} products, seed {test.seed}"
    for title, key in GROUPS.items():
        tallies = tallied(test.verdicts, key)
        if tallies:
            yield ""
            yield f"{title:44}{'right':>8}{'of':>8}"
            yield from (_row(name, tallies[name]) for name in sorted(tallies, key=lambda name: tallies[name].share))
    yield ""
    yield _row("all", tallied(test.verdicts, lambda _: "all")["all"])
    yield from _examples(test)


def _row(name: str, tally: Tally) -> str:
    return f"  {_short(name, 42):42}{tally.right:8}{tally.questions:8}{tally.share:8.1%}"


def _examples(test: SelfTest) -> Iterator[str]:
    shown: dict[str, int] = {}
    for verdict in test.verdicts:
        name = _property(verdict.asked) or verdict.asked.kind
        if verdict.is_right or shown.setdefault(name, 0) == EXAMPLES:
            continue
        if not any(shown.values()):
            yield ""
            yield "answered wrong, for example:"
        shown[name] += 1
        yield f"  {name}: {_short(verdict.asked.question.text)}"
        yield f"    expected: {_short(_expected(verdict.asked))}"
        yield f"    answered: {_short(verdict.answer.text if verdict.answer else 'nothing')}"


def _expected(asked: Asked) -> str:
    return " or ".join(fact.text for fact in asked.facts) or f"a refusal ({asked.kind})"


def _short(text: str, width: int = WIDTH) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def as_json(test: SelfTest) -> dict[str, Any]:
    """The figures for JSON, and every wrong answer."""
    parts = {
        part: {name: asdict(tally) for name, tally in tallied(test.verdicts, key).items()}
        for part, key in zip(("properties", "columns", "manners", "refusals"), GROUPS.values(), strict=True)
    }
    return {
        "schema": SCHEMA,
        "products": test.products,
        "seed": test.seed,
        "questions": len(test.verdicts),
        "accuracy": test.accuracy,
        **parts,
        "wrong": [_wrong(verdict) for verdict in test.verdicts if not verdict.is_right],
    }


def _wrong(verdict: Verdict) -> dict[str, Any]:
    asked, answer = verdict.asked, verdict.answer
    return {
        "question": asked.question.text,
        "product": asked.product.id,
        "kind": asked.kind,
        "manner": asked.manner,
        "property": asked.property,
        "column": asked.label,
        "expected": [fact.text for fact in asked.facts],
        "answer": answer.text if answer else None,
        "sources": list(answer.source_ids) if answer else [],
    }


def write_results(folder: Path, test: SelfTest) -> None:
    """Write report.json, and questions.jsonl with the questions in the format that `evaluate retrieval` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(as_json(test), indent=1) + "\n", encoding="utf-8")
    lines = (json.dumps(_as_question(verdict.asked), ensure_ascii=False) + "\n" for verdict in test.verdicts)
    (folder / "questions.jsonl").write_text("".join(lines), encoding="utf-8")


def _as_question(asked: Asked) -> dict[str, Any]:
    source = asked.product.id
    ids = [f"{source}#{fact.slug}" if fact.slug else source for fact in asked.facts]
    row: dict[str, Any] = {"question": asked.question.text, "expected_ids": ids}
    return row | ({"product_id": asked.question.product_id} if asked.question.product_id else {})


def below_the_bar(test: SelfTest, min_accuracy: float | None) -> list[str]:
    """Return a line that says so where the share of right answers is below `min_accuracy`."""
    if min_accuracy is None or test.accuracy >= min_accuracy:
        return []
    return [f"accuracy {test.accuracy:.3f} is below the bar of {min_accuracy:.3f}"]
