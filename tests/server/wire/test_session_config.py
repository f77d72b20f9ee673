"""How updates merge, what is refused, and what is echoed."""

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai.types.realtime import RealtimeSessionCreateRequest, RealtimeTranscriptionSessionCreateRequest

from asr.transcript import Hints
from server.wire.messages import ProtocolError
from server.wire.session_config import (
    Audio,
    AudioInput,
    AudioOutput,
    InputTranscription,
    ServerVad,
    SessionConfig,
    echo,
    updated,
)


def update(config: SessionConfig, **session: Any) -> SessionConfig:
    return updated(config, {"type": "realtime", **session}, SessionConfig(), False, 2**16)


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


def test_null_puts_back_what_the_server_has_set() -> None:
    detection = ServerVad(silence_duration_ms=777, prefix_padding_ms=111)
    own = SessionConfig(
        instructions="ours",
        audio=Audio(
            input=AudioInput(transcription=InputTranscription(model="m", language="de"), turn_detection=detection),
            output=AudioOutput(speed=0.9),
        ),
    )
    semantic = {"input": {"turn_detection": {"type": "semantic_vad"}, "transcription": None}, "output": {"speed": 1.1}}
    changed = updated(own, {"type": "realtime", "audio": semantic, "instructions": "mine"}, own, False, 2**16)
    for audio in (
        None,
        {"input": None, "output": None},
        {"input": {"turn_detection": {"type": "server_vad"}, "transcription": {}}, "output": {"speed": None}},
    ):
        patch = {"type": "realtime", "audio": audio, "instructions": None}
        assert updated(changed, patch, own, False, 2**16) == own


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
    config = updated(SessionConfig(), {"type": "realtime", **session}, SessionConfig(), False, 2**16)
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
        (
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 2}}}},
            "session.audio.input.turn_detection",
        ),
        ({"audio": {"sidewards": {}}}, "session.audio.sidewards"),
        ({"tool_choice": "sometimes"}, "session.tool_choice"),
        ({"tool_choice": {"type": "function"}}, "session.tool_choice"),
        ({"tools": [{"nope": 1}]}, "session.tools.0"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "session.tools.0.name"),
        ({"tools": [{"type": "mcp", "server_label": "x", "headers": {"a": 5}}]}, "session.tools.0.headers.a"),
        ({"include": ["bogus"]}, "session.include.0"),
        ({"truncation": "xyz"}, "session.truncation"),
        ({"prompt": {"variables": {}}}, "session.prompt.id"),
        ({"reasoning": {"effort": "great"}}, "session.reasoning.effort"),
        ({"tracing": {"group_id": 5}}, "session.tracing"),
    ],
)
def test_a_bad_update_is_refused_with_its_path(session: dict[str, Any], param: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        update(SessionConfig(), **session)
    assert (refused.value.param or "").startswith(param)


WORDS = st.sampled_from(["auto", "none", "required", "disabled", "function", "mcp", "retention_ratio", "low", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats(0, 2) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "name",
                    "server_label",
                    "parameters",
                    "allowed_tools",
                    "require_approval",
                    "always",
                    "tool_names",
                ]
                + [
                    "retention_ratio",
                    "token_limits",
                    "post_instructions",
                    "effort",
                    "id",
                    "variables",
                    "text",
                    "group_id",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)
NAMES = ["tools", "tool_choice", "include", "truncation", "prompt", "tracing", "reasoning", "parallel_tool_calls"]
TYPED = st.sampled_from(
    [
        {"tools": [{"type": "mcp", "server_label": "x", "require_approval": {"never": {"tool_names": ["f"]}}}]},
        {"tools": [{"type": "mcp", "server_label": "x", "allowed_tools": {"read_only": True}}]},
        {"tool_choice": {"type": "mcp", "server_label": "x", "name": None}},
        {"truncation": {"type": "retention_ratio", "retention_ratio": 0.8, "token_limits": {"post_instructions": 5}}},
        {"prompt": {"id": "p", "variables": {"a": "b", "c": {"type": "input_text", "text": "d"}}, "version": None}},
        {"include": ["item.input_audio_transcription.logprobs"]},
        {"tracing": {"workflow_name": "w", "metadata": {"a": [1]}}},
        {"reasoning": {"effort": "low"}},
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3) | TYPED, max_size=4),
    st.sampled_from(["realtime", "transcription"]),
)
def test_no_echo_is_refused_by_the_stock_client(patches: list[dict[str, Any]], kind: str) -> None:
    config = SessionConfig()
    for patch in patches:
        with contextlib.suppress(ProtocolError):
            config = updated(config, {"type": kind, **patch}, SessionConfig(), False, 2**16)
        oracle = RealtimeSessionCreateRequest if config.gives_responses else RealtimeTranscriptionSessionCreateRequest
        oracle.model_validate(echo(config, "sess_1", 1_800_000_000), strict=True)


@given(TYPED)
def test_what_the_stock_clients_types_allow_is_echoed_as_it_was_sent(patch: dict[str, Any]) -> None:
    shown = echo(update(SessionConfig(), **patch), "sess_1", 1_800_000_000)
    for name, value in patch.items():
        given_values = value.items() if isinstance(value, dict) else ()
        assert shown[name] == (
            value if not given_values else {key: val for key, val in value.items() if val is not None}
        )


def test_what_a_client_knows_of_its_speaker_lasts_over_other_updates() -> None:
    transcription = {"language": "de-AT", "keywords": ["Sachertorte"], "prompt": "Melange, Kaffee und Kuchen; , Wien"}
    config = update(SessionConfig(), audio={"input": {"transcription": transcription}})
    config = update(config, instructions="be brief")
    assert config.hints == Hints("de", ("Sachertorte", "Melange", "Kaffee und Kuchen", "Wien"))
    assert "keywords" not in echo(config, "sess_1", 1)["audio"]["input"]["transcription"]


def test_several_languages_and_sentences_say_nothing() -> None:
    told = {"languages": ["de", "en"], "prompt": "The speaker talks about a great many things that he likes."}
    assert update(SessionConfig(), audio={"input": {"transcription": told}}).hints == Hints()
    assert update(SessionConfig(), audio={"input": {"transcription": {"languages": ["de"]}}}).hints == Hints("de")
    assert update(SessionConfig(), audio={"input": {"transcription": None}}).hints == Hints()


@pytest.mark.parametrize("keywords", [["x"] * 101, ["x" * 101], [7], "x"])
def test_keywords_have_a_limit(keywords: object) -> None:
    with pytest.raises(ProtocolError) as refused:
        update(SessionConfig(), audio={"input": {"transcription": {"keywords": keywords}}})
    assert "keywords" in str(refused.value.param)
