"""The responses of one session that are not done yet, by their ids. To a response that is done nothing happens."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from server.options import LimitOptions
from server.protocol.conversation import Conversation
from server.protocol.items import Item, joined_text
from server.protocol.response import Ending, Response, ResponseOptions
from server.wire.messages import ErrorCode, ProtocolError, ServerEvent

MOST_GIVEN_UP = 8
"""Responses that take a message along before it counts as answered though none of them came to its first word.

So a client that asks and cancels without end has each message understood so often, and not with every later one.
"""


class ActiveResponses:
    """Any number of responses, of which one at a time writes to the conversation; the others are out of band."""

    def __init__(self, conversation: Conversation, limits: LimitOptions) -> None:
        self._conversation = conversation
        self._limits = limits
        self._responses: dict[str, Response] = {}
        self._answered: tuple[str, ...] = ()  # by the last response
        self._given_up = Counter[str]()  # responses that left a message unanswered, by its id

    def __iter__(self) -> Iterator[Response]:
        return iter(self._responses.values())

    def __len__(self) -> int:
        return len(self._responses)

    def in_conversation(self) -> list[Response]:
        """Find the responses that write to the conversation."""
        return [response for response in self if response.options.in_conversation]

    def check_room(self, options: ResponseOptions) -> None:
        """Check that a response can be begun.

        Raises:
            ProtocolError: another one writes to the conversation, or too many are under way that do not.
        """
        if not options.in_conversation:
            self._check_room_out_of_band()
            return
        for active in self.in_conversation():
            raise ProtocolError(
                ErrorCode.RESPONSE_ACTIVE,
                f"Conversation already has an active response in progress: {active.id}. "
                "Wait until the response is finished before creating a new one.",
            )

    def _check_room_out_of_band(self) -> None:
        under_way = len(self._responses) - len(self.in_conversation())
        if under_way >= self._limits.max_responses:
            raise ProtocolError(
                ErrorCode.TOO_MANY_RESPONSES,
                f"{under_way} responses out of band are under way, and at most {self._limits.max_responses} can be: "
                "wait for a response.done, or cancel one.",
            )

    def begin(self, response: Response) -> ServerEvent:
        """Take a response in; returns the event that opens it."""
        self._responses[response.id] = response
        return response.created()

    def utterance(self, response_id: str) -> str:
        """Join what the user said that the response answers; nothing where no letter or digit was said.

        Raises:
            ProtocolError: a recording could not be recognised (each failure is raised once), or it is too much text.
        """
        response = self._responses.get(response_id)
        if response is None:
            return ""
        if items := self._answered_by(response):
            if failures := [failure for item in items for failure in item.take_failures()]:
                raise failures[0]
            response.input_text = joined_text(items, self._limits.max_turn_characters)
        return response.input_text if any(map(str.isalnum, response.input_text)) else ""

    def recognition_ms(self, response_id: str) -> float:
        """Add up how long it took to recognise what the response answers."""
        response = self._responses.get(response_id)
        items = self._answered_by(response) if response else []
        return sum(part.recognition_ms for item in items for part in item.parts)

    def understand(
        self, response_id: str, metadata: dict[str, str], messages: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Keep the metadata and the messages of the turn for the end of the response, however it ends."""
        if response := self._responses.get(response_id):
            response.metadata = metadata
            response.messages = tuple(messages)

    def say(self, response_id: str, text: str) -> list[ServerEvent]:
        """Say the next words; the first ones open the assistant's message."""
        response = self._responses.get(response_id)
        if response is None:
            return []
        events = self._open(response) if not response.output else []
        return events + response.say(text)

    def _open(self, response: Response) -> list[ServerEvent]:
        if response.options.in_conversation:
            self._conversation.append_reply(response.item)
            response.previous_item_id = self._conversation.previous_id(response.item.id)
        return response.open()

    def call(self, response_id: str, items: Iterable[Item]) -> list[ServerEvent]:
        """Make function calls, one an item, after what was said."""
        response = self._responses.get(response_id)
        events: list[ServerEvent] = []
        if response is None:
            return events
        for item in items:
            previous_id = None
            if response.options.in_conversation:
                self._conversation.append_reply(item)
                previous_id = self._conversation.previous_id(item.id)
            events += response.call(item, previous_id)
            self._conversation.settle(item)
        return events

    def play(self, response_id: str, audio: bytes, words_ms: float | None) -> list[ServerEvent]:
        """Play a piece of the sound, in the output format, of the words said last; the whole takes `words_ms`."""
        response = self._responses.get(response_id)
        return response.play(audio, words_ms) if response else []

    def end(self, response_id: str, ending: Ending) -> Response | None:
        """Let a response go, and mark what it answered, outputs of functions included; None if it has ended before."""
        response = self._responses.pop(response_id, None)
        if response is None:
            return None
        if _has_answered(response, ending):
            self._mark_answered(response.item_ids)
            self._answered = response.item_ids
        else:
            self._give_up(response)
        return response

    def _give_up(self, response: Response) -> None:
        """Leave what the response was to answer to the next one, but for what was left so too often."""
        self._conversation.tool_calls.give_back(response.tool_outputs)
        if response.options.in_conversation:
            self._given_up.update(response.item_ids)
            self._mark_answered([item for item in response.item_ids if self._given_up[item] >= MOST_GIVEN_UP])

    def _mark_answered(self, item_ids: Iterable[str]) -> None:
        for item_id in item_ids:
            self._conversation.mark_answered(item_id)
            self._given_up.pop(item_id, None)

    def to_answer(self) -> tuple[str, ...]:
        """Find the ids of the user's messages that the next response answers: those of the last one, if none is new."""
        kept = all(self._conversation.get(item_id) is not None for item_id in self._answered)
        return self._conversation.unanswered() or (self._answered if kept else ())

    def given(self, item_id: str) -> Item | None:
        """Find the item of that id which was given with a response, and is in no conversation."""
        return next((item for response in self for item in response.given if item.id == item_id), None)

    def _answered_by(self, response: Response) -> list[Item]:
        if response.given:
            return list(response.given)
        found = (self._conversation.get(item_id) for item_id in response.item_ids)
        return [item for item in found if item is not None]


def _has_answered(response: Response, ending: Ending) -> bool:
    # A response that was cut short before its first word, or could not be made for want of room, leaves the user's
    # words unanswered: the next one takes them along.
    gave_nothing = not response.output and (ending.status == "cancelled" or ending.code == ErrorCode.BUSY)
    return response.options.in_conversation and not gave_nothing
