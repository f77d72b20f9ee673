"""Places products in a taxonomy, without examples: by the words that a place and a product share, and by meaning."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.document import PRODUCT, Document, Fact
from retrieval.embedder import Embedder, Vectors
from retrieval.errors import RetrievalError
from retrieval.ingestion.files import open_text
from retrieval.options import TaxonomyOptions
from retrieval.wording import content_words, stem

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
    """Where a product belongs, and how well it fits there, 0 to about 1."""

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
                above = [each for each in above if each[0] > int(nested[2])]
                above.append((int(nested[3]), nested[4].strip()))
                places.append(Place(int(nested[1]), tuple(name for _, name in above)))
            else:
                raise RetrievalError(f"{path}:{number}: no place of a taxonomy; write `4 - Animals > Live Animals`")
    if not places:
        raise RetrievalError(f"{path}: no places; name a taxonomy file")
    return places


class TaxonomyPlacer:
    """Finds the place of products; immutable after it is made, and as thread-safe as its embedder.

    A score is the cosine of the product and the place, and the rarity-weighted share of the place's own words that the
    product's title or category has, put together by `options`.
    """

    def __init__(self, places: Sequence[Place], embedder: Embedder, options: TaxonomyOptions | None = None) -> None:
        self._places = tuple(places)
        self._embedder = embedder
        self._options = options or TaxonomyOptions()
        self._vectors = _embedded(embedder, [_place_text(place) for place in places])
        words = [_stems(place.path[-1]) for place in places]
        counts = Counter(word for each in words for word in each)
        self._rarity = {word: math.log((len(places) + 1) / count) for word, count in counts.items()}
        self._holders: dict[str, list[int]] = {}
        for at, each in enumerate(words):
            for word in each:
                self._holders.setdefault(word, []).append(at)
        self._weights = np.array([sum(self._rarity[word] for word in each) or 1.0 for each in words], np.float32)

    def place(self, products: Sequence[Document]) -> list[Placement]:
        """The likeliest place of each product."""
        if not products:
            return []
        own = _embedded(self._embedder, [_product_text(product) for product in products])
        weight = self._options.meaning_weight
        scores = weight * (own @ self._vectors.T)
        for row, product in enumerate(products):
            scores[row] += (1 - weight) * self._shared(product)
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
        own = (Fact("listed-under", LISTED, product.category),) if product.category else ()
        return replace(product, category=category, facts=(*product.facts, *own))

    def _shared(self, product: Document) -> npt.NDArray[np.float32]:
        """For each place the share of its words' weight that the product has, float32 [places]."""
        shared = np.zeros(len(self._places), np.float32)
        for word in _stems(f"{product.title} {product.category}"):
            shared[self._holders.get(word, [])] += self._rarity.get(word, 0.0)
        return shared / self._weights


def _embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    vectors = np.empty((len(texts), embedder.dimension), np.float32)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        vectors[batch] = embedder.embed([texts[at] for at in batch])
    return vectors


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))


def _place_text(place: Place) -> str:
    """The name of a place, then of what it is inside of: the first words say most."""
    return ", ".join(reversed(place.path))


def _product_text(product: Document) -> str:
    """The innermost category, then the title, then the categories around."""
    *around, inner = product.category.split(" > ")
    return ", ".join(filter(None, (inner, product.title, *reversed(around))))
