"""Building an index: all or nothing, checked on opening, not built twice."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.corpus import read_corpus
from retrieval.document import Document, Fact
from retrieval.embedder import Vectors
from retrieval.errors import IndexUnusableError, RetrievalError
from retrieval.index.index_folder import build_index, indexed_names, open_index, passage_of
from retrieval.index.index_update import update_index
from retrieval.index.manifest import Manifest, read_manifest, verify_files
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.conftest import PRODUCTS
from tests.retrieval.toy_embedder import WordHashEmbedder


class FailingEmbedder(WordHashEmbedder):
    """Fails in the middle of a build, as a machine that runs out of memory would."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.embedded:
            raise MemoryError("no room for another batch")
        return super().embed(texts)


def generations(index_dir: Path) -> list[str]:
    return sorted(path.name for path in index_dir.glob("generation-*"))


def test_reports_what_it_built(knowledge: Path, tmp_path: Path, embedder: WordHashEmbedder) -> None:
    report = build_index(read_corpus(knowledge), embedder, tmp_path / "new" / "index")
    assert (report.documents, report.unchanged) == (23, False)
    assert report.passages == 45
    assert report.vectors == embedder.embedded > report.passages


def test_a_passage_is_found_by_the_id_that_a_search_gave(index_dir: Path, embedder: WordHashEmbedder) -> None:
    with HybridRetriever.open(index_dir, embedder) as retriever:
        found = retriever.search("battery")
    assert found
    for passage in found:
        told = passage_of(index_dir, passage.id)
        assert told is not None
        assert (told.id, told.title, told.text) == (passage.id, passage.title, passage.text)
    assert passage_of(index_dir, "product:nothing#here") is None


def test_the_same_documents_are_not_embedded_again(
    knowledge: Path, index_dir: Path, embedder: WordHashEmbedder
) -> None:
    before = embedder.embedded
    report = build_index(read_corpus(knowledge), embedder, index_dir)
    assert report.unchanged
    assert report.documents == 23
    assert embedder.embedded == before
    assert len(generations(index_dir)) == 1


def test_any_change_builds_anew(knowledge: Path, index_dir: Path, embedder: WordHashEmbedder) -> None:
    faq = knowledge / "faq.yml"
    faq.write_text(faq.read_text(encoding="utf-8").replace("30 days", "31 days"), encoding="utf-8")
    assert not build_index(read_corpus(knowledge), embedder, index_dir).unchanged
    catalogue, _ = open_index(index_dir, embedder)
    with catalogue:
        entry = catalogue.document("faq:return-period")
    assert entry
    assert entry.text.startswith("You have 31 days.")


def test_a_new_embedder_builds_anew(knowledge: Path, index_dir: Path) -> None:
    other = WordHashEmbedder("word-hash-2")
    assert not build_index(read_corpus(knowledge), other, index_dir).unchanged
    open_index(index_dir, other)[0].close()


def test_only_the_current_generation_is_kept(knowledge: Path, index_dir: Path, embedder: WordHashEmbedder) -> None:
    for days in (40, 50, 60):
        faq = knowledge / "faq.yml"
        faq.write_text(f"- {{id: a, question: Why, answer: {days} days.}}", encoding="utf-8")
        build_index(read_corpus(knowledge), embedder, index_dir)
    assert generations(index_dir) == [read_manifest(index_dir).generation]


def test_readers_of_the_old_generation_go_on(knowledge: Path, index_dir: Path, embedder: WordHashEmbedder) -> None:
    catalogue, vectors = open_index(index_dir, embedder)
    with catalogue:
        (knowledge / "faq.yml").unlink()
        build_index(read_corpus(knowledge), embedder, index_dir)
        assert catalogue.document("faq:return-period") is not None
        assert len(vectors) == read_manifest(index_dir).vectors + 6


