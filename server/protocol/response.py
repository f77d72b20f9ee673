"""One response from `response.created` to `response.done`: which events are sent, and in what order.

Source: the order of response events in the OpenAI Realtime API (GA): the response, its item, the item's one content
part, deltas, then the same closed from the inside out.
"""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from dialogue.client_tools import ClientTool, ToolOffer
from server.protocol.items import Item, Part
from server.tools.offers import client_tools, offer_of
from server.tools.tool_calls import TakenOutput
from server.wire.messages import ErrorCode, ProtocolError, ServerEvent, usage
from server.wire.model_settings import ToolChoice
from server.wire.session_config import SessionConfig

Status: TypeAlias = Literal["in_progress", "completed", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """How one response is given: the session's settings, changed by `response.create`."""

    speaks: bool
    audio_format: dict[str, Any]
    voice: Any
    speed: float
    max_output_tokens: int | str
    metadata: dict[str, str] | None = None
    in_conversation: bool = True
    tools: tuple[ClientTool, ...] = ()
    tool_choice: ToolChoice = "auto"
    parallel_tool_calls: bool = True

    @property
    def offer(self) -> ToolOffer:
        """The client's functions that the dialogue may call."""
        return offer_of(self.tools, self.tool_choice, self.parallel_tool_calls)

    @classmethod
    def of(cls, config: SessionConfig) -> "ResponseOptions":
        """Take what the session has set for its responses."""
        output = config.audio.output
        voice = output.voice if isinstance(output.voice, str) else output.voice.model_dump()
        return cls(
            config.speaks,
            output.format.model_dump(),
            voice,
            output.speed,
            config.max_output_tokens,
            tools=client_tools(config.tools),
            tool_choice=config.tool_choice,
            parallel_tool_calls=config.parallel_tool_calls is not False,
        )


@dataclass(frozen=True, slots=True)
class Ending:
    """How a response ends; `code` is that of the error that failed it."""

    status: Status
    details: dict[str, Any] | None = None
    metadata: dict[str, str] | None = None
    code: ErrorCode | None = None

    @classmethod
    def failed(cls, error: ProtocolError) -> "Ending":
        """End a response that could not be made."""
        detail = {"type": error.type, "code": error.code.value, "message": error.message}
        return cls("failed", {"type": "failed", "error": detail}, code=error.code)


@dataclass(slots=True)
class Response:
    """The state of one response; every method returns the events that follow from it, in order."""

    id: str
    item: Item
    options: ResponseOptions
    conversation_id: str
    input_text: str = ""
    item_ids: tuple[str, ...] = ()
    given: tuple[Item, ...] = ()  # with response.create, to be answered instead of what the conversation holds
    tool_outputs: tuple[TakenOutput, ...] = ()
    output: list[Item] = field(default_factory=list)
    previous_item_id: str | None = None
    metadata: dict[str, str] | None = None  # of the turn, once it is understood
    messages: tuple[Mapping[str, Any], ...] = ()  # of the reply, those that carry more than a text
    _is_open: bool = field(init=False, default=False)  # the message

    def created(self) -> ServerEvent:
        """Return the event that opens the response."""
        return {"type": "response.created", "response": self._wire("in_progress", None, None, self.options.metadata)}

    def open(self) -> list[ServerEvent]:
        """Return the events that open the assistant's message, whose item is in the conversation already."""
        kind = "output_audio" if self.options.speaks else "output_text"
        self.item.status = "in_progress"
        self._is_open = True
        events = [self._item_event("response.output_item.added")]
        if self.options.in_conversation:
            events.append(self._conversation_event("conversation.item.added"))
        audio_format = self.options.audio_format["type"] if self.options.speaks else None
        self.item.parts.append(Part(kind, "", audio_format=audio_format))
        self.output.append(self.item)
        return [*events, self._event("response.content_part.added", part=self._part())]

    def say(self, text: str) -> list[ServerEvent]:
        """Return the event for the next piece of text (the transcript of what will be heard, when spoken)."""
        part = self.item.parts[0]
        part.text = (part.text or "") + text
        kind = "output_audio_transcript" if self.options.speaks else "output_text"
        if self.options.speaks:
            self._hear_silent_words()
            part.spoken.append((text, math.inf))  # nobody hears them until their sound comes
        return [self._event(f"response.{kind}.delta", delta=text)]

    def play(self, audio: bytes, words_ms: float | None = None) -> list[ServerEvent]:
        """Return the event for the next piece of audio, in the output format; it belongs to the words said last.

        `words_ms`: how long their whole sound is, of which this may be a piece; None: it ends here.
        """
        part = self.item.parts[0]
        if not isinstance(part.audio, bytearray):
            part.audio = bytearray(part.audio or b"")
        part.audio += audio  # in place: the sound so far is not copied for each piece
        words, _ = part.spoken.pop()
        began_ms = part.spoken[-1][1] if part.spoken else 0.0
        part.spoken.append((words, max(part.audio_ms, began_ms + (words_ms or 0.0))))
        return [self._event("response.output_audio.delta", delta=base64.b64encode(audio).decode("ascii"))]

    def _hear_silent_words(self) -> None:
        """Take words that had no sound, such as a dash, for heard with those before them."""
        part = self.item.parts[0]
        if part.spoken and math.isinf(part.spoken[-1][1]):
            part.spoken[-1] = (part.spoken[-1][0], part.audio_ms)

    def call(self, item: Item, previous_item_id: str | None) -> list[ServerEvent]:
        """Return the events of a function call, which ends the message if there is one."""
        events = self._close_item("completed")
        self.output.append(item)
        place = {"response_id": self.id, "output_index": len(self.output) - 1}
        added, done = {**item.wire(), "status": "in_progress", "arguments": ""}, item.wire()
        arguments = {**place, "item_id": item.id, "call_id": item.extra["call_id"]}
        text = item.extra["arguments"]
        events.append({"type": "response.output_item.added", **place, "item": added})
        if self.options.in_conversation:
            events.append({"type": "conversation.item.added", "previous_item_id": previous_item_id, "item": added})
        events += [
            {"type": "response.function_call_arguments.delta", **arguments, "delta": text},
            {
                "type": "response.function_call_arguments.done",
                **arguments,
                "name": item.extra["name"],
                "arguments": text,
            },
        ]
        if self.options.in_conversation:
            events.append({"type": "conversation.item.done", "previous_item_id": previous_item_id, "item": done})
        return [*events, {"type": "response.output_item.done", **place, "item": done}]

    def close(self, ending: Ending) -> list[ServerEvent]:
        """Return the events that end the response; its item is `completed` only if the response is."""
        events = self._close_item("completed" if ending.status == "completed" else "incomplete")
        total = usage(self.input_text, self.item.text)
        metadata = ending.metadata or self.metadata or self.options.metadata
        response = self._wire(ending.status, ending.details, total, metadata)
        if self.messages:
            response["heedful"] = {"messages": list(self.messages)}
        return [*events, {"type": "response.done", "response": response}]

    def _close_item(self, status: Literal["completed", "incomplete"]) -> list[ServerEvent]:
        if not self._is_open:
            return []
        self._is_open = False
        self.item.status = status
        if status == "completed":
            self._hear_silent_words()
        text = self.item.parts[0].text
        if self.options.speaks:
            events = [
                self._event("response.output_audio.done"),
                self._event("response.output_audio_transcript.done", transcript=text),
            ]
        else:
            events = [self._event("response.output_text.done", text=text)]
        events.append(self._event("response.content_part.done", part=self._part()))
        if self.options.in_conversation:
            events.append(self._conversation_event("conversation.item.done"))
        return [*events, self._item_event("response.output_item.done")]

    def _event(self, kind: str, **fields: Any) -> ServerEvent:
        place = {"response_id": self.id, "item_id": self.item.id, "output_index": 0, "content_index": 0}
        return {"type": kind, **place, **fields}

    def _item_event(self, kind: str) -> ServerEvent:
        return {"type": kind, "response_id": self.id, "output_index": 0, "item": self.item.wire()}

    def _conversation_event(self, kind: str) -> ServerEvent:
        return {"type": kind, "previous_item_id": self.previous_item_id, "item": self.item.wire()}

    def _part(self) -> dict[str, Any]:
        # Within an item the part is called output_text or output_audio, in these events text or audio.
        text = self.item.parts[0].text
        return {"type": "audio", "transcript": text} if self.options.speaks else {"type": "text", "text": text}

    def _wire(
        self,
        status: Status,
        details: dict[str, Any] | None,
        total: dict[str, Any] | None,
        metadata: dict[str, str] | None,
    ) -> dict[str, Any]:
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": status,
            "status_details": details,
            "output": [item.wire() for item in self.output],
            "conversation_id": self.conversation_id if self.options.in_conversation else None,
            "output_modalities": ["audio" if self.options.speaks else "text"],
            "max_output_tokens": self.options.max_output_tokens,
            "audio": {"output": {"format": self.options.audio_format, "voice": self.options.voice}},
            "usage": total,
            "metadata": metadata,
        }
