"""Passages and products to an answer: what a question means, which facts it asks for, and what quotes them."""

__all__ = ["answerer"]
