"""The products that a search means: which kind, within which limits, in which order."""

__all__ = ["condition_reading", "picking", "selection"]
