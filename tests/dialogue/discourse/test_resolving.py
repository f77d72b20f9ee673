"""What a turn asks after what was said before it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.discourse.resolving import Resolved, resolve, takes_offer
from dialogue.discourse.state import Discourse
from retrieval.question import Description, Question

LISTED = Discourse(("product:a", "product:b"), ("product:a", "product:b"), search=("vacuums", "in red"))


def test_a_turn_that_points_at_nothing_is_asked_as_it_is() -> None:
    state = Discourse(focus="a", told="price")
    assert resolve("how heavy is it", state) == Resolved(Question("how heavy is it", "a", "price"), False)


def test_a_place_in_the_list_is_asked_about() -> None:
    resolved = resolve("how heavy is the second one", LISTED)
    assert (resolved.question.text, resolved.question.product_id) == ("how heavy is it", "product:b")
    assert resolved.is_about_ours


def test_others_are_asked_for_by_the_search_so_far() -> None:
    question = resolve("any others?", LISTED).question
    assert (question.text, question.search, question.without) == ("in red", ("vacuums",), LISTED.shown)
    question = resolve("any other ones from Lark?", LISTED).question
    assert (question.text, question.search) == ("any ones from Lark?", ("vacuums", "in red"))
    assert question.without == LISTED.shown


def test_where_nothing_was_shown_nothing_else_is() -> None:
    assert resolve("anything else?", Discourse()) == Resolved(Question("anything else?"), False)


def test_what_was_listed_is_asked_about() -> None:
    question = resolve("which of them is the lightest", LISTED).question
    assert (question.among, question.is_among) == (LISTED.listed, True)
    question = resolve("which floats then", LISTED).question
    assert (question.among, question.is_among, question.may_be_among) == (LISTED.listed, False, True)
    described = resolve("how heavy is the blue one", LISTED).question.described
    assert described == Description("blue", "how heavy is it")
    plain = resolve("how heavy is it", LISTED).question
    assert not plain.is_among
    assert not plain.may_be_among


@pytest.mark.parametrize("text", ["I don't care about the area", "any area is fine", "the colour does not matter"])
def test_a_wish_that_is_taken_back_is_no_question_about_what_is_spoken_of(text: str) -> None:
    resolved = resolve(text, replace(LISTED, focus="a"))
    assert (resolved.question.product_id, resolved.is_about_ours) == (None, True)
    assert resolve(text, Discourse(focus="a")).question.product_id == "a"


def test_two_things_that_were_spoken_of_are_compared() -> None:
    state = Discourse(spoken=("product:x", "product:y"), focus="y")
    question = resolve("which of the two is cheaper", state).question
    assert (question.among, question.is_among) == (("product:x", "product:y"), True)
    assert resolve("how heavy is it", state).question.among == ()


@pytest.mark.parametrize("text", ["and the mini?", "no, I mean the mini", "what about the mini", "sorry, the mini"])
def test_the_last_question_is_asked_of_another_thing(text: str) -> None:
    state = Discourse(focus="product:a", asked="how heavy is it")
    assert resolve(text, state).question.again == "how heavy is it"
    assert resolve("how much is the mini", state).question.again == ""


def test_a_rule_is_asked_of_something() -> None:
    state = Discourse(entry="faq:discount", asked="is there a discount")
    for text in ("does that go for the tablet?", "and the tandems?", "is it the same for kids"):
        assert resolve(text, state).question.entry == "faq:discount"
    for text in ("and do you have tandems", "how much is the tablet"):
        assert resolve(text, state).question.entry == ""


def test_a_yes_takes_what_was_offered() -> None:
    state = replace(LISTED, offers_more=True)
    assert takes_offer("yes please", state)
    assert resolve("yes please", state).question.without == LISTED.shown
    assert not takes_offer("yes please", LISTED)
    assert not takes_offer("yes, is it red", state)


@pytest.mark.parametrize("text", ["the second one", "the mini", "mini", "I mean the Mini"])
def test_a_choice_answers_the_question_that_waits(text: str) -> None:
    state = Discourse(choices=(("product:a", "Slate Pro"), ("product:b", "Slate Mini")), open="how heavy is it")
    assert takes_offer(text, state)
    question = resolve(text, state).question
    assert (question.text, question.product_id) == ("how heavy is it", "product:b")
    assert not takes_offer("do you have kettles", state)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_turn_has_a_question(text: str, search: list[str]) -> None:
    state = Discourse(shown=("product:a",), search=tuple(search))
    question = resolve(text, state).question
    assert {question.text, *question.search} >= set(search)
