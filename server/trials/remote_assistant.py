"""An assistant behind a running server, which a test talks to as a client."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from asr.samples import SAMPLE_RATE_HZ
from dialogue.errors import ProjectError
from dialogue.reply import Reply
from dialogue.stories.story import Said
from dialogue.stories.tested_assistant import Taken
from nlu.interpretation import Entity, Intent, Interpretation
from server.client.realtime_client import ClientError, NoSpeechError, RealtimeClient, Turn, open_session
from server.trials.speaker import Speaker

BY_SERVER = "server"


class RemoteAssistant:
    """Holds each conversation in a session of its own; by voice where it has a speaker, else as text.

    Close it at the end. Not for several threads.
    """

    def __init__(self, url: str, api_key: str = "", speaker: Speaker | None = None) -> None:
        self._url, self._api_key, self._speaker = url, api_key, speaker
        self._runner = asyncio.Runner()
        self._sessions: dict[str, tuple[AsyncExitStack, RealtimeClient]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all sessions."""
        for conversation_id in tuple(self._sessions):
            self.end(conversation_id)
        self._runner.close()

    def begin(self, conversation_id: str, slots: Mapping[str, object]) -> None:
        """Begin a conversation. Raises ProjectError for slots, ClientError where there is no server."""
        if slots:
            named = ", ".join(slots)
            raise ProjectError(f"slots ({named}) cannot be set from outside of a server: leave --server out")
        self._sessions[conversation_id] = self._runner.run(self._open())

    async def _open(self) -> tuple[AsyncExitStack, RealtimeClient]:
        stack = AsyncExitStack()
        session = open_session(self._url, self._api_key, speaks=False)
        return stack, await stack.enter_async_context(session)

    def say(self, conversation_id: str, said: Said) -> Taken:
        """Take one turn, typed or spoken."""
        client = self._sessions[conversation_id][1]
        try:
            return _taken(self._runner.run(self._turn(client, said)))
        except NoSpeechError:
            return _taken(Turn())
        except ClientError as error:
            return Taken(said.text, Interpretation(said.text, Intent("", 0.0)), Reply(()), str(error))

    async def _turn(self, client: RealtimeClient, said: Said) -> Turn:
        if self._speaker is None:
            return await client.ask(said.text)
        return await client.talk_at_once(self._speaker.say(said), SAMPLE_RATE_HZ)

    def slot_values(self, conversation_id: str) -> Mapping[str, Sequence[Any]] | None:
        """Return None: a server does not tell its slots."""
        return None

    def end(self, conversation_id: str) -> None:
        """Close the session of a conversation, if it was opened."""
        if session := self._sessions.pop(conversation_id, None):
            self._runner.run(session[0].aclose())


def _taken(turn: Turn) -> Taken:
    """Read what the server says of a turn."""
    told = turn.metadata.get
    intent = Intent(told("heedful.intent", ""), float(told("heedful.confidence", "0")))
    found = json.loads(told("heedful.entities", "[]"))
    entities = tuple(Entity(each["name"], each["value"], 0, 0, BY_SERVER) for each in found)
    actions = tuple(told("heedful.actions", "").split())
    texts = (turn.reply,) if turn.reply else ()
    understood = Interpretation(turn.transcript, intent, entities=entities)
    return Taken(turn.transcript, understood, Reply(texts, turn.sources, actions), joined=True)
