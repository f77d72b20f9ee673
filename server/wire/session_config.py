"""What a client may set about its session, how an update merges, and how the whole is echoed.

Source: the session object of the OpenAI Realtime API (GA). Settings that steer a language model (instructions,
temperature-like fields, tracing) are kept and echoed so that stock clients work; they do not change the answers.
"""

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from asr.transcript import Hints
from server.wire.messages import ErrorCode, ProtocolError, StrictModel, check_json_bytes, validate
from server.wire.model_settings import Prompt, Reasoning, RetentionRatio, Tool, ToolChoice, Tracing

MOST_KEYWORDS = 100
KEYWORD_WORDS = 4
"""Of a prompt: longer parts are sentences, which say something about the speech."""


class PcmFormat(StrictModel):
    """16-bit little-endian mono at 24 kHz."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[24000] = 24000


class MuLawFormat(StrictModel):
    """G.711 mu-law, 8 kHz, one byte a sample."""

    type: Literal["audio/pcmu"]


class ALawFormat(StrictModel):
    """G.711 A-law, 8 kHz, one byte a sample."""

    type: Literal["audio/pcma"]


AudioFormat: TypeAlias = Annotated[PcmFormat | MuLawFormat | ALawFormat, Field(discriminator="type")]


class InputTranscription(StrictModel):
    """Which transcript events are wanted; any model name is taken, the server's own recogniser does the work."""

    model: str | None = None
    language: str | None = None
    prompt: str | None = None
    # Of newer clients; never echoed, since Pipecat refuses an echo with fields it does not know.
    languages: list[str] | None = None
    keywords: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=MOST_KEYWORDS)] | None = None
    delay: str | None = None

    def hints(self) -> Hints:
        """Say what the client knows of its speaker; a region such as that of `en-US` is left out.

        The prompt counts where it lists keywords, as that of whisper-1 does: its short parts between commas.
        """
        language = self.language or (self.languages[0] if self.languages and len(self.languages) == 1 else None)
        parts = [part.strip() for part in re.split(r"[,;\n]", self.prompt or "")][:MOST_KEYWORDS]
        listed = [part for part in parts if 0 < len(part.split()) <= KEYWORD_WORDS]
        phrases = dict.fromkeys(phrase for phrase in [*(self.keywords or ()), *listed] if phrase.strip())
        return Hints(language and re.split("[-_]", language)[0].lower(), tuple(phrases))


class NoiseReduction(StrictModel):
    """Taken and echoed without effect: recognition and voice activity are trained on sound with its noise."""

    type: Literal["near_field", "far_field"]
    strength: Annotated[float, Field(ge=0, le=1)] | None = Field(default=None, exclude_if=lambda value: value is None)


class ServerVad(StrictModel):
    """Turn taking by silence; times in milliseconds."""

    type: Literal["server_vad"] = "server_vad"
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5
    prefix_padding_ms: Annotated[int, Field(ge=0, le=5000)] = 300
    silence_duration_ms: Annotated[int, Field(ge=100, le=10_000)] = 500
    idle_timeout_ms: Annotated[int, Field(ge=1000)] | None = None
    create_response: bool = True
    interrupt_response: bool = True


class SemanticVad(StrictModel):
    """Turn taking by what was said before a silence, and by how eager the assistant is to answer."""

    type: Literal["semantic_vad"]
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    create_response: bool = True
    interrupt_response: bool = True


TurnDetection: TypeAlias = Annotated[ServerVad | SemanticVad, Field(discriminator="type")]


class AudioInput(StrictModel):
    format: AudioFormat = PcmFormat()
    transcription: InputTranscription | None = InputTranscription()
    noise_reduction: NoiseReduction | None = None
    turn_detection: TurnDetection | None = ServerVad()


class VoiceId(StrictModel):
    id: str


class AudioOutput(StrictModel):
    format: AudioFormat = PcmFormat()
    voice: str | VoiceId = "heart"
    speed: Annotated[float, Field(ge=0.25, le=1.5)] = 1.0


class Audio(StrictModel):
    input: AudioInput = AudioInput()
    output: AudioOutput = AudioOutput()


