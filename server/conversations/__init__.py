"""Conversations and the sessions that hold them: who may go on with which, and what is written when."""

__all__ = ["held_conversation", "reception", "wishes"]
