"""Properties of things: what customers ask of any of them, and which label of a record states it."""

__all__ = ["choices", "enumeration", "facts", "general", "label_meanings", "limits", "sums", "verdicts"]
