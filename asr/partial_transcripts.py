"""Words on the screen while somebody speaks: which words of a growing transcript are settled.

Source: LocalAgreement-2 of Liu et al., "Low-Latency Sequence-to-Sequence Speech Recognition and Translation by Partial
Hypothesis Selection", Interspeech 2020: what two hypotheses in a row begin with is shown and never taken back. Whisper
wavers over a hard word long after it was spoken, and all that follows would wait for it: so here two hypotheses also
agree up to where they share two words in a row, whatever they make of those before.
"""

from difflib import SequenceMatcher

SURE_WORDS = 2  # in a row, in both hypotheses; one alone may be in both by chance


class LocalAgreement:
    """The settled words of one utterance; they may turn out wrong, and stay. Not thread-safe."""

    def __init__(self) -> None:
        self._settled: list[str] = []
        self._latest: list[str] = []

    @property
    def settled(self) -> str:
        """All that was given out so far."""
        return " ".join(self._settled)

    def update(self, hypothesis: str) -> str:
        """The words newly settled by the next hypothesis, with the space that joins them to those before.

        Where it departs from what was given out, that stays, and the words after the corresponding place follow.
        """
        words = hypothesis.split()
        agreed = words[: _agreed_length(self._latest, words)]
        self._latest = words
        return self._give(agreed[_covered_length(self._settled, agreed) :])

    def finish(self, transcript: str) -> str:
        """What the final transcript adds."""
        words = transcript.split()
        return self._give(words[_covered_length(self._settled, words) :])

    def _give(self, words: list[str]) -> str:
        joint = " " if self._settled and words else ""
        self._settled += words
        return joint + " ".join(words)


def _agreed_length(before: list[str], words: list[str]) -> int:
    """Up to where the hypothesis `words` can be trusted, the one before being what it is."""
    matcher = SequenceMatcher(None, [_bare(word) for word in before], [_bare(word) for word in words], autojunk=False)
    shared = [block.b + block.size for block in matcher.get_matching_blocks() if block.size >= SURE_WORDS]
    return max([_common_length(before, words), *shared])


def _common_length(first: list[str], second: list[str]) -> int:
    """How many words both begin with; case and punctuation do not count."""
    length = 0
    while length < min(len(first), len(second)) and _bare(first[length]) == _bare(second[length]):
        length += 1
    return length


def _covered_length(settled: list[str], words: list[str]) -> int:
    """Count the `words` that the settled words correspond to: as many as need the fewest edits to become them.

    Of several, the number nearest to that of the settled words.
    """
    same = _common_length(settled, words)
    rest, row = [_bare(word) for word in words[same:]], list(range(len(words) - same + 1))
    for word in map(_bare, settled[same:]):
        above, row = row, [row[0] + 1]
        for place, other in enumerate(rest):
            row.append(min(row[-1] + 1, above[place + 1] + 1, above[place] + (word != other)))
    wanted = len(settled) - same
    return same + min(range(len(row)), key=lambda length: (row[length], abs(length - wanted)))


def _bare(word: str) -> str:
    return "".join(character for character in word.casefold() if character.isalnum()) or word
