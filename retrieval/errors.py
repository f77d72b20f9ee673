"""What can go wrong in retrieval."""


class RetrievalError(Exception):
    """Base of every error this package raises; the message names the value and what to do."""


class CorpusError(RetrievalError):
    """A source file cannot be read as knowledge.

    The message is `place: problem`. `place` is `file:line`, `problem` names the value and what to do, and `reason`
    says what is wrong in words that other rows may share, so that like rows are counted together.
    """

    def __init__(self, place: str, problem: str, reason: str = "not readable") -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem
        self.reason = reason


class MapError(RetrievalError):
    """A column map is wrong; the message names the file and the entry."""


class IndexUnusableError(RetrievalError):
    """An index is missing, damaged, or was built for something else."""
