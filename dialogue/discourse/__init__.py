"""What the conversation is about: which of the things that were listed somebody points at."""

__all__ = ["pointing"]
