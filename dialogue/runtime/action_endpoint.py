"""Where Rasa sends its custom actions: to the project's own code in this process, or to a server of actions."""

import asyncio
import copy
import inspect
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from dialogue.answer_manners import ANSWER_ACTIONS
from dialogue.errors import ActionError
from dialogue.quiet import quiet_imports
from dialogue.runtime.action_results import ActionResult, checked
from dialogue.runtime.action_threads import ActionThreads, Raised, Returned

with quiet_imports():
    from rasa.utils.endpoints import ClientResponseError, EndpointConfig

logger = logging.getLogger(__name__)

REJECTED = 400
"""The HTTP status by which an action server says that an action does not apply; Rasa then takes another one."""


class InProcessActionEndpoint(EndpointConfig):
    """Runs the actions it knows here, on `threads`; hands the others to `server`, the project's own, if any.

    The answering actions are ours and run on Rasa's loop. Rasa logs what an action raises, whatever it is, and carries
    on. So each action runs as a task, which keeps what it raised for the turn to ask for. What an exception says may be
    a secret: it is logged at debug level only. Used on one event loop only.
    """

    def __init__(
        self,
        executor: ActionExecutor,
        threads: ActionThreads,
        server: EndpointConfig | None = None,
        project_dir: Path | None = None,
    ) -> None:
        super().__init__(url=server.url if server else "in-process")
        self._executor = executor
        self._threads = threads
        self._server = server
        self._project_dir = project_dir
        self._calls: dict[str, list[asyncio.Task[Any]]] = {}
        self._skipped_in: set[str] = set()
        self._domain: tuple[object, bytes] = None, b""

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Answer one action call, in the form of the action server's HTTP interface."""
        call = kwargs["json"]
        conversation_id, action = call["sender_id"], call["next_action"]
        if conversation_id in self._skipped_in and action not in ANSWER_ACTIONS:
            return {"events": [], "responses": []}
        if self._server is not None and action not in self._executor.actions:
            answering = self._ask_server(
                self._server.request(method, subpath, content_type, compress, **kwargs), action
            )
        else:
            answering = self._run_here(call)
        running = asyncio.create_task(answering)
        self._calls.setdefault(conversation_id, []).append(running)
        return await running

    async def _ask_server(self, answering: Any, action: str) -> Any:
        try:
            async with asyncio.timeout(self._threads.timeout_seconds):
                answer = await answering
        except TimeoutError:
            raise self._failed(action, f"no answer within {self._threads.timeout_seconds} s") from None
        answer = answer if isinstance(answer, dict) else {}
        try:
            return self._accepted(action, checked(answer.get("events"), answer.get("responses")), "its server")
        except ActionError as error:
            raise self._failed(action, str(error)) from None

    async def _run_here(self, call: dict[str, Any]) -> Any:
        name = call["next_action"]
        run = self._executor.actions.get(name)
        if run is None:
            raise ActionError(f"nobody has the action {name!r}: write it, or take it out of the domain")
        if name in ANSWER_ACTIONS:
            return await self._executor.run(call)
        defined = _definition(run)
        match await self._threads.run(partial(_carry_out, run, self._isolated(call))):
            case Returned(result):
                return self._accepted(name, result, defined)
            case Raised(ActionExecutionRejection() as rejection):
                refusal = {"error": str(rejection), "action_name": rejection.action_name}
                raise ClientResponseError(REJECTED, str(rejection), json.dumps(refusal))
            case Raised(ActionError() as error):
                raise self._failed(name, f"{error}, at {defined}")
            case Raised(error):
                logger.debug("what the action %s raised", name, exc_info=error)
                place = self._place(traceback.extract_tb(error.__traceback__)) or defined
                raise self._failed(name, f"{type(error).__name__} at {place}")
            case timed_out:
                place = self._place(timed_out.frames) or defined
                raise self._failed(name, f"no end within {self._threads.timeout_seconds} s at {place}")

    def _isolated(self, call: dict[str, Any]) -> dict[str, Any]:
        """Return the call with nothing in it that Rasa goes on with: an action may write into what it is given.

        The events alone are shared, since there may be thousands.
        """
        tracker = {key: value if key == "events" else copy.deepcopy(value) for key, value in call["tracker"].items()}
        domain = call.get("domain", {})
        if domain is not self._domain[0]:
            self._domain = domain, pickle.dumps(domain)
        return {**call, "tracker": tracker, "domain": pickle.loads(self._domain[1])}

    def _accepted(self, action: str, result: ActionResult, place: str) -> dict[str, Any]:
        for complaint in result.complaints:
            logger.warning("action %r, at %s: %s", action, place, complaint)
        return result.as_answer()

    def _failed(self, action: str, why: str) -> ActionError:
        logger.error("the action %r failed: %s", action, why)
        return ActionError(f"the action {action!r} failed: {why}")

    def _place(self, frames: Iterable[traceback.FrameSummary]) -> str | None:
        """Return the innermost line of the project's."""
        if self._project_dir is None:
            return None
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(self._project_dir)]
        return f"{own[-1].filename}:{own[-1].lineno}" if own else None

    @contextmanager
    def skipped_in(self, conversation_id: str) -> Iterator[None]:
        """Let the project's own actions do nothing in that conversation until the end of the block."""
        self._skipped_in.add(conversation_id)
        try:
            yield
        finally:
            self._skipped_in.discard(conversation_id)

    def has_failed(self, conversation_id: str) -> bool:
        """Return whether `take_failure` has an error for this conversation."""
        return self._failure_of(conversation_id) is not None

    def take_failure(self, conversation_id: str) -> BaseException | None:
        """Return the first error of the actions that ran in this conversation since the last call; a rejection is no
        error.
        """
        failure = self._failure_of(conversation_id)
        self._calls.pop(conversation_id, None)
        return failure

    def _failure_of(self, conversation_id: str) -> BaseException | None:
        ended = (call for call in self._calls.get(conversation_id, ()) if call.done() and not call.cancelled())
        return next((error for call in ended if (error := call.exception()) and not _is_rejection(error)), None)


async def _carry_out(run: Callable[..., Any], call: dict[str, Any]) -> ActionResult:
    """Run an action and check what comes of it, on the action's thread."""
    dispatcher = CollectingDispatcher()
    events = run(dispatcher, Tracker.from_dict(call["tracker"]), call["domain"])
    if inspect.isawaitable(events):
        events = await events
    return checked(events, dispatcher.messages)


def _definition(run: Callable[..., Any]) -> str:
    """Return the file and the line of an action's code."""
    code = getattr(inspect.unwrap(run), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else f"a {type(run).__name__}"


def _is_rejection(error: BaseException) -> bool:
    return isinstance(error, ClientResponseError) and error.status == REJECTED
