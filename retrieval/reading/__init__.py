"""A turn read against a catalogue's own schema: its acts, the labels asked, the values wished, what it refers to."""

__all__ = ["reader", "reading", "turn_reader"]
