"""What is remembered of words."""

from retrieval.language.remembering import MAX_LETTERS, remembered


class Lengths:
    """Measures words, and notes which."""

    def __init__(self) -> None:
        self.measured: list[str] = []

    def of(self, word: str, more: int) -> int:
        self.measured.append(word)
        return len(word) + more


def test_a_word_is_looked_for_once() -> None:
    lengths = Lengths()
    length_of = remembered(lengths.of, 8)
    assert [length_of("kettle", more) for more in (0, 0, 1)] == [6, 6, 7]
    assert lengths.measured == ["kettle"] * 2


def test_no_more_words_are_kept_than_asked_for() -> None:
    lengths = Lengths()
    length_of = remembered(lengths.of, 2)
    for word in ("a", "b", "c", "a"):
        length_of(word, 0)
    assert lengths.measured == ["a", "b", "c", "a"]


def test_a_word_that_nobody_says_is_never_kept() -> None:
    lengths = Lengths()
    length_of = remembered(lengths.of, 8)
    word = "a" * (MAX_LETTERS + 1)
    assert length_of(word, 0) == length_of(word, 0) == MAX_LETTERS + 1
    assert lengths.measured == [word, word]
