"""The smoke test of an index."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.embedder import Vectors
from retrieval.errors import IndexUnusableError
from retrieval.index.index_folder import build_index
from retrieval.search.retriever import HybridRetriever
from retrieval.search.smoke_test import try_search
from tests.retrieval.conftest import CONCEPTS, write_lines
from tests.retrieval.toy_embedder import WordHashEmbedder


class OppositeEmbedder(WordHashEmbedder):
    """Turns every meaning round, under the name of the one that does not."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return -super().embed(texts)


def test_an_index_that_finds_what_it_holds_passes(retriever: HybridRetriever) -> None:
    try_search(retriever)


def test_an_index_of_one_passage_will_do(tmp_path: Path, embedder: WordHashEmbedder) -> None:
    write_lines(tmp_path / "products.jsonl", [{"id": "cup", "name": "Cup", "description": "It holds tea."}])
    (tmp_path / "concepts.yml").write_text(CONCEPTS, "utf-8")  # which are never found
    build_index(read_corpus(tmp_path), embedder, tmp_path / "index")
    with HybridRetriever.open(tmp_path / "index", embedder) as retriever:
        try_search(retriever)


def test_an_index_that_does_not_find_what_it_holds_is_refused(index_dir: Path) -> None:
    with (
        HybridRetriever.open(index_dir, OppositeEmbedder()) as retriever,
        pytest.raises(IndexUnusableError, match=r"product:.*heedful index"),
    ):
        try_search(retriever)
