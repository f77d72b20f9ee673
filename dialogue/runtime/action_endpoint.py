"""Where Rasa sends its custom actions: to rasa-sdk's executor in this process, or to a server of actions."""

import json
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from dialogue.answer_manners import ANSWER_ACTIONS
from dialogue.quiet import quiet_imports

with quiet_imports():
    from rasa.utils.endpoints import ClientResponseError, EndpointConfig

REJECTED = 400


class InProcessActionEndpoint(EndpointConfig):
    """Runs the actions it knows here; hands the others to `server`, the project's own action server, if any.

    An action that raises is remembered for the turn it broke: Rasa itself would log it and carry on. Used on one
    event loop only.
    """

    def __init__(self, executor: ActionExecutor, server: EndpointConfig | None = None) -> None:
        super().__init__(url=server.url if server else "in-process")
        self._executor = executor
        self._server = server
        self._failures: dict[str, Exception] = {}
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
        if call["sender_id"] == self._skipped_in and call["next_action"] not in ANSWER_ACTIONS:
            return {"events": [], "responses": []}
        try:
            if self._server is not None and call["next_action"] not in self._executor.actions:
                return await self._server.request(method, subpath, content_type, compress, **kwargs)
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            refusal = {"error": str(rejection), "action_name": rejection.action_name}
            raise ClientResponseError(REJECTED, str(rejection), json.dumps(refusal)) from rejection
        except Exception as error:
            self._failures[call["sender_id"]] = error
            raise

    def skip_in(self, conversation_id: str | None) -> None:
        """In that conversation the project's own actions do nothing from now on; None: they run in all."""
        self._skipped_in = conversation_id

    def take_failure(self, conversation_id: str) -> Exception | None:
        """What broke the latest turn of this conversation, once."""
        return self._failures.pop(conversation_id, None)
