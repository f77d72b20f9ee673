"""What can go wrong between a meaning and its reply."""


class DialogueError(Exception):
    """The base of every error raised by `dialogue`; the message names the value and what to do."""


class ProjectError(DialogueError):
    """A Rasa project cannot be trained: the message names the file, and the line where there is one."""


class ModelError(DialogueError):
    """A trained model is missing, damaged, or made by another version."""


class ActionError(DialogueError):
    """An action failed while a reply was being made."""


class ConversationFileError(DialogueError):
    """The file that keeps conversations cannot be used; the message names its path."""
