"""Words that the index does not have, taken for those most like them."""

from pathlib import Path

import pytest

from retrieval.options import SearchOptions
from retrieval.search.bm25 import LexicalSearch
from retrieval.search.retriever import HybridRetriever
from retrieval.search.similar_words import MIN_LIKENESS, Speller, likeness_of, sound_of
from tests.retrieval.toy_embedder import WordHashEmbedder


@pytest.mark.parametrize(
    ("word", "other"), [("phone", "fone"), ("knight", "nite"), ("sonny", "sony"), ("kwik", "quick")]
)
def test_words_that_sound_alike_have_the_same_sound(word: str, other: str) -> None:
    assert sound_of(word).replace("kk", "k") == sound_of(other).replace("kk", "k")


def test_likeness_is_by_letters_and_sound() -> None:
    assert likeness_of("vacuum", "vacuum") == 1
    assert likeness_of("vakuum", "vacuum") > likeness_of("vatuum", "vacuum") > MIN_LIKENESS
    assert likeness_of("zeppelin", "vacuum") < MIN_LIKENESS


@pytest.mark.parametrize(("word", "meant"), [("vakuum", "vacuum"), ("falkon", "falcon"), ("phalcon", "falcon")])
def test_a_misspelt_word_is_found(retriever: HybridRetriever, word: str, meant: str) -> None:
    assert meant in Speller(retriever.catalogue).likely(word)


@pytest.mark.parametrize("word", ["xyz", "zeppelin", "quixotry"])
def test_what_is_like_nothing_stays_unknown(retriever: HybridRetriever, word: str) -> None:
    assert Speller(retriever.catalogue).likely(word) == ()


def search(retriever: HybridRetriever, text: str, *, spelling: bool = True) -> dict[int, float]:
    return LexicalSearch(retriever.catalogue, SearchOptions(spelling=spelling)).search(text, 50)


def test_a_misspelt_word_finds_less_surely_than_the_word_itself(retriever: HybridRetriever) -> None:
    right, wrong = search(retriever, "robin vacuum"), search(retriever, "robin vakuum")
    assert list(wrong) == list(right)
    assert max(wrong.values()) < max(right.values())
    assert search(retriever, "vakuum", spelling=False) == {}


def test_known_words_are_never_changed(retriever: HybridRetriever) -> None:
    for text in ("battery of the pulse buds", "weight 14", "128GB"):
        assert search(retriever, text) == search(retriever, text, spelling=False)


def test_tolerance_can_be_turned_off(index_dir: Path, embedder: WordHashEmbedder) -> None:
    options = SearchOptions(dense_weight=0.0, spelling=False)
    with HybridRetriever.open(index_dir, embedder, options) as strict:
        assert strict.search("vakuum") == []
