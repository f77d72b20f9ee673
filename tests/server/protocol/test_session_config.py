"""How updates merge, what is refused, and what is echoed."""

from typing import Any

import pytest
from openai.types.realtime import RealtimeSessionCreateRequest

from server.protocol.messages import ProtocolError
from server.protocol.session_config import SessionConfig, echo, updated


def update(config: SessionConfig, **session: Any) -> SessionConfig:
    return updated(config, {"type": "realtime", **session}, False, 2**16)


def test_only_the_fields_present_change() -> None:
    before = update(SessionConfig(), instructions="be kind", audio={"output": {"voice": "ash"}})
    after = update(before, audio={"input": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 300}}})
    assert after.instructions == "be kind"
    assert after.audio.output.voice == "ash"
    assert after.audio.input.turn_detection is not None
    assert after.audio.input.turn_detection.silence_duration_ms == 300  # type: ignore[union-attr]
    assert after.audio.input.turn_detection.prefix_padding_ms == 300  # type: ignore[union-attr]


def test_another_kind_of_turn_detection_replaces_the_whole() -> None:
    after = update(SessionConfig(), audio={"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}})
    assert after.audio.input.turn_detection.type == "semantic_vad"  # type: ignore[union-attr]


def test_null_clears_what_can_be_absent_and_resets_the_rest() -> None:
    before = update(SessionConfig(), instructions="x")
    after = update(before, instructions=None, audio={"input": {"turn_detection": None, "transcription": None}})
    assert after.instructions == ""
    assert after.audio.input.turn_detection is None
    assert after.audio.input.transcription is None


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        ({}, (True, True, True)),
        ({"type": "transcription"}, (False, False, True)),
        ({"audio": {"input": {"turn_detection": None}}}, (True, False, True)),
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "create_response": False}}}},
            (True, False, True),
        ),
        ({"audio": {"input": {"turn_detection": {"type": "semantic_vad"}}}}, (True, True, True)),
        ({"audio": {"input": {"transcription": None}}}, (True, True, False)),
    ],
)
def test_a_session_gives_responses_replies_by_itself_and_shows_transcripts_as_it_is_set(
    session: dict[str, Any], expected: tuple[bool, bool, bool]
) -> None:
    config = updated(SessionConfig(), {"type": "realtime", **session}, False, 2**16)
    assert (config.gives_responses, config.replies_by_itself, config.shows_transcripts) == expected


@pytest.mark.parametrize(
    "session",
    [
        {"tracing": "auto", "prompt": None, "truncation": {"type": "retention_ratio", "retention_ratio": 0.5}},
        {"model": "gpt-realtime", "audio": {"input": {"turn_detection": {"type": "semantic_vad"}}}},
        {"audio": {"input": {"transcription": {"model": "gpt-4o-mini-transcribe", "delay": "low"}}}},
        {"audio": {"output": {"voice": "marin", "speed": 1.2}}, "max_output_tokens": 4096},
        {"tools": [{"type": "function", "name": "f", "parameters": {}}], "tool_choice": "auto"},
        {"audio": {"input": {"noise_reduction": {"type": "near_field"}, "format": {"type": "audio/pcma"}}}},
    ],
)
def test_what_stock_clients_send_is_taken_and_its_echo_is_valid(session: dict[str, Any]) -> None:
    shown = echo(update(SessionConfig(), **session), "sess_1", 1_800_000_000)
    RealtimeSessionCreateRequest.model_validate(shown)
    assert shown["model"] == "heedful"
    transcription = shown["audio"]["input"]["transcription"]
    assert set(transcription or {}) <= {"model", "language", "prompt"}
    assert isinstance(shown["tool_choice"], str)


@pytest.mark.parametrize(
    ("session", "param"),
    [
        ({"output_modalities": ["text", "audio"]}, "session.output_modalities"),
        ({"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}}, "session.audio.input.format"),
        ({"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 2}}}}, "turn_detection"),
        ({"audio": {"sidewards": {}}}, "session.audio.sidewards"),
    ],
)
def test_a_bad_update_is_refused_with_its_path(session: dict[str, Any], param: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        update(SessionConfig(), **session)
    assert param in (refused.value.param or "")
