"""What is said of the things of a list, over the tiny shop."""

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.question import Answer, Choice, Description, Question

BUDS, PRO = "product:pulse-buds-2", "product:pulse-buds-pro"
LISTED = (BUDS, PRO)


def ask(answerer: Answerer, question: Question) -> Answer:
    answer = answerer.answer(question)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("which of them is the cheapest", BUDS),
        ("which one has the longest battery life", BUDS),
        ("which one has the shortest battery life", PRO),
    ],
)
def test_the_first_in_something_is_told_and_spoken_of(answerer: Answerer, text: str, first: str) -> None:
    answer = ask(answerer, Question(text, among=LISTED, is_among=True))
    assert answer.product_id == first
    assert answer.text.startswith("That is the Pulse Buds")


def test_those_that_pass_a_test_are_named(answerer: Answerer) -> None:
    answer = ask(answerer, Question("which of them are black", among=LISTED, is_among=True))
    assert (answer.product_id, answer.source_ids) == (PRO, (f"{PRO}#colours",))


def test_what_each_has_is_told(answerer: Answerer) -> None:
    answer = ask(answerer, Question("what is their battery life", among=LISTED, is_among=True))
    assert answer.source_ids == (f"{BUDS}#battery-life", f"{PRO}#battery-life")


def test_a_kind_of_its_own_is_no_question_about_the_list(answerer: Answerer) -> None:
    answer = ask(answerer, Question("which laptop is the cheapest", among=LISTED, may_be_among=True))
    assert answer.product_id == "product:falcon-book-14"


def test_one_is_chosen_by_a_description(answerer: Answerer) -> None:
    question = Question("how heavy is the black one", among=LISTED, described=Description("black", "how heavy is it"))
    assert ask(answerer, question).source_ids == (f"{PRO}#weight",)


def test_of_several_that_fit_it_is_asked_back(answerer: Answerer) -> None:
    three = (BUDS, "product:falcon-book-14", "product:falcon-book-16")
    question = Question("the oak one", among=three, described=Description("oak", "it"))
    answer = ask(answerer, question)
    assert answer.text == "Do you mean the Falcon Book 14 or the Falcon Book 16?"
    assert answer.choices == (Choice(three[1], "Falcon Book 14"), Choice(three[2], "Falcon Book 16"))


def test_what_only_a_description_says_is_found_in_it(answerer: Answerer) -> None:
    listed = ("product:falcon-book-14", "product:falcon-book-16")
    answer = ask(answerer, Question("which one has a quiet fan", among=listed, is_among=True))
    assert (answer.product_id, answer.source_ids) == (listed[0], listed[:1])
    assert answer.text == "That is the Falcon Book 14. A light laptop with a quiet fan."
