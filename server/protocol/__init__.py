"""The OpenAI Realtime protocol as a state machine without I/O."""

__all__ = [
    "input_audio",
    "conversation",
    "item_commands",
    "items",
    "outputs",
    "session",
    "turn_taking",
]
