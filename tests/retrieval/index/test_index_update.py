"""Bringing an index up to date: as good as built anew, at the cost of the change, and never half done."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.corpus import read_corpus
from retrieval.document import Document, Fact
from retrieval.errors import IndexUnusableError, RetrievalError
from retrieval.filtering import Filter
from retrieval.index.index_folder import build_index
from retrieval.index.index_update import update_index
from retrieval.index.manifest import read_manifest
from retrieval.options import IndexOptions
from retrieval.search.retriever import HybridRetriever
from tests.retrieval.toy_embedder import WordHashEmbedder

QUESTIONS = ["wireless earbuds", "weight of the falcon book 14", "3.5 litre kettle", "battery", "how do I return it"]
FILTERS = [Filter(), Filter(brand="Oak"), Filter(brand="Zephyr"), Filter(max_price=100), Filter(in_stock=True)]
KETTLE = Document(
    "product:kettle",
    "product",
    "Zyzzyva Kettle 3.5",
    "Boils 3.5 litres in 4 minutes.",
    facts=(Fact("price", "price", "$29", 29.0), Fact("stock", "stock", "2 in stock", 2.0)),
    brand="Zephyr",
    category="Kitchen > Kettles",
)


def found(index_dir: Path, embedder: WordHashEmbedder) -> list[dict[str, float]]:
    """Search for every question under every filter; passage ids, best first, with their scores."""
    with HybridRetriever.open(index_dir, embedder) as retriever:
        return [
            {passage.id: passage.score for passage in retriever.search(text, limit=200, only=chosen)}
            for text in QUESTIONS
            for chosen in FILTERS
        ]


def rebuilt(documents: list[Document], folder: Path) -> list[dict[str, float]]:
    build_index(documents, WordHashEmbedder(), folder)
    return found(folder, WordHashEmbedder())


def assert_alike(rankings: list[dict[str, float]], expected: list[dict[str, float]]) -> None:
    """Compare ids and scores, in any order: equal scores come as documents were added, which an update changes."""
    assert len(rankings) == len(expected)
    for ranking, scores in zip(rankings, expected, strict=True):
        assert ranking == pytest.approx(scores, abs=1e-5)


def test_an_index_brought_up_to_date_finds_what_one_built_anew_finds(
    knowledge: Path, index_dir: Path, tmp_path: Path, embedder: WordHashEmbedder
) -> None:
    before = list(read_corpus(knowledge))
    buds = next(document for document in before if document.id == "product:pulse-buds-2")
    cheaper = dataclasses.replace(buds, facts=(Fact("price", "price", "$59.99", 59.99), *buds.facts[1:]))
    gone = {"faq:opening-hours", "product:falcon-book-14", "review:r4"}
    report = update_index(index_dir, embedder, [cheaper, KETTLE], ["faq:opening-hours", "product:falcon-book-14"])
    after = [document for document in before if document.id not in {*gone, buds.id}] + [cheaper, KETTLE]
    assert (report.documents, report.unchanged) == (len(after), False)
    assert_alike(found(index_dir, embedder), rebuilt(after, tmp_path / "anew"))
    with HybridRetriever.open(index_dir, embedder) as retriever:
        assert retriever.catalogue.documents() == sorted(after, key=lambda document: document.id)


def test_only_what_changed_is_embedded(knowledge: Path, index_dir: Path, embedder: WordHashEmbedder) -> None:
    before = embedder.embedded
    report = update_index(index_dir, embedder, [*read_corpus(knowledge), KETTLE])
    assert report.embedded == embedder.embedded - before == 5  # the summary, and price and stock with and without value
    assert report.vectors == before + 5


def test_a_build_anew_embeds_only_texts_that_are_new(
    knowledge: Path, index_dir: Path, tmp_path: Path, embedder: WordHashEmbedder
) -> None:
    documents = [KETTLE, *read_corpus(knowledge)]
    report = build_index(documents, embedder, index_dir)
    assert report.embedded == 5
    again, anew = found(index_dir, embedder), rebuilt(documents, tmp_path / "anew")
    assert_alike(again, anew)
    assert list(map(list, again)) == list(map(list, anew))


def test_the_same_text_is_embedded_once(tmp_path: Path, embedder: WordHashEmbedder) -> None:
    same = [Document(f"review:{n}", "review", "", "Works as it should.") for n in range(9)]
    assert build_index(same, embedder, tmp_path).embedded == embedder.embedded == 1


def test_what_is_forgotten_leaves_no_trace(index_dir: Path, embedder: WordHashEmbedder) -> None:
    update_index(index_dir, embedder, [KETTLE])
    with HybridRetriever.open(index_dir, embedder) as retriever:
        assert retriever.search("zyzzyva", limit=1)[0].document_id == KETTLE.id
    update_index(index_dir, embedder, forget=[KETTLE.id])
    assert not traces_of_kettle(index_dir)
    kettle = embedder.embed(["Zyzzyva Kettle 3.5: price"])[0]
    with HybridRetriever.open(index_dir, embedder) as retriever:
        assert retriever.catalogue.document(KETTLE.id) is None
        assert all(passage.score < 0.5 for passage in retriever.search("zyzzyva kettle", limit=5, vector=kettle))


def traces_of_kettle(index_dir: Path) -> list[Path]:
    """The files of the index folder, whatever their generation, that have a word of it."""
    words = (b"zyzzyva", b"zephyr", b"kettle")
    files = [path for path in index_dir.rglob("*") if path.is_file()]
    return [path for path in files if any(word in path.read_bytes().lower() for word in words)]


def test_what_is_forgotten_goes_with_its_last_reader(index_dir: Path, embedder: WordHashEmbedder) -> None:
    update_index(index_dir, embedder, [KETTLE])
    with HybridRetriever.open(index_dir, embedder) as reader:
        update_index(index_dir, embedder, forget=[KETTLE.id])
        with HybridRetriever.open(index_dir, embedder):
            pass
        assert reader.search("zyzzyva", limit=1)[0].document_id == KETTLE.id
        assert traces_of_kettle(index_dir)
    assert not traces_of_kettle(index_dir)


def test_with_a_product_its_reviews_are_forgotten(index_dir: Path, embedder: WordHashEmbedder) -> None:
    report = update_index(index_dir, embedder, forget=["product:pulse-buds-2"])
    assert report.documents == 23 - 4
    with HybridRetriever.open(index_dir, embedder) as retriever:
        assert [review.id for review in retriever.catalogue.documents("review")] == ["review:r4"]


def test_a_reader_keeps_its_generation_through_any_number_of_changes(
    index_dir: Path, embedder: WordHashEmbedder
) -> None:
    generation = index_dir / read_manifest(index_dir).generation
    with HybridRetriever.open(index_dir, embedder) as reader:
        for price in range(3):
            changed = dataclasses.replace(KETTLE, facts=(Fact("price", "price", f"${price}", price),))
            update_index(index_dir, embedder, [changed])
        assert generation.exists()
        assert reader.search("battery")
    assert not generation.exists()


def test_nothing_new_changes_nothing(knowledge: Path, index_dir: Path, embedder: WordHashEmbedder) -> None:
    before = read_manifest(index_dir)
    assert update_index(index_dir, embedder, read_corpus(knowledge)).unchanged
    assert read_manifest(index_dir) == before


def test_what_cannot_be_done_leaves_the_index_as_it_was(index_dir: Path, embedder: WordHashEmbedder) -> None:
    before = read_manifest(index_dir)
    everything = [document.id for document in HybridRetriever.open(index_dir, embedder).catalogue.documents()]
    with pytest.raises(RetrievalError, match="product:none"):
        update_index(index_dir, embedder, forget=["product:none"])
    with pytest.raises(RetrievalError, match=KETTLE.id):
        update_index(index_dir, embedder, [KETTLE, KETTLE])
    with pytest.raises(RetrievalError, match="folder"):
        update_index(index_dir, embedder, forget=everything)
    with pytest.raises(IndexUnusableError, match="word-hash-1"):
        update_index(index_dir, WordHashEmbedder("another"), [KETTLE])
    with pytest.raises(IndexUnusableError, match="index/none"):
        update_index(index_dir / "none", embedder, [KETTLE])
    assert not (index_dir / "none").exists()
    assert read_manifest(index_dir) == before


def test_cells_follow_the_change(tmp_path: Path, embedder: WordHashEmbedder) -> None:
    many = [Document(f"review:{n}", "review", "", f"Opinion {n} of the {n % 97}th buyer.") for n in range(600)]
    options = IndexOptions(exact_up_to=500)
    assert build_index(many, embedder, tmp_path, options=options).vector_search == "IVF128,SQ8"
    report = update_index(tmp_path, embedder, [KETTLE], ["review:5"], options=options)
    assert report.vector_search == "IVF128,SQ8"
    with HybridRetriever.open(tmp_path, embedder) as retriever:
        assert retriever.search("kettle price", limit=1)[0].id == "product:kettle#price"
        assert retriever.search(many[6].text, limit=1)[0].id == "review:6"
        assert "review:5" not in {passage.id for passage in retriever.search(many[5].text, limit=600)}


# Dies by SIGKILL at the nth thing that is done to a file of the index, for every n there is, in a forked process each.
KILLED = """
import os, signal, sys
from pathlib import Path
from retrieval.document import Document
from retrieval.index.index_folder import build_index, open_index
from retrieval.index.manifest import read_manifest
from retrieval.index.index_update import update_index
from tests.retrieval.toy_embedder import WordHashEmbedder

