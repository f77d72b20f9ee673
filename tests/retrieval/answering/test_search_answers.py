"""What searches find over the tiny shop, and what is left after what was shown."""

from dataclasses import replace

from retrieval.answering.answerer import Answerer
from retrieval.answering.refusals import NO_OTHERS
from retrieval.question import Answer, Question


def ask(answerer: Answerer, question: Question) -> Answer:
    answer = answerer.answer(question)
    assert answer is not None
    return answer


def test_others_come_after_what_was_shown_until_there_are_none(answerer: Answerer) -> None:
    first = ask(answerer, Question("do you have earbuds"))
    assert first.search == ("do you have earbuds",)
    (one, *rest) = first.source_ids
    others = ask(answerer, Question("do you have earbuds", without=(one,)))
    assert set(others.source_ids) == set(rest)
    assert others.text.startswith("We also have")
    none = ask(answerer, Question("do you have earbuds", without=first.source_ids))
    assert (none.text, none.source_ids) == (NO_OTHERS, ())


def test_others_keep_what_was_said_of_the_search(answerer: Answerer) -> None:
    first = ask(answerer, Question("do you have earbuds"))
    more = Question("any earbuds", search=("do you have earbuds",), without=first.source_ids[:1])
    others = ask(answerer, more)
    assert others.source_ids == first.source_ids[1:]
    assert others.search == ("do you have earbuds", "any earbuds")
    laptops = ask(answerer, replace(more, text="any laptops"))
    assert not set(laptops.source_ids) & set(first.source_ids)
    assert laptops.search == ("any laptops",)


def test_without_a_search_others_are_of_the_kind_that_is_spoken_of(answerer: Answerer) -> None:
    question = Question("anything else like that", "product:pulse-buds-2", without=("product:pulse-buds-2",))
    assert ask(answerer, question).source_ids == ("product:pulse-buds-pro",)
