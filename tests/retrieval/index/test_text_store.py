"""Texts that wait on disk."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.text_store import TextStore

texts = st.lists(
    st.tuples(st.integers(0, 9), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
)


@given(texts, st.integers(1, 4))
def test_what_is_wanted_comes_out_shortest_first_with_place_and_owner(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[int, str]], batch: int
) -> None:
    path = tmp_path_factory.mktemp("store") / "texts.sqlite"
    with TextStore(path) as store:
        store.add(added)
        store.finish()
    with TextStore(path) as store:
        wanted = np.arange(len(added)) % 3 != 0
        batches = list(store.by_length(batch, wanted))
        assert len(store) == len(added)
        assert store.owners().tolist() == [owner for owner, _ in added]
    out = [pair for rows, found in batches for pair in zip(rows, found, strict=True)]
    chosen = [(row, text) for row, (_, text) in enumerate(added) if wanted[row]]
    assert out == sorted(chosen, key=lambda pair: len(pair[1]))
    assert all(len(rows) <= batch for rows, _ in batches)


def test_texts_have_the_same_digest_when_they_are_the_same(tmp_path: Path) -> None:
    with TextStore(tmp_path / "texts.sqlite") as store:
        store.add([(0, "a kettle"), (1, "a pot"), (2, "a kettle")])
        kettle, pot, again = store.digests().tolist()
    assert kettle == again != pot
