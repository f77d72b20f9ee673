"""Finds passages by word and by meaning at once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from retrieval.document import PRODUCT
from retrieval.embedder import Embedder, Vectors
from retrieval.filtering import Filter, Selection
from retrieval.index.catalogue import Catalogue
from retrieval.index.index_folder import open_index
from retrieval.index.vectors import VectorIndex
from retrieval.language.wording import clean
from retrieval.options import SearchOptions
from retrieval.passage import Passage
from retrieval.search.bm25 import LexicalSearch
from retrieval.search.fusion import fuse


class HybridRetriever:
    """BM25 and vector search over one index, fused; thread-safe.

    Close it, or use it as a context manager.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        vectors: VectorIndex,
        embedder: Embedder,
        options: SearchOptions | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._vectors = vectors
        self._embedder = embedder
        self._options = options or SearchOptions()
        self._lexical = LexicalSearch(catalogue, self._options)

    @classmethod
    def open(cls, index_dir: Path, embedder: Embedder, options: SearchOptions | None = None) -> "HybridRetriever":
        """Open the index in `index_dir`; raises IndexUnusableError when it is missing, damaged or
        another model's.
        """
        return cls(*open_index(index_dir, embedder), embedder, options)

    def weighted(self, dense_weight: float) -> "HybridRetriever":
        """The same index, open as long as this, with another share of the meaning score."""
        options = replace(self._options, dense_weight=dense_weight)
        return HybridRetriever(self.catalogue, self._vectors, self._embedder, options)

    def __enter__(self) -> "HybridRetriever":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the catalogue; searches after this raise RetrievalError."""
        self.catalogue.close()

    def embed(self, text: str) -> Vectors:
        """The vector of one text, float32 [dimension]."""
        vector: Vectors = self._embedder.embed([clean(text)])[0]
        return vector

    def embed_all(self, texts: Sequence[str]) -> Vectors:
        """The vectors of several texts, float32 [texts, dimension]."""
        return self._embedder.embed([clean(text) for text in texts])

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        kind: str | None = None,
        about: str | None = None,
        only: Filter | None = None,
        vector: Vectors | None = None,
    ) -> list[Passage]:
        """The passages that fit `text` best, best first, at most `limit`.

        `only` narrows the search before it ranks: to a brand, a category, prices and what is in stock. So do `kind`
        and `about` (reviews of that product), which are added to it.
        `vector` is the embedding of `text` where the caller has it. Scores run from 0 to 1.
        """
        options = self._options
        chosen = only or Filter()
        chosen = replace(
            chosen,
            kind=chosen.kind if kind is None else kind,
            about=chosen.about if about is None else about,
        )
        selection = self.catalogue.select(chosen)
        if not selection.count:
            return []
        candidates = max(options.candidates, limit)
        lexical = self._lexical.search(clean(text), candidates, chosen) if options.dense_weight < 1 else {}
        dense: dict[int, float] = {}
        if options.dense_weight > 0:
            vector = self.embed(text) if vector is None else vector
            dense = self._dense(vector, candidates, selection, lexical)
        fused = fuse(dense, lexical, options.dense_weight)
        return self.catalogue.passages(dict(list(fused.items())[: max(limit, 0)]))

    def _dense(self, vector: Vectors, limit: int, only: Selection, others: Collection[int]) -> dict[int, float]:
        """The meaning scores of the `limit` passages nearest to `vector` among `only`, and of `others`."""
        best = self._vectors.search(vector, limit, only)
        best |= self._vectors.cosines(vector, [position for position in others if position not in best])
        weight = self._options.second_weight
        if not weight:
            return best
        second = self._vectors.second_best(vector, best)
        return {position: (1 - weight) * score + weight * second[position] for position, score in best.items()}

    def wordings_at(self, positions: Collection[int]) -> dict[int, Vectors]:
        """The vectors of the passages at `positions`, float32 [wordings, dimension], by position."""
        return self._vectors.of(positions)

    def rarity(self, word: str) -> float:
        """How telling `word` is: 0 when every passage has it, 1 when one or none has."""
        return self._lexical.rarity(word)

    def is_known(self, word: str) -> bool:
        """Whether any passage has `word`, in any of its forms."""
        return self._lexical.stands_in(word)

    def is_spelled_right(self, word: str) -> bool:
        """Whether `word` is one that a passage has or the embedder knows."""
        return self.is_known(word) or self._embedder.knows(word)

    def is_word(self, word: str) -> bool:
        """Whether the embedder knows `word`, whatever stands in the catalogue."""
        return self._embedder.knows(word)

    def is_of_product(self, word: str) -> bool:
        """Whether a passage of a product has `word`, in any of its forms."""
        return self._lexical.stands_in(word, PRODUCT)

    def products_with(self, words: Collection[str], limit: int) -> list[str]:
        """The ids of the products whose passages have all of `words`; empty where one stands in more than `limit`."""
        mask = self.catalogue.select(Filter(kind=PRODUCT)).mask
        shared: set[str] | None = None
        for word in words:
            found = self._lexical.positions_with(word)
            positions = found[mask[found]].tolist()
            if len(positions) > limit:
                return []
            having = {passage.document_id for passage in self.catalogue.passages(dict.fromkeys(positions, 0.0))}
            shared = having if shared is None else shared & having
        return sorted(shared or ())

    def likeness(self, vector: Vectors, *, kind: str | None = None, document_id: str | None = None) -> dict[str, float]:
        """Cosine of every passage of one kind or document with `vector` (float32 [dimension]), by passage id."""
        only = self.catalogue.select(Filter(kind, document_id))
        scores = self._vectors.search(vector, only.count, only)
        return dict(zip(self.catalogue.passage_ids(scores), scores.values(), strict=True))
