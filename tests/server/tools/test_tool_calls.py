import pytest

from dialogue.client_tools import ToolOutput
from server.tools.tool_calls import CALL, OUTPUT, ToolCalls, UnknownCall


def with_calls(*call_ids: str) -> ToolCalls:
    calls = ToolCalls()
    for call_id in call_ids:
        calls.added(f"item of {call_id}", CALL, {"call_id": call_id, "name": f"do {call_id}"}, by_response=True)
    return calls


def returned(calls: ToolCalls, call_id: str, output: str = "done", item_id: str = "") -> None:
    fields = {"call_id": call_id, "output": output}
    calls.outputs_among([(OUTPUT, fields)])
    calls.added(item_id or f"output of {call_id}", OUTPUT, fields)


def taken(calls: ToolCalls, *, user_spoke: bool = False) -> list[ToolOutput]:
    return [entry.output for entry in calls.take(user_spoke=user_spoke)]


def test_an_output_is_taken_once() -> None:
    calls = with_calls("a")
    waited = calls.waits
    returned(calls, "a")
    assert (waited, calls.waits) == (True, False)
    assert taken(calls) == [ToolOutput("do a", "done")]
    assert taken(calls) == []


def test_outputs_are_taken_when_all_are_there_in_their_order() -> None:
    calls = with_calls("a", "b")
    returned(calls, "b")
    assert taken(calls) == []
    returned(calls, "a")
    assert [output.name for output in taken(calls)] == ["do b", "do a"]


def test_who_speaks_does_not_wait_for_what_is_open_and_it_still_counts_later() -> None:
    calls = with_calls("a", "b")
    returned(calls, "a")
    assert [output.name for output in taken(calls, user_spoke=True)] == ["do a"]
    returned(calls, "b")
    assert [output.name for output in taken(calls)] == ["do b"]


def test_an_output_for_no_call_is_refused_with_its_id() -> None:
    with pytest.raises(UnknownCall, match="'b'"):
        returned(with_calls("a"), "b")


def test_outputs_elsewhere_have_their_calls_beside_them_or_in_the_conversation() -> None:
    own = [(CALL, {"call_id": "x", "name": "look"}), (OUTPUT, {"call_id": "x", "output": "1"}), ("message", {})]
    both = [*own, (OUTPUT, {"call_id": "a", "output": "2"})]
    assert with_calls("a").outputs_among(both) == (ToolOutput("look", "1"), ToolOutput("do a", "2"))
    assert ToolCalls().outputs_among([(CALL, {"name": "look"}), ("message", {})]) == ()


def test_a_second_output_of_a_call_counts_too() -> None:
    calls = with_calls("a")
    returned(calls, "a", "one", "first")
    returned(calls, "a", "two", "second")
    assert [output.output for output in taken(calls)] == ["one", "two"]


def test_a_clients_own_history_is_known_and_waits_for_nothing() -> None:
    calls = ToolCalls()
    calls.added("old", CALL, {"call_id": "a", "name": "look"})
    assert not calls.waits
    returned(calls, "a")
    assert taken(calls) == []


def test_what_is_deleted_is_forgotten() -> None:
    calls = with_calls("a", "b")
    returned(calls, "a")
    calls.removed("output of a")
    calls.removed("item of b")
    calls.removed("some message")
    assert not calls.waits
    assert taken(calls) == []
    with pytest.raises(UnknownCall):
        returned(calls, "b")


def test_outputs_that_were_given_back_come_first() -> None:
    calls = with_calls("a", "b")
    returned(calls, "a")
    first = calls.take(user_spoke=True)
    returned(calls, "b")
    calls.give_back(first)
    assert [output.name for output in taken(calls)] == ["do a", "do b"]
    calls.removed("item of a")
    calls.give_back(first)
    assert taken(calls) == []
