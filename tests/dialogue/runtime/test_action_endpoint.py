"""How actions are run for Rasa, and what becomes of their errors."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from dialogue.errors import ActionError
from dialogue.quiet import quiet_imports
from dialogue.runtime.action_endpoint import InProcessActionEndpoint
from dialogue.runtime.action_threads import ActionThreads

with quiet_imports():
    from rasa.utils.endpoints import ClientResponseError

pytestmark = pytest.mark.heavy


Run: TypeAlias = Callable[[CollectingDispatcher, Tracker, dict[str, Any]], object]
HERE = Path(__file__).parent


def saying(text: str) -> Run:
    """Make an action that says a text."""

    def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> object:
        dispatcher.utter_message(text=text)
        return []

    return run


def raising(error: BaseException) -> Run:
    """Make an action that fails."""

    def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> object:
        raise error  # here

    return run


LINE_OF_RAISE = next(
    number for number, line in enumerate(Path(__file__).read_text("utf-8").splitlines(), 1) if "# here" in line
)


class Elsewhere:
    """A server of actions: says so, or answers with an error's status."""

    url = "http://elsewhere"

    def __init__(self, status: int = 200, said: object = None) -> None:
        self._status = status
        self._said = said

    async def request(self, *arguments: Any, **kwargs: Any) -> Any:
        if self._status >= 400:
            raise ClientResponseError(self._status, "refused", "{}")
        if self._said is not None:
            return self._said
        return {"events": [], "responses": [{"text": f"{kwargs['json']['next_action']} elsewhere"}]}


def endpoint(
    actions: Mapping[str, Run], server: Elsewhere | None = None, timeout_seconds: float = 30
) -> InProcessActionEndpoint:
    executor = ActionExecutor()
    for name, run in actions.items():
        executor.register_function(name, run)
    return InProcessActionEndpoint(executor, ActionThreads(timeout_seconds), server, HERE)


DOMAIN: dict[str, Any] = {"slots": {"colour": {"type": "text"}}}


async def texts(endpoint: InProcessActionEndpoint, action: str, conversation_id: str = "me") -> list[str]:
    tracker = {"sender_id": conversation_id, "slots": {}, "latest_message": {}, "events": []}
    call = {"sender_id": conversation_id, "next_action": action, "tracker": tracker, "domain": DOMAIN}
    answer = await endpoint.request(json=call)
    return [response["text"] for response in answer["responses"]]


async def test_an_action_runs_here_where_it_is_known_and_else_on_the_server() -> None:
    actions = endpoint({"action_a": saying("a here")}, Elsewhere())
    assert await texts(actions, "action_a") == ["a here"]
    assert await texts(actions, "action_b") == ["action_b elsewhere"]
    assert actions.take_failure("me") is None


async def test_the_first_error_of_a_turn_is_kept_for_its_conversation_and_taken_once() -> None:
    actions = endpoint(
        {"action_a": raising(ValueError()), "action_b": raising(KeyError()), "action_c": saying("c here")}
    )
    for action in ("action_a", "action_b"):
        with pytest.raises(ActionError, match=action):
            await texts(actions, action)
    assert await texts(actions, "action_c") == ["c here"]
    assert actions.take_failure("you") is None
    assert actions.has_failed("me")
    assert "action_a" in str(actions.take_failure("me"))
    assert not actions.has_failed("me")
    assert actions.take_failure("me") is None


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError])
async def test_what_an_action_raised_is_reported_by_its_kind_and_line_and_not_by_its_text(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    actions = endpoint({"action_a": raising(error("my secret\nINJECTED"))})
    with pytest.raises(
        ActionError, match=f"action_a.*{error.__name__}.*{Path(__file__).name}:{LINE_OF_RAISE}"
    ) as raised:
        await texts(actions, "action_a")
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert f"{__file__}:{LINE_OF_RAISE}" in caplog.text
    assert "secret" not in caplog.text


async def test_an_action_that_takes_too_long_is_given_up_with_the_line_where_it_was() -> None:
    unblocked = threading.Event()

    def block(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> object:
        return unblocked.wait()

    actions = endpoint({"action_a": block}, timeout_seconds=0.05)
    line = block.__code__.co_firstlineno + 1
    with pytest.raises(ActionError, match=rf"action_a.*0\.05.*{Path(__file__).name}:{line}"):
        await texts(actions, "action_a")
    unblocked.set()


async def test_an_action_may_be_asynchronous() -> None:
    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> object:
        await asyncio.to_thread(dispatcher.utter_message, text="awaited")
        return []

    assert await texts(endpoint({"action_a": run}), "action_a") == ["awaited"]


async def test_an_action_cannot_change_the_domain_or_the_slots_for_others() -> None:
    def spoil(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> object:
        dispatcher.utter_message(text=str(domain["slots"]) + str(tracker.slots))
        domain["slots"].clear()
        tracker.slots["colour"] = "red"
        return []

    actions = endpoint({"action_a": spoil})
    assert await texts(actions, "action_a") == await texts(actions, "action_a") == [str(DOMAIN["slots"]) + "{}"]


async def test_garbage_that_an_action_returns_is_left_out_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> object:
        dispatcher.utter_message(text="said")
        return "garbage"

    assert await texts(endpoint({"action_a": run}), "action_a") == ["said"]
    (message,) = caplog.messages
    assert f"{__file__}:{run.__code__.co_firstlineno}" in message


async def test_an_event_that_rasa_does_not_know_fails_its_action() -> None:
    actions = endpoint({"action_a": lambda dispatcher, tracker, domain: [{"event": "nonsense"}]})
    with pytest.raises(ActionError, match=rf"action_a.*{Path(__file__).name}"):
        await texts(actions, "action_a")


async def test_an_action_that_nobody_has_is_an_error() -> None:
    actions = endpoint({"action_a": saying("a here")})
    with pytest.raises(ActionError, match="action_b"):
        await texts(actions, "action_b")
    assert "action_b" in repr(actions.take_failure("me"))


async def test_a_rejection_goes_to_rasa_and_is_no_error() -> None:
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


async def test_what_a_server_answers_is_checked_as_well() -> None:
    said = {"events": "garbage", "responses": [{"text": 7}]}
    assert await texts(endpoint({}, Elsewhere(said=said)), "action_a") == ["7"]
    with pytest.raises(ActionError, match="action_a"):
        await texts(endpoint({}, Elsewhere(said={"events": [{"event": "nonsense"}]})), "action_a")


class Silent(Elsewhere):
    """A server of actions that does not answer."""

    async def request(self, *arguments: Any, **kwargs: Any) -> Any:
        await asyncio.Event().wait()


async def test_a_server_that_does_not_answer_is_given_up() -> None:
    with pytest.raises(ActionError, match=r"action_a.*0\.05"):
        await texts(endpoint({}, Silent(), timeout_seconds=0.05), "action_a")


async def test_only_answers_are_given_in_a_conversation_whose_actions_are_skipped() -> None:
    actions = endpoint({"action_a": saying("a here"), "action_answer_question": saying("an answer")})
    with actions.skipped_in("me"), actions.skipped_in("another"):
        assert await texts(actions, "action_a") == []
        assert await texts(actions, "action_answer_question") == ["an answer"]
        assert await texts(actions, "action_a", "you") == ["a here"]
    assert await texts(actions, "action_a") == ["a here"]
