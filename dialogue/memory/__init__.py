"""Conversations that outlive their connection: their events, items, names and owners, in SQLite."""

__all__ = ["archive", "conversation_store"]
