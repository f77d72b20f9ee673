"""The OpenAI Realtime protocol as a state machine without I/O."""

__all__ = [
    "input_audio",
    "metadata",
    "outputs",
    "session",
    "turn_taking",
]
