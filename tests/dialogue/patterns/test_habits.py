"""What a project does by itself, found in its rules and stories."""

from hypothesis import given
from hypothesis import strategies as st

from dialogue.patterns.habits import Habits, TaughtTurn, habits_of

NAMES = st.sampled_from(["a", "b", "c"])
TURNS = st.builds(
    TaughtTurn,
    NAMES,
    st.lists(NAMES, max_size=2).map(tuple),
    st.sampled_from(["", "form"]),
    st.sampled_from(["", "form"]),
    st.booleans(),
    st.booleans(),
)


def test_a_rule_says_the_answer_and_a_story_only_where_it_is_mostly_so() -> None:
    turns = [
        TaughtTurn("greet", ("utter_hi",), of_rule=True, free=True),
        *[TaughtTurn("greet", ("utter_hello",))] * 9,
        *[TaughtTurn("price", ("action_price",))] * 3,
        TaughtTurn("price", ("utter_sorry",)),
        *[TaughtTurn("mood", ("utter_a",)), TaughtTurn("mood", ("utter_b",))],
    ]
    habits = habits_of(turns, [])
    assert habits.answers == {"greet": ("utter_hi",), "price": ("action_price",)}
    assert set(habits.known) == {"greet", "price", "mood"}


def test_forms_are_begun_and_have_turns_of_their_own() -> None:
    turns = [
        TaughtTurn("order", ("order_form",), starts="order_form", of_rule=True, free=True),
        TaughtTurn("why", ("utter_why", "order_form"), loop="order_form", of_rule=True),
        TaughtTurn("inform", ("order_form",), loop="order_form"),
    ]
    habits = habits_of(turns, [("order_form", ("action_done",)), ("order_form", ("action_done",)), ("order_form", ())])
    assert habits.starts == {"order": "order_form"}
    assert habits.in_loop == {"order_form": ("why",)}
    assert habits.after == {"order_form": ("action_done",)}
    assert "order" not in habits.answers


@given(st.lists(TURNS), st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=2).map(tuple))))
def test_habits_are_read_as_they_were_written(turns: list[TaughtTurn], ends: list[tuple[str, tuple[str, ...]]]) -> None:
    habits = habits_of(turns, ends)
    assert Habits.from_dict(habits.as_dict()) == habits
    assert not set(habits.answers) & set(habits.starts)


def test_an_intent_of_rules_with_conditions_begins_the_one_form_that_any_of_them_begins() -> None:
    turns = [
        TaughtTurn("order", ("order_form",), starts="order_form", of_rule=True),
        TaughtTurn("order", ("action_tell",), of_rule=True),
        TaughtTurn("book", ("table_form",), starts="table_form", of_rule=True),
        TaughtTurn("book", ("room_form",), starts="room_form", of_rule=True),
    ]
    habits = habits_of(turns, [])
    assert (habits.starts, habits.answers) == ({"order": "order_form"}, {})
