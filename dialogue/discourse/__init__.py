"""What the conversation is about: what was shown and asked, and what a turn means that points back at it."""

__all__ = ["courtesy", "keeping", "resolving"]
