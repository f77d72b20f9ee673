"""Passages and products to an answer: the facts or the entry that a question means, quoted, or what is not known."""

__all__ = ["answerer"]
