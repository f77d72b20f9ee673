"""The responses of a session: which can begin, what they answer, and how they end or are cut short."""

from dataclasses import dataclass, field
from typing import Any

from dialogue.client_tools import ToolCall, ToolOutput
from server.options import ServerOptions
from server.protocol.barge_in import STOPPED_BY_CLIENT, to_cancel, to_truncate, unheard_ms
from server.protocol.item_commands import truncate_item
from server.protocol.items import Item, joined_text, split_at_last_reply
from server.protocol.outputs import Cancel, Output, Respond
from server.protocol.response import Ending, Response, ResponseOptions
from server.protocol.response_request import parse_response_request
from server.protocol.session_state import SessionState
from server.protocol.transcription import needed_bytes
from server.tools.tool_calls import TakenOutput
from server.wire import messages
from server.wire.messages import ErrorCode, ProtocolError


@dataclass(slots=True)
class Answering:
    """The responses of one session, from the request to the end."""

    _state: SessionState
    max_turns: int = ServerOptions.max_turns_per_session
    audio_was_sent: bool = field(init=False, default=False)
    _ended_by_truncate: str | None = field(init=False, default=None)  # the last response, if that has ended it

    def create(self, request: dict[str, Any]) -> list[Output]:
        """Begin the response that a client asks for; raises ProtocolError where it cannot be begun."""
        if not self._state.config.gives_responses:
            raise ProtocolError(
                ErrorCode.INVALID_EVENT,
                "A transcription session gives no responses: connect without intent=transcription.",
            )
        parsed = parse_response_request(
            request, ResponseOptions.of(self._state.config), self._state.make_id, self._state.limits
        )
        self._state.active.check_room(parsed.options)
        if parsed.options.in_conversation:
            self._state.conversation.check_room()
        if parsed.input is None:
            return self.answer(parsed.options)
        given = parsed.resolve(self._state.conversation)
        context, asked = split_at_last_reply(given)
        joined_text(asked, self._state.limits.max_turn_characters, "response.input")
        ours = [item for item in asked if item is not self._state.conversation.get(item.id)]
        format_type = self._state.config.audio.input.format.type
        self._state.conversation.check_room(sum(needed_bytes(item, format_type) for item in ours))
        outputs = self._state.conversation.outputs_among(given)
        outputs_last = bool(outputs) and given[-1].role != "user"
        work: list[Output] = []
        for item in ours:
            work += self._state.recognitions.files(item, self._state.config)
            item.forget_audio()  # nobody can retrieve it
        return work + self.start(
            parsed.options, (), given=tuple(asked), context=context, outputs=outputs, outputs_last=outputs_last
        )

    def answer(self, options: ResponseOptions) -> list[Output]:
        """Answer what is new in the conversation: what the user said, and what functions of the client's returned.

        Where nothing is new, and no function is forced or waited for, the last turn is answered again.
        """
        item_ids = self._state.conversation.unanswered()
        calls = self._state.conversation.tool_calls
        taken = calls.take(user_spoke=bool(item_ids)) if options.in_conversation else ()
        outputs = tuple(entry.output for entry in taken)
        if not (outputs or options.offer.forced or calls.waits):
            item_ids = self._state.active.to_answer()
        return self.start(options, item_ids, taken=taken, outputs=outputs)

    def start(
        self,
        options: ResponseOptions,
        item_ids: tuple[str, ...],
        text: str = "",
        *,
        given: tuple[Item, ...] = (),
        repeats: bool = False,
        context: tuple[Item, ...] | None = None,
        taken: tuple[TakenOutput, ...] = (),
        outputs: tuple[ToolOutput, ...] = (),
        outputs_last: bool = False,
    ) -> list[Output]:
        """Begin a response and the work for it: to items of the conversation, to items `given`, or with a text."""
        item = Item(self._state.make_id("item"), role="assistant")
        response = Response(
            self._state.make_id("resp"),
            item,
            options,
            self._state.conversation_id,
            text,
            item_ids,
            given,
            tool_outputs=taken,
        )
        created = self._state.send(self._state.active.begin(response))
        if options.in_conversation:
            self._ended_by_truncate = None
            self._state.input.stop_awaiting()
        conversation_id = self._state.conversation_id if options.in_conversation else self._state.make_id("conv")
        asked = item_ids or tuple(item.id for item in given)
        work = Respond(response.id, conversation_id, asked, options, repeats, context, outputs, outputs_last)
        return [created, work]

    def truncate(self, event: messages.ItemTruncate) -> list[Output]:
        """Cut a reply to what was heard; one that is still being made ends with it."""
        truncated = truncate_item(self._state.conversation, event)
        outputs: list[Output] = []
        for response in to_truncate(self._state.active, event.item_id):
            outputs += self.cut_short(response, STOPPED_BY_CLIENT)
            self._ended_by_truncate = response.id
        self._state.conversation.settle_id(event.item_id)
        return [*outputs, self._state.send(truncated)]

    def cancel(self, response_id: str | None) -> list[Output]:
        """Stop the response of that id, or the one that writes to the conversation, as the client asks."""
        ended, self._ended_by_truncate = self._ended_by_truncate, None
        if ended is not None and response_id in (None, ended):
            return []  # clients that truncate a reply cancel its response next
        return self.cut_short(to_cancel(self._state.active, response_id), STOPPED_BY_CLIENT)

    def cut_short(self, response: Response, ending: Ending) -> list[Output]:
        """End a response that is being made, and the work for it."""
        return [Cancel(response.id), *self.end(response.id, ending)]

    def end(self, response_id: str, ending: Ending) -> list[Output]:
        """End a response; nothing follows where it has ended before."""
        response = self._state.active.end(response_id, ending)
        if response is None:
            return []
        if response.options.in_conversation and not self._state.conversation.tool_calls.waits:
            self._state.input.await_speech(unheard_ms(response, ending))
        events = response.close(ending)
        if response.options.in_conversation:
            self._state.conversation.settle(response.item)
        under_way = len(self._state.active) + len(self._state.recognitions)
        return self._state.sends([*events, messages.rate_limits_event(self.max_turns, under_way)])

    def play(self, response_id: str, audio: bytes, words_ms: float | None) -> list[Output]:
        """Play a piece of the sound, in the output format, of the words said last; the whole takes `words_ms`."""
        events = self._state.active.play(response_id, audio, words_ms)
        self.audio_was_sent |= bool(events)
        return self._state.sends(events)

    def call(self, response_id: str, calls: tuple[ToolCall, ...]) -> list[Output]:
        """Call functions of the client's, after what the response says."""
        fields = (
            {"call_id": self._state.make_id("call"), "name": call.name, "arguments": call.arguments} for call in calls
        )
        items = [Item(self._state.make_id("item"), "function_call", extra=extra) for extra in fields]
        return self._state.sends(self._state.active.call(response_id, items))
