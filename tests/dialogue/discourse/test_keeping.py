"""Where a conversation's memory is found."""

from dialogue.discourse.keeping import DISCOURSE, discourse_of
from dialogue.discourse.state import Discourse

STATE = Discourse(("product:a", "product:b"), ("product:a", "product:b"), search=("vacuums",))
ANSWER = {"event": "bot", "text": "Two.", "metadata": {DISCOURSE: STATE.as_dict()}}
SAID = {"event": "bot", "text": "Hello.", "metadata": {}}


def test_the_last_answer_has_it() -> None:
    assert discourse_of([SAID, {"event": "user", "text": "thanks"}, ANSWER], {}) == STATE
    assert discourse_of([SAID], {}) == Discourse()


def test_what_the_slots_say_counts() -> None:
    state = discourse_of([ANSWER], {"product_id": "c", "told": "price"})
    assert (state.focus, state.told, state.listed) == ("c", "price", STATE.listed)
    focused = {"event": "bot", "metadata": {DISCOURSE: Discourse(focus="a").as_dict()}}
    assert discourse_of([focused], {"product_id": None}).focus is None
    assert discourse_of([focused], {}).focus == "a"


def test_a_list_of_the_project_s_own_counts() -> None:
    own = {"event": "bot", "text": "Two.", "data": {"custom": {"source_ids": ["product:a#price", "product:c"]}}}
    assert discourse_of([own, ANSWER], {}).listed == ("product:a", "product:c")


def test_a_new_beginning_forgets() -> None:
    for event in ("restart", "session_started", "reset_slots"):
        assert discourse_of([{"event": event}, ANSWER], {}) == Discourse()
