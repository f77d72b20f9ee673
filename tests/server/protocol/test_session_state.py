"""What the parts of a session share, without a session."""

from server.options import LimitOptions
from server.protocol.conversation import Conversation
from server.protocol.input_audio import InputAudio
from server.protocol.outputs import Send
from server.protocol.session_state import SessionState, new_id
from server.protocol.turn_taking import TurnTaking
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SessionConfig
from tests.server.conftest import new_segmenter


def test_events_are_numbered_in_the_order_in_which_they_are_sent() -> None:
    config, limits = SessionConfig(), LimitOptions()
    heard = InputAudio(new_segmenter, config.audio.input, TurnTaking())
    state = SessionState(config, "conv_1", Conversation(limits), heard, limits, new_id)
    sent = [
        *state.sends([{"type": "input_audio_buffer.cleared"}, {"type": "input_audio_buffer.cleared"}]),
        *state.refuse(ProtocolError(ErrorCode.BUSY, "not now"), "event_of_the_client"),
    ]
    events = [output.event for output in sent if isinstance(output, Send)]
    assert [event["event_id"] for event in events] == ["event_000001", "event_000002", "event_000003"]
    assert events[-1]["error"]["event_id"] == "event_of_the_client"


def test_new_ids_begin_with_what_they_name_and_differ() -> None:
    ids = {new_id("item") for _ in range(100)}
    assert len(ids) == 100
    assert all(name.startswith("item_") for name in ids)
