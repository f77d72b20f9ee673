"""Asks the questions that were made from an index and judges the answers, by property, label, manner and kind."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from retrieval.answering.answerer import Answerer
from retrieval.document import PRODUCT
from retrieval.evaluation.self_test_questions import STATED, Asked
from retrieval.evaluation.stated_values import states
from retrieval.properties.verdicts import truth_of
from retrieval.question import Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """A question of the test, the answer given, and whether it is right."""

    asked: Asked
    answer: Answer | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some questions were answered as they should be."""

    right: int
    questions: int

    @property
    def share(self) -> float:
        """The share of them, 0 to 1."""
        return self.right / self.questions if self.questions else 0.0


def judge(answerer: Answerer, asked: Asked) -> Verdict:
    """Ask one question and judge its answer."""
    answer = answerer.answer(asked.question)
    return Verdict(asked, answer, is_right(asked, answer))


def is_right(asked: Asked, answer: Answer | None) -> bool:
    """Whether the answer states the value of the record and cites no other product, or refuses what it cannot know.

    A refusal cites nothing. A mere yes or no is right only with the fact cited that says it.
    """
    cited = answer.source_ids if answer else ()
    if asked.kind != STATED:
        return not cited
    about = {source.partition("#")[0] for source in cited if source.startswith(f"{PRODUCT}:")}
    if answer is None or about != {asked.product.id}:
        return False
    return any(
        states(asked.product, fact, answer.text)
        and (truth_of(fact) is None or f"{asked.product.id}#{fact.slug}" in cited)
        for fact in asked.facts
    )


def tallied(verdicts: Iterable[Verdict], key: Callable[[Asked], str]) -> dict[str, Tally]:
    """The tallies of the verdicts with the same `key`, in the order of their first ones; those without one left out."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for verdict in verdicts:
        if name := key(verdict.asked):
            counts[name].append(verdict.is_right)
    return {name: Tally(sum(found), len(found)) for name, found in counts.items()}
