"""Indexing what can be read, and refusing when too much cannot."""

import json
from pathlib import Path

import pytest

from retrieval.catalogs.taxonomy import Place, TaxonomyPlacer
from retrieval.errors import RetrievalError
from retrieval.index.index_folder import open_index
from retrieval.index.manifest import read_manifest
from retrieval.ingestion.indexing import SourceReport, index_sources
from retrieval.ingestion.rows.rejection import TooManyRejectedError
from retrieval.ingestion.sources import sources_in
from retrieval.options import IngestOptions
from tests.retrieval.toy_embedder import WordHashEmbedder


class Watching:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.done: dict[str, int] = {}
        self.totals: dict[str, int] = {}
        self._what = ""

    def begin(self, what: str, total: int, unit: str) -> None:
        self._what = what
        self.totals[what], self.done[what] = total, 0

    def describe(self, what: str) -> None:
        """Nothing is described while indexing."""

    def advance(self, done: int) -> None:
        self.done[self._what] += done


def write(path: Path, good: int, bad: int) -> Path:
    rows = [json.dumps({"question": f"Question {n}?", "answer": f"Answer {n}."}) for n in range(good)]
    path.write_text("\n".join(rows + ["{broken"] * bad), encoding="utf-8")
    return path


def index(path: Path, share: float = 0.1, watching: Watching | None = None) -> SourceReport:
    folder = path.parent / "index"
    return index_sources(sources_in([path]), WordHashEmbedder(), folder, IngestOptions(share), watching)


def test_what_is_left_out_is_counted_and_written_down(tmp_path: Path) -> None:
    report = index(write(tmp_path / "faq.jsonl", 9, 1))
    assert (report.intake.read, report.intake.kept, report.intake.rejected) == (10, 9, 1)
    assert report.intake.left_out == (("not JSON", 1),)
    (row,) = [json.loads(line) for line in report.rejected.read_text(encoding="utf-8").splitlines()]
    assert (row["file"], row["line"], row["row"]) == (str(tmp_path / "faq.jsonl"), 10, "{broken")
    assert "write one object on each line" in row["problem"]
    assert list(report.lines()) == [
        "9 documents, 9 passages",
        "18 vectors, 18 of them new, searched one by one",
        f"10 entries read, 9 kept, 1 left out: {report.rejected}",
        "       1  not JSON",
    ]


def test_when_nothing_is_left_out_there_is_no_file_of_it(tmp_path: Path) -> None:
    index(write(tmp_path / "faq.jsonl", 9, 1))
    report = index(write(tmp_path / "faq.jsonl", 10, 0))
    assert not report.rejected.exists()
    assert list(report.lines())[2] == "10 entries read, 10 kept, 0 left out"
    assert list(index(tmp_path / "faq.jsonl").lines())[0].endswith("(unchanged)")


def test_too_much_left_out_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index(write(tmp_path / "faq.jsonl", 3, 0))
    before = read_manifest(tmp_path / "index")
    with pytest.raises(TooManyRejectedError, match=r"2 of 12 .*2 times not JSON.*10%.*faq\.jsonl:11: "):
        index(write(tmp_path / "faq.jsonl", 10, 2))
    assert read_manifest(tmp_path / "index") == before
    assert len(list((tmp_path / "index").glob("generation-*"))) == 1
    open_index(tmp_path / "index", WordHashEmbedder())[0].close()
    assert index(tmp_path / "faq.jsonl", 0.2).index.documents == 10


def test_nothing_that_can_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TooManyRejectedError, match="1 of 1"):
        index(write(tmp_path / "faq.jsonl", 0, 1))
    with pytest.raises(RetrievalError, match="no documents"):
        index(write(tmp_path / "faq.jsonl", 0, 0), 1)


def test_tells_how_far_reading_and_embedding_have_come(tmp_path: Path) -> None:
    watching = Watching()
    path = write(tmp_path / "faq.jsonl", 100, 0)
    report = index(path, watching=watching)
    assert watching.done == watching.totals == {"reading": path.stat().st_size, "embedding": report.index.vectors}


def test_products_are_indexed_under_their_place_in_a_taxonomy(tmp_path: Path) -> None:
    path = tmp_path / "products.jsonl"
    path.write_text(
        json.dumps({"name": "Electric kettle", "description": "Boils.", "category": "Hot"}), encoding="utf-8"
    )
    embedder = WordHashEmbedder()
    placer = TaxonomyPlacer([Place(1, ("Home",)), Place(2, ("Home", "Electric Kettles"))], embedder)
    index_sources(sources_in([path]), embedder, tmp_path / "index", placer=placer)
    catalogue, _ = open_index(tmp_path / "index", embedder)
    with catalogue:
        (kettle,) = catalogue.documents()
    assert kettle.category == "Home > Electric Kettles"
    assert [(fact.label, fact.text) for fact in kettle.facts] == [("listed under", "Hot")]


def shop(path: Path, price: float) -> Path:
    path.write_text(json.dumps({"id": "mug", "name": "Mug", "price": price, "description": "Holds tea."}), "utf-8")
    return path


def test_an_update_keeps_the_rest_and_knows_its_products(tmp_path: Path) -> None:
    embedder, folder = WordHashEmbedder(), tmp_path / "index"
    index_sources(
        sources_in([write(tmp_path / "faq.jsonl", 3, 0), shop(tmp_path / "products.jsonl", 5)]), embedder, folder
    )
    (tmp_path / "reviews.jsonl").write_text(
        json.dumps({"id": "r1", "product_id": "mug", "rating": 5, "text": "Sturdy."}), "utf-8"
    )
    changed = sources_in([shop(tmp_path / "products.jsonl", 7), tmp_path / "reviews.jsonl"])
    report = index_sources(changed[1:], embedder, folder, update=True)  # the review of a product that is there already
    assert (report.index.documents, report.index.embedded, report.intake.rejected) == (5, 1, 0)
    report = index_sources(changed, embedder, folder, update=True)
    assert (report.index.documents, report.index.embedded) == (5, 1)  # the new price
    catalogue, _ = open_index(folder, embedder)
    with catalogue:
        mug = catalogue.document("product:mug")
    assert mug
    assert mug.facts[0].number == 7
