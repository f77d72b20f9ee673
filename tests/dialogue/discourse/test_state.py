"""What a conversation remembers, and how it is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.discourse.state import MOST_SHOWN, Discourse
from retrieval.question import Answer, Choice, Description, Question

IDS = st.sampled_from([f"product:{number}" for number in range(8)])
SOURCES = IDS | IDS.map(lambda each: f"{each}#price") | st.just("faq:delivery")
TEXTS = st.lists(st.text(), max_size=3).map(tuple)
ANSWERS = st.builds(
    Answer,
    st.text(),
    st.lists(SOURCES, max_size=4).map(tuple),
    st.none() | IDS,
    st.none(),
    st.floats(0, 1),
    TEXTS,
)
STATES = st.builds(
    Discourse,
    listed=TEXTS,
    shown=TEXTS,
    focus=st.none() | st.text(min_size=1),
    told=st.none() | st.text(min_size=1),
    search=TEXTS,
    wider=TEXTS,
    spoken=TEXTS,
    entry=st.text(),
    asked=st.text(),
    offers_more=st.booleans(),
    choices=st.lists(st.tuples(st.text(), st.text()), max_size=3).map(tuple),
    open=st.text(),
)


@given(STATES)
def test_it_comes_back_from_json_as_it_was(state: Discourse) -> None:
    assert Discourse.from_dict(json.loads(json.dumps(state.as_dict()))) == state


@pytest.mark.parametrize("written", [None, [], "x", {"version": 99, "focus": "a"}, {"focus": "a"}])
def test_what_it_cannot_read_is_nothing(written: object) -> None:
    assert Discourse.from_dict(written) == Discourse()


def test_parts_of_a_wrong_type_are_left_out() -> None:
    assert Discourse.from_dict({"version": 1, "listed": ["a", 2], "focus": 3, "search": 4}) == Discourse(("a",))


@given(STATES, st.lists(ANSWERS, max_size=6))
def test_whatever_is_answered_all_that_was_named_counts_as_shown(state: Discourse, answers: list[Answer]) -> None:
    for answer in answers:
        state = state.after(Question("?"), answer)
        named = {source.partition("#")[0] for source in answer.source_ids if source.startswith("product:")}
        assert named <= set(state.shown)
        assert len(set(state.shown) & named) == len(named)
        assert len(state.shown) <= MOST_SHOWN


def test_a_list_takes_the_focus_and_an_entry_takes_nothing() -> None:
    listed = Answer("Two.", ("product:a", "product:b"), None, None, 1.0, ("vacuums",))
    after = Discourse(focus="product:c", told="price").after(Question("vacuums"), listed)
    assert (after.listed, after.shown, after.focus, after.told) == (listed.source_ids, listed.source_ids, None, None)
    about = Answer("3 kg.", ("product:b#weight",), "b", "B", 1.0)
    after = after.after(Question("how heavy is the second one"), about)
    assert (after.focus, after.told, after.listed) == ("b", "weight", ("product:a", "product:b"))
    rule = Answer("In three days.", ("faq:delivery",), None, None, 1.0)
    quoted = after.after(Question("when"), rule)
    assert (quoted.focus, quoted.told, quoted.listed) == (after.focus, after.told, after.listed)
    assert (quoted.entry, quoted.asked) == ("faq:delivery", "when")
    assert quoted.after(Question("how heavy"), about).entry == ""


def test_what_was_chosen_from_a_list_leaves_it_at_hand() -> None:
    ids = ("product:a", "product:b", "product:c")
    state = Discourse().after(Question("kettles"), Answer("Three.", ids, None, None, 1.0))
    assert (state.listed, state.wider) == (ids, ())
    state = state.after(
        Question("which float"), Answer("Two.", (f"{ids[0]}#floats", f"{ids[2]}#floats"), None, None, 1)
    )
    assert (state.listed, state.wider) == ((ids[0], ids[2]), ids)
    state = state.after(Question("pots"), Answer("Two.", ("product:x", "product:y"), None, None, 1.0))
    assert state.wider == ()


def test_what_it_asked_back_waits_for_one_answer() -> None:
    asking = Answer("A or B?", (), None, None, 0.8, choices=(Choice("product:a", "A"), Choice("product:b", "B")))
    state = Discourse().after(Question("how heavy is it"), asking)
    assert (state.choices, state.open) == ((("product:a", "A"), ("product:b", "B")), "how heavy is it")
    assert state.after(Question("x"), Answer("3 kg.", ("product:b#weight",), "b", "B", 1.0)).choices == ()


def test_the_search_goes_on_until_there_is_another() -> None:
    state = Discourse(search=("vacuums",))
    about = Answer("3 kg.", ("product:b#weight",), "b", "B", 1.0)
    assert state.after(Question("how heavy"), about).search == ("vacuums",)
    other = Answer("One.", ("product:b",), "b", "B", 1.0, ("kettles",))
    assert state.after(Question("kettles"), other).search == ("kettles",)
    picked = Question("the red one", described=Description("red", "it"))
    assert state.after(picked, other).search == ("vacuums",)


def test_two_things_spoken_of_in_turn_are_a_pair_unless_they_are_of_one_list() -> None:
    first, second = (Answer("3 kg.", (f"product:{name}#weight",), name, name, 1.0) for name in "ab")
    state = Discourse().after(Question("how heavy is a"), first)
    assert state.pair() == ()
    state = state.after(Question("and b"), second)
    assert state.pair() == ("product:a", "product:b")
    assert state.after(Question("and a"), first).pair() == ("product:b", "product:a")
    listed = Answer("Two.", ("product:a", "product:b"), None, None, 1.0)
    state = state.after(Question("which are there"), listed)
    assert state.after(Question("a"), first).after(Question("b"), second).pair() == ()
