"""Whatever a client sends is answered by an event or an error that the stock client can read, and nothing is lost."""

import json
from typing import Any

import pytest

from asr.transcript import Transcript
from server.protocol.outputs import Respond, Transcribe
from server.wire.messages import ErrorCode, ProtocolError
from tests.server.conftest import Driver, make_session
from tests.server.protocol_grammar import Grammar

SILENT = {"input_audio_buffer.append", "response.cancel"}
"""Taken without an answer: audio, and the cancel after a truncate that has ended the response already."""


class Client:
    """Sends what the grammar draws, does the work of the turns at random times, and keeps a model of the session."""

    def __init__(self, seed: int) -> None:
        self.grammar = Grammar(seed)
        self.driver = Driver(make_session())
        self.items: set[str] = set()
        self.open_responses: set[str] = set()
        self.shown: dict[str, Any] = self.driver.events[0]["session"]
        self._seen = 1
        self._done = 0

    def step(self) -> None:
        frame = self.grammar.frame()
        answers = self.driver.send(frame)
        assert answers or _kind(frame) in SILENT, frame
        self._take_in()
        while self.grammar.random.random() < 0.4 and self._done < len(self.driver.work):
            self.work()

    def work(self) -> None:
        """Do the oldest piece of work that was asked for, well or badly."""
        work, session, draw = self.driver.work[self._done], self.driver.session, self.grammar.random.random
        self._done += 1
        if isinstance(work, Transcribe):
            failure = ProtocolError(ErrorCode.BUSY, "full")
            self.driver.take(
                session.transcribed(work.item_id, work.content_index, Transcript("some words", "en", 1.0), 5.0)
                if draw() < 0.8
                else session.transcription_failed(work.item_id, work.content_index, failure)
            )
        elif isinstance(work, Respond):
            self._respond(work)
        self._take_in()

    def _respond(self, work: Respond) -> None:
        session, draw = self.driver.session, self.grammar.random.random
        try:
            session.utterance(work.response_id)
        except ProtocolError as error:
            self.driver.take(session.fail(work.response_id, error))
            return
        session.understood(work.response_id, {"heedful.intent": "x"})
        for _ in range(int(3 * draw())):
            self.driver.take(session.say(work.response_id, "One. "))
            if work.options.speaks:
                self.driver.take(session.play(work.response_id, bytes(960), 20.0))
            if draw() < 0.2:
                self.driver.send(json.dumps({"type": "input_audio_buffer.clear"}))
        self.driver.take(session.finish(work.response_id, None))

    def _take_in(self) -> None:
        for event in self.driver.events[self._seen :]:
            kind = event["type"]
            if kind == "conversation.item.added":
                self._add(event["item"]["id"])
            elif kind == "conversation.item.deleted":
                self.items.remove(event["item_id"])
            elif kind == "session.updated":
                self.shown = event["session"]
            elif kind == "response.created":
                self.open_responses.add(event["response"]["id"])
                self.grammar.known_ids.append(event["response"]["id"])
            elif kind == "response.done":
                self.open_responses.remove(event["response"]["id"])  # one that is done twice is not there any more
        self._seen = len(self.driver.events)
        assert {item.id for item in self.driver.session.conversation} == self.items

    def _add(self, item_id: str) -> None:
        assert item_id not in self.items
        self.items.add(item_id)
        self.grammar.known_ids.append(item_id)

    def finish(self) -> None:
        """All work ends, every response with it, and the session still is what it has told."""
        while self._done < len(self.driver.work):
            self.work()
        assert not self.open_responses
        (echo,) = self.driver.send({"type": "session.update", "session": {"type": self.shown["type"]}})
        assert echo["session"] == self.shown
        ids = [event["event_id"] for event in self.driver.events]
        assert len(set(ids)) == len(ids)


def _kind(frame: str | bytes) -> object:
    return json.loads(frame).get("type")


def play(seed: int, messages: int) -> Client:
    client = Client(seed)
    for _ in range(messages):
        client.step()
    client.finish()
    return client


@pytest.mark.parametrize("seed", range(4))
def test_every_message_is_answered_and_nothing_is_lost(seed: int) -> None:
    play(seed, 100)


@pytest.mark.heavy
def test_ten_thousand_messages_are_answered_and_nothing_is_lost() -> None:
    seen = {event["type"] for seed in range(100, 120) for event in play(seed, 500).driver.events}
    for kind in ("session.updated", "conversation.item.retrieved", "conversation.item.truncated", "response.done"):
        assert kind in seen, "the grammar does not reach it"
