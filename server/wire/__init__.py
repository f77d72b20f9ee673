"""The words of the wire: frames, events, errors, settings and formats of sound, as they are read and written."""

__all__ = [
    "audio_formats",
    "frames",
    "messages",
    "metadata",
    "model_settings",
    "session_config",
]
