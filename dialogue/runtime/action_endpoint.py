"""Where Rasa sends its custom actions: to rasa-sdk's executor in this process, or to a server of actions."""

import asyncio
import json
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from dialogue.answer_manners import ANSWER_ACTIONS
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.utils.endpoints import ClientResponseError, EndpointConfig

REJECTED = 400
"""The HTTP status by which an action server says that an action does not apply; Rasa then takes another one."""


class InProcessActionEndpoint(EndpointConfig):
    """Runs the actions it knows here; hands the others to `server`, the project's own action server, if any.

    Rasa logs what an action raises, whatever it is, and carries on. So each action runs as a task, which keeps what it
    raised for the turn to ask for. Used on one event loop only.
    """

    def __init__(self, executor: ActionExecutor, server: EndpointConfig | None = None) -> None:
        super().__init__(url=server.url if server else "in-process")
        self._executor = executor
        self._server = server
        self._calls: dict[str, list[asyncio.Task[Any]]] = {}
        self._skipped_in: str | None = None

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
        if conversation_id == self._skipped_in and action not in ANSWER_ACTIONS:
            return {"events": [], "responses": []}
        if self._server is not None and action not in self._executor.actions:
            answering = self._server.request(method, subpath, content_type, compress, **kwargs)
        else:
            answering = self._run_here(call)
        running = asyncio.create_task(answering)
        self._calls.setdefault(conversation_id, []).append(running)
        return await running

    async def _run_here(self, call: dict[str, Any]) -> Any:
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            refusal = {"error": str(rejection), "action_name": rejection.action_name}
            raise ClientResponseError(REJECTED, str(rejection), json.dumps(refusal)) from rejection

    def skip_in(self, conversation_id: str | None) -> None:
        """Let the project's own actions do nothing in that conversation from now on; None: they run in all."""
        self._skipped_in = conversation_id

    def take_failure(self, conversation_id: str) -> BaseException | None:
        """Return the first error of the actions that ran in this conversation since the last call; a rejection is no
        error.
        """
        ended = (call for call in self._calls.pop(conversation_id, ()) if call.done() and not call.cancelled())
        return next((error for call in ended if (error := call.exception()) and not _is_rejection(error)), None)


def _is_rejection(error: BaseException) -> bool:
    return isinstance(error, ClientResponseError) and error.status == REJECTED
