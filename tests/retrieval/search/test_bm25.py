"""The word search against FTS5, whose BM25 it computes."""

import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.document import Document
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.chunking import cut
from retrieval.index.index_folder import build_index, open_index
from retrieval.index.index_update import update_index
from retrieval.options import SearchOptions
from retrieval.search.bm25 import LexicalSearch, query_terms
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

OPTIONS = SearchOptions(spelling=False)  # SQLite does not know how "wirelessly" might have been meant
VOCABULARY = [
    "kettle",
    "kettles",
    "kettledrum",
    "boiling",
    "boils",
    "boiler",
    "3.5",
    "3",
    "5",
    "litres",
    "128",
    "GB",
    "128GB",
]
VOCABULARY += ["WH-1000XM5", "don't", "o'neill", "Éclair", "the", "and", "wireless", "wirelessly", "of", "4,5", "naïve"]
texts = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12).map(" ".join)
documents = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=30)


@pytest.fixture(scope="module", autouse=True)
def _pruned() -> Iterator[None]:
    """Ask before every word whether all that have it must be scored, as only long lists do otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.search.bm25.FEW", 0)
        patch.setattr("retrieval.search.bm25.FIRST", 2)
        yield


def faq(number: int, fields: tuple[str, str, str]) -> Document:
    return Document(f"faq:{number:03}", "faq", fields[0], fields[1], (fields[2],))


def by_fts5(held: list[Document], text: str, limit: int) -> dict[str, float]:
    """Ids of passages, best first, with their BM25 as a share of the most there could be, by SQLite."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE words USING fts5"
        " (id UNINDEXED, title, text, aliases, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    chunks = [chunk for document in held for chunk in cut(document)]
    rows = [(chunk.id, chunk.title, chunk.text, chunk.aliases) for chunk in chunks]
    connection.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", rows)
    terms = query_terms(text)
    counts = [connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (t,)).fetchone()[0] for t in terms]
    most = 2.2 * sum(max(math.log((len(rows) - count + 0.5) / (count + 0.5)), 1e-6) for count in counts)
    found = connection.execute(
        "SELECT id, -bm25(words, 0, ?, 1, ?) AS score FROM words"
        " WHERE words MATCH ? ORDER BY score DESC, rowid LIMIT ?",
        (OPTIONS.title_weight, OPTIONS.alias_weight, " OR ".join(terms), limit),
    )
    return {passage_id: min(score / most, 1.0) for passage_id, score in found}


def by_ours(folder: Path, text: str, limit: int, only: Filter | None = None) -> dict[str, float]:
    catalogue, _ = open_index(folder, WordHashEmbedder())
    with catalogue:
        found = LexicalSearch(catalogue, OPTIONS).search(text, limit, only)
        return {passage.id: passage.score for passage in catalogue.passages(found)}


