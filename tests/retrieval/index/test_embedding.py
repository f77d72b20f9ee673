"""Every text has its vector, and no text is embedded that has one already."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.embedder import Vectors
from retrieval.errors import RetrievalError
from retrieval.index.embedding import KnownVectors, write_vectors
from retrieval.index.text_store import TextStore, digest_of
from retrieval.index.vectors import VectorIndex
from retrieval.progress import Untold
from tests.retrieval.toy_embedder import WordHashEmbedder

texts = st.lists(st.sampled_from(["a kettle", "a pot", "the lid of a pot", "tea"]), max_size=9)


class BrokenEmbedder(WordHashEmbedder):
    """Gives values that are not finite, as a damaged model does."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), self.dimension), np.nan, np.float32)


def write(
    folder: Path,
    added: Sequence[str],
    embedder: WordHashEmbedder,
    known: KnownVectors | None = None,
    kept: Sequence[int] = (),
    first: int = 0,
) -> tuple[VectorIndex, int]:
    """Write the vectors of texts, the nth of the passage at position `first` + n, behind the rows kept."""
    folder.mkdir()
    with TextStore(folder / "texts.sqlite") as store:
        store.add(enumerate(added, first))
        store.finish()
        return write_vectors(folder, store, embedder, Untold(), known, np.array(kept, np.int64))


@given(before=texts, after=texts, keep=st.sets(st.integers(0, 8)))
@settings(max_examples=50, deadline=None)
def test_vectors_are_those_of_the_texts_and_only_new_texts_are_embedded(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str], keep: set[int]
) -> None:
    folder, embedder = tmp_path_factory.mktemp("vectors"), WordHashEmbedder()
    _, embedded = write(folder / "old", before, embedder)
    assert embedded == embedder.embedded == len(set(before))
    kept = [row for row in sorted(keep) if row < len(before)]
    known = KnownVectors.load(folder / "old")
    vectors, embedded = write(folder / "new", after, embedder, known, kept, first=len(before))
    assert embedded == len(set(after) - set(before))
    held = [before[row] for row in kept] + after
    assert vectors.owners.tolist() == [*kept, *range(len(before), len(before) + len(after))]
    np.testing.assert_allclose(vectors.matrix, WordHashEmbedder().embed(held), atol=1e-6)
    again = KnownVectors.load(folder / "new")
    assert again.digests.tolist() == list(map(digest_of, held))
    assert again.vectors.owners.tolist() == vectors.owners.tolist()


def test_rows_are_found_by_digest(tmp_path: Path) -> None:
    write(tmp_path / "old", ["a kettle", "a pot", "a kettle"], WordHashEmbedder())
    known = KnownVectors.load(tmp_path / "old")
    rows = known.rows_of(np.array([digest_of(text) for text in ("a pot", "tea", "a kettle")])).tolist()
    assert rows == [1, -1, 0]


def test_more_texts_than_a_batch_each_have_their_own_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.index.embedding.BATCH", 4)
    monkeypatch.setattr("retrieval.index.embedding.BLOCK", 3)
    held = [f"pot number {number} " * (number % 3 + 1) for number in range(11)]
    vectors, embedded = write(tmp_path / "new", held, WordHashEmbedder())
    assert embedded == 11
    np.testing.assert_allclose(vectors.matrix, WordHashEmbedder().embed(held), atol=1e-6)


def test_values_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RetrievalError, match="finite"):
        write(tmp_path / "new", ["a kettle"], BrokenEmbedder())