folder, change = Path(sys.argv[1]), sys.argv[2]
document = lambda n, text: Document(f"faq:{n}", "faq", f"Question {n}?", text)
embedder = WordHashEmbedder()
build_index([document(n, "Old.") for n in range(9)], embedder, folder)
old, deaths = read_manifest(folder), 0
while True:
    child = os.fork()
    if not child:
        left = [deaths]
        def fall(event, arguments):
            if event.split(".")[0] in ("open", "os", "shutil", "sqlite3") and str(folder) in str(arguments):
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(fall)
        if change == "update":
            update_index(folder, embedder, [document(3, "New.")], ["faq:4"])
        else:
            build_index([document(n, "New.") for n in range(5)], embedder, folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert status == 0, status
        break
    deaths += 1
    catalogue, vectors = open_index(folder, embedder)
    with catalogue:
        texts = [each.text for each in catalogue.documents()]
    if read_manifest(folder) == old:
        assert texts == ["Old."] * 9, texts
    else:
        assert "New." in texts and len(texts) in (5, 8), texts
        break
assert len(list(folder.glob("generation-*"))) >= 2
build_index([document(n, "Newest.") for n in range(5)], embedder, folder)
assert len(list(folder.glob("generation-*"))) == 1  # what the dead left behind is gone
print(deaths)
"""


@pytest.mark.parametrize("change", ["update", "build"])
def test_killed_at_any_point_it_leaves_the_old_index_or_the_new_one(tmp_path: Path, change: str) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "index"), change]
    deaths = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert not deaths.returncode, deaths.stderr
    assert int(deaths.stdout) > 20
