"""Functions of the client's in the dialogue: what they are bound to, their arguments, and what their output does."""

__all__ = ["bindings", "binding_checks", "outputs", "tool_turn"]
