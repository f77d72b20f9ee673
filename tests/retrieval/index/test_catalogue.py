"""A catalogue opened for reading: documents, passages, what a filter lets pass, and its connections."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.document import CONCEPT, FAQ, PRODUCT, REVIEW, Document, Fact
from retrieval.errors import RetrievalError
from retrieval.filtering import Filter, category_key, folded, in_stock, price_of
from retrieval.index.catalogue import CATALOGUE, Catalogue
from retrieval.passage import Passage
from tests.retrieval.index.catalogues import write_catalogue


def product(name: str, brand: str, category: str, price: float | None, stock: float | None) -> Document:
    facts = [Fact("price", "price", f"${price}", price)] if price is not None else []
    facts += [Fact("stock", "stock", f"{stock} in stock", stock)] if stock is not None else []
    return Document(f"product:{name}", PRODUCT, name, "", (f"my {name}",), tuple(facts), brand, category)


BUDS = product("buds", "Lark", "Audio > Earbuds", 80, 3)
HORN = product("horn", "LARK", "Audio", 20, 0)
LAMP = product("lamp", "Oak", "audio > Earbuds > Small", None, None)
BOOK = product("book", "", "", 80, None)
ENTRY = Document("faq:back", FAQ, "Can I return it?", "For 30 days.")
PRAISE = Document("review:1", REVIEW, "Lovely", "They sound great.", about="product:buds", rating=5)
BLAME = Document("review:2", REVIEW, "Meh", "One fell out.", about="product:buds", rating=2)
WEIGHT = Document("concept:weight", CONCEPT, "weight", "", ("how heavy is it",))
DOCUMENTS = [BUDS, HORN, LAMP, BOOK, ENTRY, PRAISE, BLAME, WEIGHT]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "generation-1"
    write_catalogue(folder, DOCUMENTS)
    return folder


@pytest.fixture
def catalogue(folder: Path) -> Iterator[Catalogue]:
    with Catalogue(folder) as opened:
        yield opened


@pytest.fixture
def own_folder(tmp_path: Path) -> Path:
    """A catalogue that no other test has open."""
    write_catalogue(tmp_path / "generation-1", DOCUMENTS)
    return tmp_path / "generation-1"


def open_files(folder: Path) -> int:
    """How often this process has the database of a catalogue open."""
    own = Path("/proc/self/fd")
    targets = [os.readlink(own / name) for name in os.listdir(own) if (own / name).is_symlink()]
    return targets.count(str((folder / CATALOGUE).resolve()))


def test_documents_come_by_id_and_by_kind(catalogue: Catalogue) -> None:
    assert catalogue.documents() == sorted(DOCUMENTS, key=lambda document: document.id)
    assert catalogue.documents(REVIEW) == [PRAISE, BLAME]
    assert catalogue.documents("none such") == []


def test_a_document_is_found_by_its_id_alone(catalogue: Catalogue) -> None:
    assert (catalogue.document("product:buds"), catalogue.document("product:BUDS")) == (BUDS, None)
    assert (catalogue.has("faq:back"), catalogue.has("faq:none")) == (True, False)


def test_documents_come_in_the_order_of_the_ids_each_once(catalogue: Catalogue) -> None:
    ids = ["review:1", "product:none", "faq:back", "review:1"]
    assert catalogue.documents_of(ids) == [PRAISE, ENTRY]
    assert catalogue.documents_of([]) == []


def test_the_reviews_of_a_product_are_those_about_it(catalogue: Catalogue) -> None:
    assert catalogue.reviews("product:buds") == [PRAISE, BLAME]
    assert catalogue.reviews("product:lamp") == []


def test_tables_are_counted(catalogue: Catalogue) -> None:
    assert (catalogue.count("documents"), catalogue.count("passages")) == (8, 8 + 5)


def test_the_most_important_names_are_of_products_not_out_of_stock_and_much_reviewed(catalogue: Catalogue) -> None:
    names = catalogue.important_names(9)
    assert names == [(name, f"my {name}") for name in ("buds", "book", "lamp", "horn")]
    assert catalogue.important_names(1) == names[:1]


def test_passages_come_in_the_order_of_their_scores(catalogue: Catalogue) -> None:
    positions = catalogue.positions_of(["faq:back", "product:buds#price", "product:none"])
    assert positions.keys() == {"faq:back", "product:buds#price"}
    price, entry = catalogue.passages({positions["product:buds#price"]: 0.5, positions["faq:back"]: 0.9})
    assert price == Passage("product:buds#price", "product:buds", PRODUCT, "buds", "buds: price $80", 0.5)
    assert (entry.id, entry.score) == ("faq:back", 0.9)


def passes(document: Document, chosen: Filter) -> bool:
    """Test a document as `Filter` says; the oracle."""
    category, wanted = category_key(document.category), category_key(chosen.category or "")
    price = price_of(document)
    return all(
        (
            document.kind == chosen.kind if chosen.kind is not None else chosen.document_id or document.kind != CONCEPT,
            chosen.document_id in (None, document.id),
            chosen.about in (None, document.about),
            chosen.brand is None or folded(chosen.brand) == folded(document.brand) != "",
            chosen.category is None or wanted and (category == wanted or category.startswith(f"{wanted} > ")),
            chosen.min_price is None or price is not None and price >= chosen.min_price,
            chosen.max_price is None or price is not None and price <= chosen.max_price,
            chosen.in_stock in (None, in_stock(document)),
        )
    )


def some(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from((None, None, *values))


filters = st.builds(
    Filter,
    kind=some(PRODUCT, REVIEW, CONCEPT, "none such"),
    document_id=some("product:buds", "concept:weight", "none"),
    about=some("product:buds", "product:lamp"),
    brand=some("lark", " OAK", "", "none"),
    category=some("audio", "Audio >  Earbuds", "Aud", ""),
    min_price=some(20.0, 80.0, 81),
    max_price=some(20.0, 80.0, 19),
    in_stock=some(True, False),
)


@pytest.fixture(scope="module", params=[0, 99])
def selecting(folder: Path, request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    """A catalogue that finds keys in its columns by sorting them, and one that compares all with each."""
    with pytest.MonkeyPatch.context() as patch, Catalogue(folder) as opened:
        patch.setattr("retrieval.index.catalogue.FEW_KEYS", request.param)
        yield opened


@given(chosen=filters)
@settings(max_examples=200, deadline=None)
def test_a_filter_lets_the_passages_of_just_the_documents_through_that_pass(
    selecting: Catalogue, chosen: Filter
) -> None:
    expected = {document.id for document in DOCUMENTS if passes(document, chosen)}
    selection = selecting.select(chosen)
    scores = dict.fromkeys(selection.positions.tolist(), 0.0)
    found = [passage.document_id for passage in selecting.passages(scores)]
    assert set(found) == expected
    marks = ", ".join("?" * len(expected))
    sql = f"SELECT count(*) FROM passages WHERE document_id IN ({marks})"
    assert selection.count == len(found) == selecting.rows(sql, tuple(expected))[0][0]
    where, parameters = chosen.as_sql()
    assert {row[0] for row in selecting.rows(f"SELECT d.id FROM documents d WHERE {where}", parameters)} == expected


def test_connections_grow_to_the_queries_at_one_time_and_are_used_again(own_folder: Path) -> None:
    with Catalogue(own_folder) as catalogue:
        assert open_files(own_folder) == 0
        first, second = (catalogue.stream("SELECT id FROM documents ORDER BY id") for _ in range(2))
        assert next(first) == next(second) == ("concept:weight",)
        assert open_files(own_folder) == 2
        assert len(list(first)) == len(list(second)) == len(DOCUMENTS) - 1
        assert catalogue.count("documents") == len(DOCUMENTS)
        assert open_files(own_folder) == 2
    assert open_files(own_folder) == 0


def test_closing_during_a_query_closes_its_connection_afterwards(own_folder: Path) -> None:
    catalogue = Catalogue(own_folder)
    rows = catalogue.stream("SELECT id FROM documents ORDER BY id")
    next(rows)
    catalogue.close()
    assert open_files(own_folder) == 1
    assert len(list(rows)) == len(DOCUMENTS) - 1
    assert open_files(own_folder) == 0


def test_a_query_that_fails_gives_its_connection_back(own_folder: Path) -> None:
    with Catalogue(own_folder) as catalogue:
        for _ in range(3):
            with pytest.raises(sqlite3.OperationalError, match="nowhere"):
                catalogue.rows("SELECT 1 FROM nowhere")
        assert open_files(own_folder) == 1


def test_a_closed_catalogue_refuses(folder: Path) -> None:
    with Catalogue(folder) as catalogue:
        pass
    catalogue.close()  # once more does no harm
    with pytest.raises(RetrievalError, match="closed"):
        catalogue.count("documents")


def test_a_catalogue_cannot_be_written_to(catalogue: Catalogue) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalogue.rows("DELETE FROM documents")


def test_a_missing_catalogue_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Catalogue(tmp_path / "none")


def test_the_labels_of_products_come_once_with_the_brand(catalogue: Catalogue) -> None:
    found = catalogue.labels()
    assert found == sorted(set(found))
    assert {"brand", "price", "stock"} <= set(found)


def test_passages_and_documents_are_the_same_when_they_are_read_again(catalogue: Catalogue) -> None:
    positions = catalogue.positions_of(["product:buds#price", "product:horn", "faq:back"])
    for scores in (dict.fromkeys(positions.values(), 0.5), dict.fromkeys(reversed(positions.values()), 1.0)):
        found = catalogue.passages(scores)
        assert [(passage.id, passage.score) for passage in found] == [
            (passage_id, scores[at]) for at in scores for passage_id, position in positions.items() if position == at
        ]
    assert catalogue.passage_ids(list(positions.values())) == list(positions)
    wanted = ["product:horn", "product:none", "product:buds", "product:horn"]
    assert catalogue.documents_of(wanted) == catalogue.documents_of(wanted) == [HORN, BUDS]
