"""Postings against a dictionary of words, built at once and brought up to date."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index.fts_tokens import Tokenizer
from retrieval.index.postings import SCHEMA, Postings, PostingsWriter, pair_of

WORDS = ["kettle", "Kettles", "3.5", "128 GB", "128GB", "o'neill", "pot", "...", "éclair", "4"]
TOKENIZER = Tokenizer()
NONE_GONE = np.zeros(0, bool)
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
passages = st.lists(st.tuples(texts, texts, texts), max_size=8)
Expected = dict[str, dict[int, list[int]]]


def words_of(text: str) -> Iterator[str]:
    """Cut a text into words and pairs as the module says; the oracle of these tests."""
    last = ""
    for chunk in text.split():
        inside = TOKENIZER.split([chunk])[0]
        if not inside:
            continue
        if last and any(char.isdigit() for char in last + inside[0]):
            yield pair_of(last, inside[0])
        yield from inside
        yield from map(pair_of, inside, inside[1:])
        last = inside[-1]


def expected(held: Iterable[tuple[int, Sequence[str]]]) -> Expected:
    """Count every word of passages by position and field."""
    found: Expected = {}
    for position, fields in held:
        for at, text in enumerate(fields):
            for word, count in Counter(words_of(text)).items():
                found.setdefault(word, {}).setdefault(position, [0, 0, 0])[at] = count
    return found


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / "words.sqlite")
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def write(folder: Path, held: Sequence[Sequence[str]]) -> list[int]:
    """Write postings of passages from position 0 on; returns how many words each has."""
    with opened(folder) as connection:
        connection.executescript(SCHEMA)
        writer = PostingsWriter(folder, connection)
        for position, fields in enumerate(held):
            writer.add(position, fields)
        writer.finish(NONE_GONE)
        writer.close()
        return list(writer.lengths)


def read(folder: Path) -> Expected:
    """Read every word's passages and counts."""
    postings = Postings(folder)
    with opened(folder) as connection:
        rows = connection.execute("SELECT word, number, passages FROM words").fetchall()
    found: Expected = {}
    for word, number, count in rows:
        positions, counts = postings.of(number)
        assert positions.tolist() == sorted(set(positions.tolist()))
        assert len(positions) == count
        found[word] = dict(zip(positions.tolist(), counts.tolist(), strict=True))
    return found


@given(held=passages)
@settings(max_examples=60, deadline=None)
def test_every_word_has_its_passages_and_counts(
    tmp_path_factory: pytest.TempPathFactory, held: list[tuple[str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("postings")
    lengths = write(folder, held)
    assert read(folder) == expected(enumerate(held))
    assert lengths == [sum(len(words) for words in TOKENIZER.split(" ".join(fields).split())) for fields in held]


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_batches_and_slices_of_any_size_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    held = [(WORDS[at % 10], f"{WORDS[at % 7]} {WORDS[at % 3]}", "pot pot") for at in range(12)]
    monkeypatch.setattr("retrieval.index.postings.BATCH", batch)
    monkeypatch.setattr("retrieval.index.postings.SLICE", batch)
    monkeypatch.setattr("retrieval.index.postings.MAX_CHUNKS", 3)
    write(tmp_path, held)
    assert read(tmp_path) == expected(enumerate(held))
    slices = list(Postings(tmp_path).slices())
    assert all(len(numbers) <= batch for numbers, _, _ in slices)
    assert sum(len(numbers) for numbers, _, _ in slices) == sum(map(len, expected(enumerate(held)).values()))


@given(before=passages, after=passages, gone=st.lists(st.booleans(), min_size=8, max_size=8))
@settings(max_examples=60, deadline=None)
def test_brought_up_to_date_they_are_those_of_what_is_left_and_what_is_new(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, str, str]],
    after: list[tuple[str, str, str]],
    gone: list[bool],
) -> None:
    old, folder = tmp_path_factory.mktemp("old"), tmp_path_factory.mktemp("new")
    write(old, before)
    (folder / "words.sqlite").write_bytes((old / "words.sqlite").read_bytes())
    with opened(folder) as connection:
        writer = PostingsWriter(folder, connection, Postings(old))
        for position, fields in enumerate(after, len(before)):
            writer.add(position, fields)
        writer.finish(np.array(gone[: len(before)], bool))
        writer.close()
    left = [(at, fields) for at, fields in enumerate(before) if not gone[at]]
    assert read(folder) == expected([*left, *enumerate(after, len(before))])


def test_a_word_is_counted_up_to_what_a_byte_holds(tmp_path: Path) -> None:
    write(tmp_path, [("pot", "pot " * 300, "")])
    assert read(tmp_path) == {"pot": {0: [1, 255, 0]}}


def test_a_closed_writer_leaves_only_the_three_files(tmp_path: Path) -> None:
    write(tmp_path, [("kettle", "", "")])
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"postings.npy", "counts.npy", "starts.npy", "words.sqlite"}
