"""What a turn asks after what was said before it."""

from hypothesis import given
from hypothesis import strategies as st

from dialogue.discourse.resolving import Resolved, resolve
from dialogue.discourse.state import Discourse
from retrieval.question import Question

LISTED = Discourse(("product:a", "product:b"), ("product:a", "product:b"), None, None, ("vacuums", "in red"))


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


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_turn_has_a_question(text: str, search: list[str]) -> None:
    state = Discourse(shown=("product:a",), search=tuple(search))
    question = resolve(text, state).question
    assert {question.text, *question.search} >= set(search)
