"""Places products in a taxonomy, without examples: by how near title and category are to a place's path in meaning.

Words that a product and a place share are not counted in addition to the meaning: measured, that puts five in a hundred
titles fewer under the right top (`benchmarks/taxonomy.py`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from retrieval.document import PRODUCT, Document, Fact
from retrieval.embedder import Embedder, Vectors
from retrieval.errors import RetrievalError
from retrieval.ingestion.formats.text_files import open_text
from retrieval.language.wording import slug_of
from retrieval.options import TaxonomyOptions

BATCH = 256
LISTED = "listed under"  # the label of the fact that keeps a product's own category
# Google's file (`4 - Animals & Pet Supplies > Live Animals`), and the same as a tree with nested-set numbers.
_FLAT = re.compile(r"(\d+) - (.+)")
_NESTED = re.compile(r"\s*(\d+) \| \[\s*(\d+)-\s*(\d+)\] \| (.+)")


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a taxonomy: its number, and the names from the top down to its own."""

    number: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a product belongs, and the cosine of the two."""

    place: Place
    score: float


def read_taxonomy(path: Path) -> list[Place]:
    """The places of a taxonomy file, one on each line, as Google writes them or as a tree in nested sets.

    Lines that begin with `#` are notes. Raises RetrievalError for a line that is neither, or when there is no place.
    """
    places: list[Place] = []
    above: list[tuple[int, str]] = []  # where the sets end that are open, and their names
    with open_text(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            if flat := _FLAT.fullmatch(line.strip()):
                places.append(Place(int(flat[1]), tuple(flat[2].split(" > "))))
            elif nested := _NESTED.fullmatch(line.rstrip()):
                above = [node for node in above if node[0] > int(nested[2])]
                above.append((int(nested[3]), nested[4].strip()))
                places.append(Place(int(nested[1]), tuple(name for _, name in above)))
            else:
                raise RetrievalError(f"{path}:{number}: no place of a taxonomy; write `4 - Animals > Live Animals`")
    if not places:
        raise RetrievalError(f"{path}: no places; name a taxonomy file")
    return places


class TaxonomyPlacer:
    """Finds the place of products; immutable after it is made, and as thread-safe as its embedder."""

    def __init__(self, places: Sequence[Place], embedder: Embedder, options: TaxonomyOptions | None = None) -> None:
        self._places = tuple(places)
        self._embedder = embedder
        self._options = options or TaxonomyOptions()
        self._vectors = _embedded(embedder, [_place_text(place) for place in places])

    def place(self, products: Sequence[Document]) -> list[Placement]:
        """Find the most likely place of each product."""
        if not products:
            return []
        scores = _embedded(self._embedder, [_product_text(product) for product in products]) @ self._vectors.T
        best = scores.argmax(axis=1)
        return [Placement(self._places[at], float(scores[row, at])) for row, at in enumerate(best)]

    def placed(self, documents: Iterable[Document]) -> Iterator[Document]:
        """`documents` in their order, products with the taxonomy's path as their category where one fits.

        A product's own category stays as the fact `listed under`.
        """
        stream = iter(documents)
        while batch := list(islice(stream, BATCH)):
            products = [document for document in batch if document.kind == PRODUCT]
            found = iter(self.place(products))
            for document in batch:
                yield self._moved(document, next(found)) if document.kind == PRODUCT else document

    def _moved(self, product: Document, placement: Placement) -> Document:
        category = " > ".join(placement.place.path)
        if placement.score < self._options.min_score or category == product.category:
            return product
        listed = Fact(slug_of(LISTED), LISTED, product.category)
        is_new = product.category and product.fact(listed.slug) is None
        return replace(product, category=category, facts=(*product.facts, listed) if is_new else product.facts)


def _embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    vectors = np.empty((len(texts), embedder.dimension), np.float32)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        vectors[batch] = embedder.embed([texts[at] for at in batch])
    return vectors


def _place_text(place: Place) -> str:
    """The name of a place, then of what it is inside of: the first words say most."""
    return ", ".join(reversed(place.path))


def _product_text(product: Document) -> str:
    """The innermost category, then the title, then the categories around."""
    *around, inner = product.category.split(" > ")
    return ", ".join(filter(None, (inner, product.title, *reversed(around))))
