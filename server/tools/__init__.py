"""Functions that a client offers over the protocol: what may be called, and which calls wait for an output."""

__all__ = ["offers", "tool_calls"]
