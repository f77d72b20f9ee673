"""Words on the screen while somebody speaks: which words of a growing transcript are settled.

Source: LocalAgreement-2 of Liu et al., "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by Partial
Hypothesis Selection", Interspeech 2020: what two hypotheses in a row begin with is shown and never taken back.
"""


class LocalAgreement:
    """The settled words of one utterance. Not thread-safe."""

    def __init__(self) -> None:
        self._settled: list[str] = []
        self._latest: list[str] = []

    @property
    def settled(self) -> str:
        """All that was given out so far."""
        return " ".join(self._settled)

    def update(self, hypothesis: str) -> str:
        """The words newly settled by the next hypothesis, with the space that joins them to those before."""
        words = hypothesis.split()
        agreed = _common_length(self._latest, words)
        self._latest = words
        # A hypothesis may depart from what was given out; nothing more is settled until one returns to it.
        if agreed <= len(self._settled) or _common_length(self._settled, words) < len(self._settled):
            return ""
        return self._give(words[len(self._settled) : agreed])

    def finish(self, transcript: str) -> str:
        """What the final transcript adds; nothing if it departs from what was given out."""
        words = transcript.split()
        if _common_length(self._settled, words) < len(self._settled):
            return ""
        return self._give(words[len(self._settled) :])

    def _give(self, words: list[str]) -> str:
        joint = " " if self._settled and words else ""
        self._settled += words
        return joint + " ".join(words)


def _common_length(one: list[str], two: list[str]) -> int:
    """How many words both begin with; case and punctuation do not count."""
    length = 0
    while length < min(len(one), len(two)) and _bare(one[length]) == _bare(two[length]):
        length += 1
    return length


def _bare(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum()) or word
