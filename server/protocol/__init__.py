"""The OpenAI Realtime protocol as a state machine without I/O."""

__all__ = [
    "audio_formats",
    "input_audio",
    "messages",
    "metadata",
    "outputs",
    "session",
    "session_config",
    "turn_taking",
]
