import pytest

from dialogue.tools.bindings import WHOLE, Binding
from dialogue.tools.outputs import Effects, effects_of, read_output

SLOTS = frozenset({"state", "day", "record"})


def bound(sets: dict[str, str] | None = None, says: str | None = None) -> Binding:
    return Binding("look", "action", "action_look", None, sets, says)


def test_slots_named_like_the_keys_are_set_where_nothing_else_is_said() -> None:
    effects = effects_of('{"state": "sent", "other": 1}', None, SLOTS)
    assert effects.slots == {"state": "sent"}
    assert effects.variables["other"] == 1


def test_a_binding_says_which_key_a_slot_is_set_from() -> None:
    sets = {"state": "order.state", "record": WHOLE}
    assert effects_of('{"order": {"state": "sent"}}', bound(sets, "utter_state"), SLOTS) == Effects(
        {"state": "sent", "record": {"order": {"state": "sent"}}},
        "utter_state",
        {"output": '{"order": {"state": "sent"}}', "order": {"state": "sent"}},
    )


@pytest.mark.parametrize("output", ["sent", '{"state": 1}', "[1]", "null", ""])
def test_what_an_output_lacks_is_told_and_sets_nothing(output: str) -> None:
    effects = effects_of(output, bound({"day": "order.day"}), SLOTS)
    assert effects.slots == {}
    assert "'order.day'" in effects.complaints[0]


def test_a_slot_that_the_domain_lacks_is_told() -> None:
    assert "'unknown'" in effects_of("{}", bound({"unknown": WHOLE}), SLOTS).complaints[0]


def test_an_output_can_be_null_at_a_key() -> None:
    assert effects_of('{"day": null}', bound({"day": "day"}), SLOTS).slots == {"day": None}


def test_no_variable_takes_the_place_of_rasas_own() -> None:
    assert effects_of('{"tracker": 1, "self": 2}', None, SLOTS).variables == {"output": '{"tracker": 1, "self": 2}'}


def test_an_output_that_is_too_long_is_told_and_not_read() -> None:
    effects = effects_of('{"state": "' + "x" * 20_000 + '"}', bound({"state": "state"}, "utter_state"), SLOTS)
    assert (effects.slots, effects.variables, effects.says) == ({}, {}, "utter_state")
    assert "20,013" in effects.complaints[0]


@pytest.mark.parametrize("output", ["COMPLETED", "NaN", "[" * 20_000, "{" * 90, "{a: 1}", "{'a': {1, 2}}", "[1e999]"])
def test_what_is_no_json_is_a_text(output: str) -> None:
    assert read_output(output) == output


@pytest.mark.parametrize("output", ['{"a": [1, null, true]}', "{'a': [1, None, True]}"])
def test_json_is_read_and_so_is_what_python_clients_write(output: str) -> None:
    assert read_output(output) == {"a": [1, None, True]}
