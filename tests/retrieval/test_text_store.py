"""Texts that wait on disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text_store import TextStore

texts = st.lists(
    st.tuples(st.integers(0, 9), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
)


@given(texts, st.integers(1, 4))
def test_comes_out_shortest_first_with_place_and_owner(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[int, str]], batch: int
) -> None:
    path = tmp_path_factory.mktemp("store") / "texts.sqlite"
    with TextStore(path) as store:
        store.add(added)
        store.finish()
    with TextStore(path) as store:
        batches = list(store.by_length(batch))
        assert len(store) == len(added)
        assert store.owners().tolist() == [owner for owner, _ in added]
    out = [pair for rows, found in batches for pair in zip(rows, found, strict=True)]
    assert out == sorted(enumerate(text for _, text in added), key=lambda pair: len(pair[1]))
    assert all(len(rows) <= batch for rows, _ in batches)
