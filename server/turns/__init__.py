"""The work of a turn: recognise, interpret, respond and speak, on threads, with models that can be exchanged."""

__all__ = [
    "fair_line",
    "file_transcription",
    "hot_reload",
    "log_lines",
    "memory",
    "pipeline",
    "processors",
    "speech",
    "spoken_form",
    "spoken_text",
    "worker",
]
