"""Meaning to reply: rules, stories, forms and slots of a Rasa project, run in this process."""

from dialogue.errors import DialogueError
from dialogue.reply import Reply

__all__ = ["DialogueError", "Reply"]
