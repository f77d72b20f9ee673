"""What follows from an event of a session: events to send, and work to start or stop."""

from dataclasses import dataclass
from typing import TypeAlias

from asr.samples import Samples
from asr.segmentation.pauses import Pause
from asr.transcript import Hints
from dialogue.client_tools import ToolOutput
from server.protocol.items import Item
from server.protocol.response import ResponseOptions
from server.wire.messages import ServerEvent


@dataclass(frozen=True, slots=True)
class Send:
    """An event to send."""

    event: ServerEvent


@dataclass(frozen=True, slots=True, eq=False)
class Anticipate:
    """Work worth starting if there is time: recognise an utterance that has not ended.

    `paused`: there is silence; if it goes on, `Transcribe` of this item will have just these samples.
    `pauses`: as there.
    """

    item_id: str
    samples: Samples
    paused: bool
    pauses: tuple[Pause, ...] = ()
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True, eq=False)
class Transcribe:
    """Work to start: recognise a recording (float32 [n], mono 16 kHz), which is one part of an item.

    `pauses`: silences in it, the long ones of which need not be heard.
    """

    item_id: str
    content_index: int
    samples: Samples
    pauses: tuple[Pause, ...] = ()
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True, eq=False)
class TranscribeFile:
    """Work to start: recognise a recording that was put in as a message, in a wire format; it may take minutes."""

    item_id: str
    content_index: int
    audio: bytes
    format_type: str
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True)
class Respond:
    """Work to start: answer what the user said in these items, once they are transcribed.

    `repeats`: nothing was said; say the last reply again. `context`: what was said before, where that is not the
    session's conversation. `tool_outputs`: what functions of the client's returned, with which the dialogue goes on,
    `outputs_last` after what the user said.
    """

    response_id: str
    conversation_id: str
    item_ids: tuple[str, ...]
    options: ResponseOptions
    repeats: bool = False
    context: tuple[Item, ...] | None = None
    tool_outputs: tuple[ToolOutput, ...] = ()
    outputs_last: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Work to stop: the response is over."""

    response_id: str


Output: TypeAlias = Send | Anticipate | Transcribe | TranscribeFile | Respond | Cancel
