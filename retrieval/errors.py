"""What can go wrong in retrieval."""


class RetrievalError(Exception):
    """Base of every error this package raises; the message names the value and the cure."""


class CorpusError(RetrievalError):
    """A source file cannot be read as knowledge; the message starts with `file:line:`."""


class IndexUnusableError(RetrievalError):
    """An index is missing, damaged, or was built for something else."""