def test_a_reader_whose_generation_goes_before_it_is_open_reads_the_next(
    knowledge: Path, index_dir: Path, embedder: WordHashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(folder: Path, manifest: Manifest) -> Path:
        monkeypatch.setattr("retrieval.index.index_folder.verify_files", verify_files)
        (knowledge / "faq.yml").unlink()
        build_index(read_corpus(knowledge), embedder, index_dir)
        return verify_files(folder, manifest)

    monkeypatch.setattr("retrieval.index.index_folder.verify_files", overtaken)
    catalogue, _ = open_index(index_dir, embedder)
    with catalogue:
        assert catalogue.documents("faq") == []


def test_a_crash_in_the_middle_leaves_the_old_index_whole(
    knowledge: Path, index_dir: Path, embedder: WordHashEmbedder
) -> None:
    before = read_manifest(index_dir)
    many = [Document(f"faq:{n}", "faq", f"Question {n}?", "Answer.") for n in range(100)]
    with pytest.raises(MemoryError):
        build_index(many, FailingEmbedder(), index_dir)
    assert read_manifest(index_dir) == before
    open_index(index_dir, embedder)[0].close()
    build_index(many, embedder, index_dir)
    assert generations(index_dir) == [read_manifest(index_dir).generation]  # what the crash left behind is gone


def test_documents_that_break_off_leave_the_old_index_whole(index_dir: Path, embedder: WordHashEmbedder) -> None:
    def broken() -> Iterator[Document]:
        yield Document("faq:a", "faq", "Why?", "Because.")
        raise RetrievalError("the source is gone")

    before = read_manifest(index_dir)
    with pytest.raises(RetrievalError, match="the source is gone"):
        build_index(broken(), embedder, index_dir)
    assert read_manifest(index_dir) == before
    assert generations(index_dir) == [before.generation]


def test_an_index_keeps_nothing_that_only_its_building_needed(index_dir: Path) -> None:
    (generation,) = index_dir.glob("generation-*")
    assert {path.name for path in generation.iterdir()} == set(read_manifest(index_dir).files)
    assert not [path.name for path in generation.iterdir() if path.name.startswith(("spilt", "texts"))]


def test_no_documents_are_refused(tmp_path: Path, embedder: WordHashEmbedder) -> None:
    with pytest.raises(RetrievalError, match="documents"):
        build_index([], embedder, tmp_path)


def test_an_index_without_a_vector_can_be_built_again_and_brought_up_to_date(
    tmp_path: Path, embedder: WordHashEmbedder
) -> None:
    assert build_index([Document("concept:a", "concept", "a", "")], embedder, tmp_path).vectors == 0
    assert build_index([Document("concept:b", "concept", "b", "")], embedder, tmp_path).vectors == 0
    assert update_index(tmp_path, embedder, [Document("faq:a", "faq", "Why?", "Because.")]).vectors == 2


def test_ids_used_twice_are_refused(tmp_path: Path, embedder: WordHashEmbedder) -> None:
    document = Document("faq:a", "faq", "Why?", "Because.")
    with pytest.raises(RetrievalError, match="faq:a"):
        build_index([document, document], embedder, tmp_path)
    with pytest.raises(IndexUnusableError, match="heedful index"):
        open_index(tmp_path, embedder)


def test_a_missing_index_names_the_folder_and_what_to_run(tmp_path: Path, embedder: WordHashEmbedder) -> None:
    with pytest.raises(IndexUnusableError, match=rf"{re.escape(str(tmp_path))}.*heedful index"):
        open_index(tmp_path, embedder)


@pytest.mark.parametrize(
    "other", [WordHashEmbedder("another-model"), WordHashEmbedder(dimension=32)], ids=["identity", "dimension"]
)
def test_an_index_of_another_embedder_is_refused(index_dir: Path, other: WordHashEmbedder) -> None:
    with pytest.raises(IndexUnusableError, match=r"word-hash-1 \(64.*heedful index"):
        open_index(index_dir, other)


@pytest.mark.parametrize("name", ["catalogue.sqlite", "vectors.npy", "postings.npy", "columns.npz", "manifest.json"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_flipped_byte_anywhere_is_refused(
    index_dir: Path, embedder: WordHashEmbedder, name: str, share: float
) -> None:
    folder = index_dir if name == "manifest.json" else index_dir / generations(index_dir)[0]
    content = bytearray((folder / name).read_bytes())
    content[int(share * (len(content) - 1))] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(IndexUnusableError, match="heedful index"):
        open_index(index_dir, embedder)


@pytest.mark.parametrize("name", ["catalogue.sqlite", "postings.npy", "counts.npy", "starts.npy", "columns.npz"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_file_that_is_cut_short_is_refused_by_its_name_unverified_too(
    index_dir: Path, name: str, share: float
) -> None:
    path = index_dir / generations(index_dir)[0] / name
    os.truncate(path, int(share * path.stat().st_size))
    with pytest.raises(IndexUnusableError, match="heedful index"):
        indexed_names(index_dir, 99)


def test_files_that_are_cut_short_while_they_are_read_end_no_process(
    index_dir: Path, embedder: WordHashEmbedder
) -> None:
    with HybridRetriever.open(index_dir, embedder) as retriever:
        before = retriever.search("wireless earbuds")
        for path in (index_dir / generations(index_dir)[0]).glob("*.np?"):
            os.truncate(path, 0)
        assert before
        assert retriever.search("wireless earbuds") == before


def test_a_missing_file_is_refused_and_built_again(
    knowledge: Path, index_dir: Path, embedder: WordHashEmbedder
) -> None:
    (index_dir / generations(index_dir)[0] / "vectors.npy").unlink()
    with pytest.raises(IndexUnusableError, match=r"vectors\.npy"):
        open_index(index_dir, embedder)
    assert not build_index(read_corpus(knowledge), embedder, index_dir).unchanged
    open_index(index_dir, embedder)[0].close()


def test_the_names_of_an_index_can_be_asked_for_alone(index_dir: Path) -> None:
    assert {names[0] for names in indexed_names(index_dir, 99)} == {row["name"] for row in PRODUCTS}
    catalogue = index_dir / generations(index_dir)[0] / "catalogue.sqlite"
    catalogue.write_bytes(b"no database" * 100)
    with pytest.raises(IndexUnusableError, match=r"catalogue\.sqlite.*heedful index"):
        indexed_names(index_dir, 99)
    with pytest.raises(IndexUnusableError, match="index/none"):
        indexed_names(index_dir / "none", 99)


def test_names_in_stock_and_much_reviewed_come_first(tmp_path: Path) -> None:
    stock = {"a": "0", "b": "4", "c": "", "d": "2"}
    products = [
        Document(f"product:{name}", "product", name, "", (f"my {name}",), facts=_in_stock(count))
        for name, count in stock.items()
    ]
    reviews = [
        Document(f"review:{at}", "review", "", "Good.", about=f"product:{about}") for at, about in enumerate("dda")
    ]
    build_index([*products, *reviews], WordHashEmbedder(), tmp_path)
    assert indexed_names(tmp_path, 3) == [("d", "my d"), ("b", "my b"), ("c", "my c")]
    assert indexed_names(tmp_path, 0) == []


def _in_stock(count: str) -> tuple[Fact, ...]:
    return (Fact("stock", "stock", count, float(count)),) if count else ()


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
facts = st.lists(st.builds(Fact, st.uuids().map(str), texts, texts, st.none() | st.floats(0, 1e6)), max_size=3)
documents = st.lists(
    st.builds(
        Document,
        id=texts.map(lambda name: f"product:{name}"),
        kind=st.just("product"),
        title=texts,
        text=texts,
        aliases=st.lists(texts, max_size=2).map(tuple),
        facts=facts.map(tuple),
        brand=texts,
        category=texts,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda document: document.id,
)


@given(documents=documents)
@settings(max_examples=25, deadline=None)
def test_documents_survive_the_index(documents: list[Document], tmp_path_factory: pytest.TempPathFactory) -> None:
    index_dir, embedder = tmp_path_factory.mktemp("index"), WordHashEmbedder()
    build_index(documents, embedder, index_dir)
    catalogue, vectors = open_index(index_dir, embedder)
    with catalogue:
        assert catalogue.documents() == sorted(documents, key=lambda document: document.id.encode())
        assert all(catalogue.document(document.id) == document for document in documents)
    assert set(vectors.owners.tolist()) == set(range(read_manifest(index_dir).passages))
