"""One module for each command or family: a function `x_cli` reads its options, calls a plain function and prints."""

__all__ = [
    "clients",
    "conversations",
    "demo",
    "evaluate",
    "evaluate_speech",
    "keys",
    "knowledge",
    "parse",
    "project",
    "say",
    "serve",
    "stories",
    "transcribe",
]
