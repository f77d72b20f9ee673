"""The work of a turn: recognise, interpret, respond and speak, on threads, with models that can be exchanged."""

__all__ = ["hot_reload", "log_lines", "memory", "pipeline", "processors", "speech", "worker"]
