"""What is remembered of words, and of what is read."""

from collections.abc import Sequence

from retrieval.language.remembering import MAX_LETTERS, Remembered, remembered


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


class Shelf:
    """Squares of numbers below 100, and which were read together."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []

    def take(self, numbers: Sequence[int]) -> dict[int, int]:
        self.read.append(list(numbers))
        return {number: number**2 for number in numbers if number < 100}


def test_only_what_is_new_is_read_and_that_together() -> None:
    shelf, kept = Shelf(), Remembered[int, int](8)
    assert kept.of([1, 2], shelf.take) == {1: 1, 2: 4}
    assert kept.of([2, 3, 4], shelf.take) == {2: 4, 3: 9, 4: 16}
    assert kept.of([1, 4], shelf.take) == {1: 1, 4: 16}
    assert shelf.read == [[1, 2], [3, 4]]


def test_what_there_is_not_is_asked_for_again() -> None:
    shelf, kept = Shelf(), Remembered[int, int](8)
    assert kept.of([200], shelf.take) == kept.of([200], shelf.take) == {}
    assert shelf.read == [[200], [200]]


def test_what_is_used_again_stays_and_what_is_not_goes() -> None:
    shelf, kept = Shelf(), Remembered[int, int](2)
    for number in (0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0):
        kept.of([number], shelf.take)
    assert shelf.read == [[0], [1], [2], [3], [4], [5], [6]]
    assert kept.of([1], shelf.take) == {1: 1}
    assert shelf.read[-1] == [1]


def test_a_list_longer_than_what_is_kept_is_read_and_puts_nothing_out() -> None:
    shelf, kept = Shelf(), Remembered[int, int](2)
    kept.of([1], shelf.take)
    assert kept.of(range(10), shelf.take) == {number: number**2 for number in range(10)}
    assert kept.of([1], shelf.take) == {1: 1}
    assert shelf.read == [[1], [0, *range(2, 10)]]
