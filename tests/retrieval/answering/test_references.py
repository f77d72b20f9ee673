"""What questions point at among the things that were shown, over the tiny shop."""

import pytest

from retrieval.answering.answerer import Answerer
from retrieval.question import Answer, Description, Question

BUDS, PRO = "product:pulse-buds-2", "product:pulse-buds-pro"


def ask(answerer: Answerer, question: Question) -> Answer:
    answer = answerer.answer(question)
    assert answer is not None
    return answer


@pytest.mark.parametrize("text", ["the pro", "and the pro?"])
def test_a_part_of_a_name_means_the_namesake_of_what_is_spoken_of(answerer: Answerer, text: str) -> None:
    answer = ask(answerer, Question(text, BUDS, "weight", again="how heavy is it"))
    assert answer.source_ids == (f"{PRO}#weight",)
    assert answer.question == "how heavy is it"


def test_the_last_question_is_asked_of_another_thing(answerer: Answerer) -> None:
    answer = ask(answerer, Question("and the falcon book 16?", BUDS, again="how much is it"))
    assert answer.source_ids == ("product:falcon-book-16#price",)


def test_what_asks_for_something_of_its_own_does_not_repeat_the_last_question(answerer: Answerer) -> None:
    answer = ask(answerer, Question("and how heavy is the falcon book 14?", BUDS, again="how much is it"))
    assert answer.source_ids == ("product:falcon-book-14#weight",)


def test_a_description_looks_at_the_list_that_things_were_chosen_from(answerer: Answerer) -> None:
    wider = (BUDS, PRO, "product:falcon-book-14")
    question = Question("the oak one", among=(BUDS, PRO), wider=wider, described=Description("oak", "how heavy is it"))
    assert ask(answerer, question).source_ids == ("product:falcon-book-14#weight",)
