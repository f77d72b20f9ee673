"""Turns read where rules are unsure, and answers over the tiny shop that follow what was read."""

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.answering.read_turn import UNDOUBTED, ReadTurn
from retrieval.document import Fact
from retrieval.properties.facts import ChosenFact
from retrieval.question import Question
from retrieval.reading.reading import NOTHING, Act, Reading, TurnReading
from retrieval.search.retriever import HybridRetriever

BUDS = "product:pulse-buds-2"
LABELS = frozenset({"battery life", "weight", "price"})


class ReadAs:
    """A reader for which every turn means the same."""

    def __init__(self, reading: Reading) -> None:
        self.turn = TurnReading(reading, LABELS)
        self.turns: list[tuple[str, str]] = []

    def read(self, text: str, previous_reply: str = "") -> TurnReading:
        self.turns.append((text, previous_reply))
        return self.turn


def sources(retriever: HybridRetriever, text: str, reading: Reading, product_id: str | None = BUDS) -> tuple[str, ...]:
    """What is cited in answer to `text`, which means `reading`."""
    answer = Answerer(retriever, turns=ReadAs(reading)).answer(Question(text, product_id))
    assert answer is not None
    return answer.source_ids


def asked(*labels: str) -> Reading:
    return Reading({Act.ASK: 0.95}, dict.fromkeys(labels, 0.9), (), {})


FOUND = Reading({Act.FIND: 0.95}, {}, (), {})


def test_a_fact_that_is_not_asked_for_gives_way_to_a_review(retriever: HybridRetriever) -> None:
    text = "does the battery last all day"
    assert sources(retriever, text, asked("battery life")) == (f"{BUDS}#battery-life",)
    assert sources(retriever, text, asked()) == ("review:r1",)


def test_what_is_surely_looked_for_is_no_question_about_the_thing_spoken_of(retriever: HybridRetriever) -> None:
    text = "how much does it weigh, I want laptops"
    unread, found = sources(retriever, text, NOTHING), sources(retriever, text, FOUND)
    assert unread == (f"{BUDS}#weight",)
    assert "product:falcon-book-14" in found


def test_what_is_surely_asked_is_no_search(retriever: HybridRetriever) -> None:
    text = "how long do earbuds last"
    assert Answerer(retriever, turns=ReadAs(NOTHING)).answer(Question(text, BUDS)) is None
    assert sources(retriever, text, asked("battery life")) == (f"{BUDS}#battery-life",)


@pytest.mark.parametrize("reading", [NOTHING, FOUND])
def test_the_reply_before_is_read_with_the_turn(retriever: HybridRetriever, reading: Reading) -> None:
    turns = ReadAs(reading)
    Answerer(retriever, turns=turns).answer(Question("how long do earbuds last", BUDS, last_reply="Here they are."))
    assert set(turns.turns) == {("how long do earbuds last", "Here they are.")}


def test_a_turn_is_read_once_and_only_when_its_meaning_is_wanted() -> None:
    reader = ReadAs(asked())
    turn = ReadTurn(Question("is it loud"), reader)
    assert not reader.turns
    assert (turn.asks, turn.finds) == (True, False)
    assert reader.turns == [("is it loud", "")]


@pytest.mark.parametrize(
    ("label", "score", "doubted"),
    [("weight", 0.5, True), ("weight", UNDOUBTED, False), ("price", 0.5, False), ("noise", 0.5, False)],
)
def test_a_fact_is_doubted_where_rules_are_unsure_and_another_label_is_asked(
    label: str, score: float, doubted: bool
) -> None:
    chosen = ChosenFact(Fact(label, label, "some"), label, score)
    assert ReadTurn(Question("is it loud"), ReadAs(asked("price"))).doubts(chosen) is doubted


def test_without_a_reader_nothing_is_sure() -> None:
    turn = ReadTurn(Question("is it loud"), None)
    chosen = ChosenFact(Fact("weight", "weight", "5 g"), "weight", 0.5)
    assert [turn.asks, turn.finds, turn.doubts(chosen)] == [False] * 3
