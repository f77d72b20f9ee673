"""Kinds by the last words of titles."""

from pathlib import Path

from retrieval.conditions import Condition
from retrieval.document import Document
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex
from retrieval.selection.title_kinds import TitleKinds
from tests.retrieval.index.catalogues import write_catalogue


def titled(*titles: str) -> list[Document]:
    return [Document(f"product:{at}", "product", title, "") for at, title in enumerate(titles)]


def test_titles_that_end_alike_say_what_things_are(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "mugs", titled("Zebra Mug", "Lion Mug", "Blue Shirt", "Red Shirt", "Green Shirt"))
    with Catalogue(tmp_path / "mugs") as catalogue:
        kinds = TitleKinds(catalogue, NameIndex(catalogue.rows))
        found = kinds.read(["any", "mugs"])
        assert found.said == ("mugs",)
        assert found.kinds
        assert found.kinds.endings == ("mug",)
        assert kinds.count("mugs") == 2
        assert kinds.read(["shirts"]).kinds is None  # nearly all of them are shirts
        assert kinds.read(["mugs"], [Condition(("colour",), ("red",))]).kinds is None


def test_titles_that_end_each_in_its_own_way_say_nothing(tmp_path: Path) -> None:
    titles = ["Greenfield Vets", "Cat Haven", "Riverside Clinic", "Happy Tails", "Paws and Claws"]
    write_catalogue(tmp_path / "vets", titled(*titles))
    with Catalogue(tmp_path / "vets") as catalogue:
        kinds = TitleKinds(catalogue, NameIndex(catalogue.rows))
        assert kinds.read(["vets"]).kinds is None
        assert kinds.named(["vets"]).kinds is not None
        assert kinds.count("vets") == 0


def test_a_word_of_a_category_is_a_kind(catalogue: Catalogue) -> None:
    kinds = TitleKinds(catalogue, NameIndex(catalogue.rows))
    found = kinds.read(["fusion"])
    assert found.is_of_category
    assert found.kinds
    assert found.kinds.categories == ("Restaurants > Asian Fusion",)
    assert kinds.read([]).kinds is None
