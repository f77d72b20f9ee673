"""A small town of hotels, restaurants and sights, as a catalogue for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.document import Document, Fact
from retrieval.index.catalogue import Catalogue
from tests.retrieval.index.catalogues import write_catalogue


def place(name: str, category: str, **specs: str) -> Document:
    """A place; `_` in the name of a spec is a space."""
    facts = tuple(Fact(label, label.replace("_", " "), text) for label, text in specs.items())
    return Document(f"product:{name.lower().replace(' ', '-')}", "product", name, "", facts=facts, category=category)


PLACES = (
    place("Ash Court", "Hotels > Hotel", stars="4", area="east", parking="free parking", pets_allowed="no"),
    place("Birch Inn", "Hotels > Guesthouse", stars="3", area="east", parking="none", pets_allowed="yes"),
    place("Cedar House", "Hotels > Guesthouse", stars="4", area="north", parking="free parking", pets_allowed="yes"),
    place("Da Nino", "Restaurants > Italian", food="italian", price_range="cheap", area="centre", seats="40 seats"),
    place("El Sol", "Restaurants > Spanish", food="spanish, tapas", price_range="expensive", area="east"),
    place("Fusion Nine", "Restaurants > Asian Fusion", food="asian fusion", price_range="moderate", area="north"),
    place("Green Park", "Sights > Park", type="park", area="centre", good_for_kids="yes", length="300 metres"),
    place("Hall of Maps", "Sights > Museum", type="museum", area="centre", good_for_kids="no"),
)


@contextmanager
def town(folder: Path) -> Iterator[Catalogue]:
    """The catalogue of the town, written into a new folder."""
    write_catalogue(folder, PLACES)
    with Catalogue(folder) as catalogue:
        yield catalogue
