"""Questions that ask for several things."""

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.question import Answer, Question
from retrieval.questions.question_parts import joined, parts_of, question_of

PRICE = Answer("It costs $5.", ("product:a#price",), "product:a", "A", 0.9)
WEIGHT = Answer("It weighs 1 gram.", ("product:a#weight", "product:a#price"), "product:a", "A", 0.6)
RULE = Answer("You have 30 days.", ("faq:returns",), None, None, 0.8)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("how much is it and how heavy", ["how much is it", "how heavy"]),
        ("How much is it? And how heavy?", ["How much is it", "how heavy?"]),
        ("price, weight, and colours of it", ["price", "weight", "colours of it"]),
        ("phones under 1,200 dollars", []),
        ("the sandy one", []),
        ("a and b and c and d", []),
        ("and", []),
        ("Yes, that is what I want. How much is it and how heavy?", ["How much is it", "how heavy?"]),
        ("  how much\tis it \n and  how heavy ", ["how much is it", "how heavy"]),
    ],
)
def test_cuts_between_what_is_asked(question: str, parts: list[str]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I would love to see the mill. Where is it?", "Where is it?"),
        ("Where is it?", None),
        ("Please tell me its price. Where is it?", None),
        ("Is it old? Where is it?", None),
        ("We came by train. It was late.", None),
    ],
)
def test_the_one_sentence_that_asks_is_found(text: str, asked: str | None) -> None:
    assert question_of(text) == asked


def test_what_is_told_before_a_question_does_not_count(answerer: Answerer) -> None:
    answer = answerer.answer(Question("I carry the Pulse Buds 2 in my black bag all week. How heavy is it?"))
    assert answer
    assert answer.source_ids == ("product:pulse-buds-2#weight",)


def test_a_name_is_kept_whole() -> None:
    text = "price and weight of Salt and Sand lamp"
    assert parts_of(text, [["salt", "and", "sand"]]) == ["price", "weight of Salt and Sand lamp"]
    assert len(parts_of(text)) == 3


@pytest.mark.parametrize("space", [" ", "\t", "\n"])
def test_a_run_of_spaces_is_passed_over_at_once(space: str) -> None:
    assert parts_of(f"how much{space * 1_000_000}is it") == []


def test_joined_answers_keep_the_product_they_share_and_the_least_confidence() -> None:
    text = "It costs $5. It weighs 1 gram."
    assert joined([PRICE, WEIGHT]) == Answer(text, ("product:a#price", "product:a#weight"), "product:a", "A", 0.6)
    assert joined([PRICE, RULE]).product_id is None


@pytest.mark.parametrize(
    ("question", "about", "sources"),
    [
        ("how much are the pulse buds 2 and how heavy are they", None, ("price", "weight")),
        ("weight and battery life of the pulse buds 2", None, ("weight", "battery-life")),
        ("what does it cost and how much does it weigh", "pulse-buds-2", ("price", "weight")),
    ],
)
def test_each_part_is_answered(answerer: Answerer, question: str, about: str | None, sources: tuple[str, ...]) -> None:
    answer = answerer.answer(Question(question, about))
    assert answer is not None
    assert answer.source_ids == tuple(f"product:pulse-buds-2#{slug}" for slug in sources)
    assert answer.product_name == "Pulse Buds 2"


def test_parts_may_name_a_product_each(answerer: Answerer) -> None:
    answer = answerer.answer(Question("how much is the falcon book 14 and how heavy is the falcon book 16"))
    assert answer is not None
    assert answer.source_ids == ("product:falcon-book-14#price", "product:falcon-book-16#weight")
    assert answer.product_id is None


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("which colours, black and white, does the pulse buds pro come in", ("product:pulse-buds-pro#colours",)),
        (
            "how heavy are the falcon book 14 and the falcon book 16",
            ("product:falcon-book-14#weight", "product:falcon-book-16#weight"),
        ),
    ],
)
def test_what_is_one_question_stays_one(answerer: Answerer, question: str, sources: tuple[str, ...]) -> None:
    answer = answerer.answer(Question(question))
    assert answer is not None
    assert answer.source_ids == sources
