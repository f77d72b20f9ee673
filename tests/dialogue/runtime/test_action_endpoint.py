"""How actions are run for Rasa, and what becomes of their errors."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from dialogue.quiet import quiet_imports
from dialogue.runtime.action_endpoint import InProcessActionEndpoint

with quiet_imports():
    from rasa.utils.endpoints import ClientResponseError

pytestmark = pytest.mark.heavy


Run = Callable[[CollectingDispatcher, Tracker, dict[str, Any]], list[dict[str, Any]]]


def saying(text: str) -> Run:
    """Make an action that says a text."""

    def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        dispatcher.utter_message(text=text)
        return []

    return run


def raising(error: Exception) -> Run:
    """Make an action that fails."""

    def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        raise error

    return run


class Elsewhere:
    """A server of actions: says so, or answers with an error's status."""

    url = "http://elsewhere"

    def __init__(self, status: int = 200) -> None:
        self._status = status

    async def request(self, *arguments: Any, **kwargs: Any) -> Any:
        if self._status >= 400:
            raise ClientResponseError(self._status, "refused", "{}")
        return {"events": [], "responses": [{"text": f"{kwargs['json']['next_action']} elsewhere"}]}


def endpoint(actions: Mapping[str, Run], server: Elsewhere | None = None) -> InProcessActionEndpoint:
    executor = ActionExecutor()
    for name, run in actions.items():
        executor.register_function(name, run)
    return InProcessActionEndpoint(executor, server)


async def texts(endpoint: InProcessActionEndpoint, action: str, conversation_id: str = "me") -> list[str]:
    tracker = {"sender_id": conversation_id, "slots": {}, "latest_message": {}, "events": []}
    call = {"sender_id": conversation_id, "next_action": action, "tracker": tracker, "domain": {}}
    answer = await endpoint.request(json=call)
    return [response["text"] for response in answer["responses"]]


async def test_an_action_runs_here_where_it_is_known_and_else_on_the_server() -> None:
    actions = endpoint({"action_a": saying("a here")}, Elsewhere())
    assert await texts(actions, "action_a") == ["a here"]
    assert await texts(actions, "action_b") == ["action_b elsewhere"]
    assert actions.take_failure("me") is None


async def test_the_first_error_of_a_turn_is_kept_for_its_conversation_and_taken_once() -> None:
    first, second = ValueError("first"), ValueError("second")
    actions = endpoint({"action_a": raising(first), "action_b": raising(second), "action_c": saying("c here")})
    for action in ("action_a", "action_b"):
        with pytest.raises(ValueError, match=r"first|second"):
            await texts(actions, action)
    assert await texts(actions, "action_c") == ["c here"]
    assert actions.take_failure("you") is None
    assert actions.take_failure("me") is first
    assert actions.take_failure("me") is None


async def test_an_action_that_nobody_has_is_an_error() -> None:
    actions = endpoint({"action_a": saying("a here")})
    with pytest.raises(Exception, match="action_b"):
        await texts(actions, "action_b")
    assert "action_b" in repr(actions.take_failure("me"))


async def test_a_rejection_is_told_to_rasa_and_is_no_error() -> None:
    actions = endpoint({"action_a": raising(ActionExecutionRejection("action_a", "not now"))})
    with pytest.raises(ClientResponseError) as raised:
        await texts(actions, "action_a")
    assert raised.value.status == 400
    assert json.loads(raised.value.text) == {"action_name": "action_a", "error": "not now"}
    assert actions.take_failure("me") is None


@pytest.mark.parametrize(("status", "failed"), [(400, False), (500, True)])
async def test_a_server_may_reject_and_fail_as_well(status: int, failed: bool) -> None:
    actions = endpoint({}, Elsewhere(status))
    with pytest.raises(ClientResponseError):
        await texts(actions, "action_a")
    assert (actions.take_failure("me") is not None) == failed


async def test_only_answers_are_given_in_a_conversation_whose_actions_are_skipped() -> None:
    actions = endpoint({"action_a": saying("a here"), "action_answer_question": saying("an answer")})
    actions.skip_in("me")
    assert await texts(actions, "action_a") == []
    assert await texts(actions, "action_answer_question") == ["an answer"]
    assert await texts(actions, "action_a", "you") == ["a here"]
    actions.skip_in(None)
    assert await texts(actions, "action_a") == ["a here"]