class SessionConfig(StrictModel):
    """The effective configuration of one session."""

    type: Literal["realtime", "transcription"] = "realtime"
    model: str = "heedful"
    output_modalities: Annotated[list[Literal["text", "audio"]], Field(min_length=1, max_length=1)] = ["audio"]
    instructions: str = ""
    tools: list[Tool] = []
    tool_choice: ToolChoice = "auto"
    parallel_tool_calls: bool | None = None
    reasoning: Reasoning | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=4096)] | Literal["inf"] = "inf"
    tracing: Literal["auto"] | Tracing | None = None
    truncation: Literal["auto", "disabled"] | RetentionRatio = "auto"
    prompt: Prompt | None = None
    include: list[Literal["item.input_audio_transcription.logprobs"]] | None = None
    audio: Audio = Audio()

    @property
    def speaks(self) -> bool:
        """Whether replies are spoken (else only written)."""
        return self.output_modalities == ["audio"]

    @property
    def gives_responses(self) -> bool:
        """Whether the session is more than a transcription."""
        return self.type == "realtime"

    @property
    def replies_by_itself(self) -> bool:
        """Whether the end of an utterance is answered without being asked."""
        detection = self.audio.input.turn_detection
        return self.gives_responses and detection is not None and detection.create_response

    @property
    def hints(self) -> Hints:
        """What the client knows of its speaker beforehand."""
        transcription = self.audio.input.transcription
        return Hints() if transcription is None else transcription.hints()

    @property
    def shows_transcripts(self) -> bool:
        """Whether the client wants to see what was heard."""
        return self.audio.input.transcription is not None


_READ_ONLY = frozenset({"id", "object", "expires_at", "heedful"})
_CLEARED_BY_NULL = frozenset(
    {"turn_detection", "transcription", "noise_reduction", "tracing", "prompt", "include", "reasoning"}
)


def updated(
    config: SessionConfig, patch: dict[str, Any], defaults: SessionConfig, audio_was_sent: bool, max_bytes: int
) -> SessionConfig:
    """Change the fields of `config` that `patch` has, as the protocol merges: objects merge, null clears.

    A null where the protocol knows no null puts back what `defaults` has, the server's own (some clients send every
    field they have); an object where there was none begins with it, too.

    Raises:
        ProtocolError: a field is unknown, its value not allowed, or the whole takes more than `max_bytes` as JSON; the
            whole update is then refused.
    """
    if patch.get("type") not in ("realtime", "transcription"):
        code = ErrorCode.INVALID_VALUE if "type" in patch else ErrorCode.MISSING_PARAMETER
        raise ProtocolError(code, "session.type must be 'realtime' or 'transcription'.", "session.type")
    settable = {key: value for key, value in patch.items() if key not in _READ_ONLY}
    settable.pop("model", None)  # fixed at connect; clients send it again with every update
    check_json_bytes(settable, max_bytes, "session")
    merged = validate(SessionConfig, _merge(config.model_dump(), settable, defaults.model_dump()), "session")
    check_json_bytes(merged.model_dump(), max_bytes, "session")
    if audio_was_sent and merged.audio.output.voice != config.audio.output.voice:
        raise ProtocolError(
            ErrorCode.CANNOT_UPDATE_VOICE,
            "Cannot update a conversation's voice if assistant audio is present.",
            "session.audio.output.voice",
        )
    return merged


def _merge(base: dict[str, Any], patch: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in patch.items():
        if isinstance(value, dict):
            default = defaults.get(key) if _is_alike(defaults.get(key), value) else {}
            before = base.get(key) if _is_alike(base.get(key), value) else default
            merged[key] = _merge(before or {}, value, default or {})
        elif value is not None or key in _CLEARED_BY_NULL:
            merged[key] = value
        elif key in defaults:
            merged[key] = defaults[key]
        else:
            merged.pop(key, None)
    return merged


def _is_alike(known: object, value: dict[str, Any]) -> bool:
    return isinstance(known, dict) and value.get("type", known.get("type")) == known.get("type")


def echo(config: SessionConfig, session_id: str, expires_at: int) -> dict[str, Any]:
    """Write the session object of `session.created` and `session.updated`."""
    fields = config.model_dump()
    fields["audio"]["input"]["transcription"] = (
        None
        if config.audio.input.transcription is None
        else config.audio.input.transcription.model_dump(exclude_none=True, exclude={"languages", "keywords", "delay"})
    )
    for optional in ("parallel_tool_calls", "reasoning"):
        if fields[optional] is None:
            del fields[optional]
    if config.type == "transcription":
        fields = {
            "type": config.type,
            "include": config.include,
            "audio": {"input": fields["audio"]["input"]},
        }
    kind = "realtime.session" if config.type == "realtime" else "realtime.transcription_session"
    return {**fields, "object": kind, "id": session_id, "expires_at": expires_at}