@example(fields=[("kettle", "kettle", "wireless")], text="wirelessly", limit=1)
@given(fields=documents, text=texts, limit=st.integers(1, 10))
@settings(max_examples=40, deadline=None)
def test_finds_and_scores_what_fts5_does(
    fields: list[tuple[str, str, str]], text: str, limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("index")
    held = [faq(number, each) for number, each in enumerate(fields)]
    build_index(held, WordHashEmbedder(), folder)
    expected = by_fts5(held, text, len(held))
    assert by_ours(folder, text, len(held)) == pytest.approx(expected, abs=1e-5)
    best = by_ours(folder, text, limit)  # where most of the lists are only looked into
    assert sorted(best.values(), reverse=True) == list(best.values())
    assert list(best.values()) == pytest.approx(list(expected.values())[:limit], abs=1e-5)


@given(fields=documents, more=documents, text=texts, gone=st.sets(st.integers(0, 29)))
@settings(max_examples=20, deadline=None)
def test_does_so_after_changes(
    fields: list[tuple[str, str, str]],
    more: list[tuple[str, str, str]],
    text: str,
    gone: set[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("index")
    held = {document.id: document for document in (faq(number, each) for number, each in enumerate(fields))}
    build_index(held.values(), WordHashEmbedder(), folder)
    new = [faq(number, each) for number, each in enumerate(more, 15)]
    forget = sorted({f"faq:{number:03}" for number in gone} & held.keys() - {document.id for document in new})
    update_index(folder, WordHashEmbedder(), new, forget)
    held |= {document.id: document for document in new}
    left = [document for document_id, document in held.items() if document_id not in forget]
    assert by_ours(folder, text, 100) == pytest.approx(by_fts5(left, text, 100), abs=1e-5)


def test_the_best_of_many_are_found_without_scoring_all(tmp_path: Path) -> None:
    held = [faq(n, ("kettle", " ".join(["boils"] * (n % 7) + ["wireless"] * (n % 3)), "of")) for n in range(300)]
    held.append(faq(300, ("kettle kettle", "eclair boils", "of")))
    build_index(held, WordHashEmbedder(), tmp_path)
    text = "eclair kettle boils wireless"
    assert list(by_ours(tmp_path, text, 5)) == list(by_fts5(held, text, 5))
    assert list(by_ours(tmp_path, text, 1, Filter(document_id="faq:007"))) == ["faq:007"]


def test_a_filter_leaves_the_scores_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [faq(n, ("kettles" if n % 2 else "kettledrum", "boils " * (n % 7), "of")) for n in range(60)]
    build_index([*held, Document("review:a", "review", "", "Boils.")], WordHashEmbedder(), tmp_path)
    text, only = "eclair kettle boils", Filter(kind="faq")
    everything = by_ours(tmp_path, text, 100)
    assert everything.pop("review:a")
    for looked_up in (0, 32, 1000):
        monkeypatch.setattr("retrieval.search.bm25.LOOKED_UP", looked_up)
        assert by_ours(tmp_path, text, 100, only) == pytest.approx(everything)
        assert list(by_ours(tmp_path, text, 5, only)) == list(everything)[:5]


def test_rare_words_are_told_from_common_ones(tmp_path: Path) -> None:
    held = [faq(n, ("kettle", "boils" if n < 2 else "whistles", "of")) for n in range(16)]
    build_index([*held, Document("review:a", "review", "", "Wireless.")], WordHashEmbedder(), tmp_path)
    catalogue, _ = open_index(tmp_path, WordHashEmbedder())
    with catalogue:
        search = LexicalSearch(catalogue, OPTIONS)
        assert search.rarity("kettles") < search.rarity("boiling") < search.rarity("zeppelin") == 1
        assert [search.stands_in(word) for word in ("boiled", "zeppelin")] == [True, False]
        assert [search.stands_in("wireless", kind) for kind in ("faq", "review")] == [False, True]


def lexical(catalogue: Catalogue) -> LexicalSearch:
    return LexicalSearch(catalogue, SearchOptions())


def ids(catalogue: Catalogue, scores: dict[int, float]) -> list[str]:
    return [passage.id for passage in catalogue.passages(scores)]


def test_word_search_knows_forms_beginnings_and_numbers_in_words(retriever: HybridRetriever) -> None:
    catalogue = retriever.catalogue
    assert "faq:opening-hours" in ids(catalogue, lexical(catalogue).search("closing", 5))
    assert "product:falcon-book-14#weight" in ids(catalogue, lexical(catalogue).search("kilogr", 5))
    assert "product:falcon-book-16" in ids(catalogue, lexical(catalogue).search("sixteen", 5))


def test_words_that_nothing_has_lower_the_word_score(retriever: HybridRetriever) -> None:
    search = lexical(retriever.catalogue)
    known = max(search.search("robot", 1).values())
    diluted = max(search.search("robot zeppelin", 1).values())
    assert 0 < diluted < known <= 1
    assert search.search("zeppelin", 1) == {}


def test_word_search_obeys_the_filter(retriever: HybridRetriever) -> None:
    catalogue = retriever.catalogue
    found = ids(catalogue, lexical(catalogue).search("product", 9, Filter(kind="faq")))
    assert found == ["faq:return-period"]


def test_small_words_count_only_when_there_are_no_others() -> None:
    assert query_terms("what is the weight") == ['"weight"*']
    assert query_terms("what is it") == ['"what"', '"is"', '"it"']
    assert query_terms("?!") == []


def test_letters_with_digits_are_found_in_one_piece_and_in_two() -> None:
    assert query_terms("the 128GB one") == ['("128GB" OR "128 GB")']
    assert query_terms("is p53 red") == ['"red"', '("p53" OR "p 53")']
