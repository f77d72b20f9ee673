"""Writing a catalogue: positions, ids, and a change that gives what writing it anew gives."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.document import FAQ, PRODUCT, Document, Fact
from retrieval.errors import RetrievalError
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.catalogue_writer import CatalogueWriter
from retrieval.index.chunking import cut
from retrieval.index.filter_columns import NONE
from tests.retrieval.index.catalogues import update_catalogue, write_catalogue

KETTLE = Document(
    "product:kettle", PRODUCT, "Kettle", "Boils.", facts=(Fact("price", "price", "$29", 29.0),), brand="Zephyr"
)
ENTRY = Document("faq:back", FAQ, "Can I return it?", "For 30 days.")


def test_passages_take_the_next_positions(tmp_path: Path) -> None:
    with CatalogueWriter(tmp_path) as writer:
        assert [writer.add(document, list(cut(document))) for document in (KETTLE, ENTRY)] == [0, 2]
        assert writer.finish() == (2, 3)


@pytest.mark.parametrize(
    "documents",
    [[ENTRY, ENTRY], [Document("product:a", PRODUCT, "A", "", facts=(Fact("b", "b", "1"), Fact("b", "b", "2")))]],
    ids=["document", "passage"],
)
def test_an_id_that_is_there_already_is_refused(tmp_path: Path, documents: list[Document]) -> None:
    with pytest.raises(RetrievalError, match=documents[0].id):
        write_catalogue(tmp_path / "new", documents)


def test_what_is_removed_may_be_added_again_with_its_id(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "old", [KETTLE, ENTRY])
    dearer = Document(KETTLE.id, PRODUCT, "Kettle", "Boils.", facts=(Fact("price", "price", "$39", 39.0),))
    assert update_catalogue(tmp_path / "new", tmp_path / "old", [dearer], [KETTLE.id]) == (2, 3)
    with Catalogue(tmp_path / "new") as catalogue:
        assert catalogue.documents() == [ENTRY, dearer]
        assert catalogue.positions_of([f"{KETTLE.id}#price", ENTRY.id]) == {f"{KETTLE.id}#price": 4, ENTRY.id: 2}
        assert (catalogue.columns.kinds == NONE).tolist() == [True, True, False, False, False]
        assert catalogue.rows("SELECT key FROM keys WHERE field = 'brand'") == []


def test_a_change_that_is_not_finished_changes_nothing(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "old", [KETTLE])
    with pytest.raises(RetrievalError, match=KETTLE.id):
        update_catalogue(tmp_path / "new", tmp_path / "old", [ENTRY, KETTLE])
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["catalogue.sqlite"]
    assert (tmp_path / "new" / "catalogue.sqlite").read_bytes() == (tmp_path / "old" / "catalogue.sqlite").read_bytes()


documents = st.builds(
    lambda number, kind, title, brand, category, price: Document(
        f"{kind}:{number}",
        kind,
        title,
        f"{title} {brand}",
        facts=(Fact("price", "price", f"${price}", price),),
        brand=brand if kind == PRODUCT else "",
        category=category if kind == PRODUCT else "",
    ),
    number=st.integers(0, 5),
    kind=st.sampled_from([PRODUCT, FAQ]),
    title=st.sampled_from(["Oak Lamp", "Falcon Book 14", "kettle 3.5"]),
    brand=st.sampled_from(["", "Oak", "Lark"]),
    category=st.sampled_from(["", "Home > Lamps", "Home"]),
    price=st.sampled_from([5.0, 20.0]),
)
some = st.lists(documents, max_size=5, unique_by=lambda document: document.id)
# Everything that can be asked of the names, whatever the numbers of their rows.
NAMES = (
    "SELECT n.product_id, n.form, n.number, t.token, t.place FROM names n JOIN name_tokens t ON t.name = n.id",
    "SELECT product_id, form, number FROM names",
    "SELECT * FROM name_spellings",
    "SELECT * FROM category_words",
    "SELECT * FROM brand_words",
    "SELECT field, key FROM keys",
    "SELECT word, passages FROM words",
)


@given(before=some, after=some, removed=st.sets(st.integers(0, 4)))
@settings(max_examples=30, deadline=None)
def test_a_changed_catalogue_has_what_one_written_anew_has(
    tmp_path_factory: pytest.TempPathFactory, before: list[Document], after: list[Document], removed: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    write_catalogue(folder / "old", before)
    ids = {document.id for document in after}
    gone = [document.id for at, document in enumerate(before) if at in removed or document.id in ids]
    left = [document for document in before if document.id not in gone] + after
    counts = update_catalogue(folder / "new", folder / "old", after, gone)
    assert counts == write_catalogue(folder / "anew", left)
    with Catalogue(folder / "new") as new, Catalogue(folder / "anew") as anew:
        assert new.documents() == anew.documents()
        for sql in NAMES:
            assert sorted(new.rows(sql)) == sorted(anew.rows(sql))
        for chosen in (Filter(), Filter(brand="oak"), Filter(category="home"), Filter(max_price=10), Filter(PRODUCT)):
            found, expected = (
                {passage.id for passage in held.passages(dict.fromkeys(held.select(chosen).positions.tolist(), 0.0))}
                for held in (new, anew)
            )
            assert found == expected
