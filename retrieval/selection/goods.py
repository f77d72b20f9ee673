"""The products that a search leaves, however many there are: counted and sorted by the database, never all held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from retrieval.document import PRODUCT, Document, Fact
from retrieval.filtering import Filter, category_range
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import LAST


@dataclass(frozen=True, slots=True)
class Kinds:
    """What kinds of products are asked for: those of a category or below it, or whose title ends with a word."""

    categories: tuple[str, ...]
    endings: tuple[str, ...]


class Goods:
    """The documents of a catalogue that pass a filter and, where `kinds` are given, are of one of them.

    Thread-safe; every method asks the catalogue anew.
    """

    def __init__(
        self, catalogue: Catalogue, only: Filter, kinds: Kinds | None = None, ids: Sequence[str] | None = None
    ) -> None:
        """`ids`: of these products alone, where they are given."""
        self.only = only
        self._catalogue = catalogue
        where, self._parameters = only.as_sql()
        if kinds is not None:
            chosen, more = _ids_of(catalogue, kinds)
            where, self._parameters = f"d.id IN ({chosen}) AND {where}", (*more, *self._parameters)
        if ids is not None:
            where = f"d.id IN ({', '.join('?' * len(ids))}) AND {where}"
            self._parameters = (*ids, *self._parameters)
        self._from = f"FROM documents d WHERE {where}"

    def count(self) -> int:
        """How many there are."""
        return int(self._catalogue.rows(f"SELECT count(*) {self._from}", self._parameters)[0][0])

    def first(self, limit: int, *, most_expensive: bool = False) -> list[Document]:
        """The `limit` cheapest, or most expensive, in that order; those without a price come last."""
        order = f"d.price IS NULL, d.price {'DESC' if most_expensive else 'ASC'}, d.id"
        rows = self._catalogue.rows(f"SELECT d.id {self._from} ORDER BY {order} LIMIT ?", (*self._parameters, limit))
        return self._catalogue.documents_of([document_id for (document_id,) in rows])

    def among(self, document_ids: Sequence[str]) -> list[Document]:
        """Those that are called so, in that order."""
        marks = ", ".join("?" * len(document_ids))
        sql = f"SELECT d.id {self._from} AND d.id IN ({marks})"
        passing = {document_id for (document_id,) in self._catalogue.rows(sql, (*self._parameters, *document_ids))}
        return self._catalogue.documents_of([each for each in document_ids if each in passing])

    def with_facts_alone(self) -> Iterator[Document]:
        """Each one that has facts, with its id, brand and facts only, by id; read as they are asked for."""
        sql = (
            "SELECT f.document_id, p.brand, f.slug, f.label, f.text, f.number"
            " FROM facts f JOIN documents p ON p.id = f.document_id"
            f" WHERE f.document_id IN (SELECT d.id {self._from}) ORDER BY f.document_id, f.ordinal"
        )
        for (document_id, brand), rows in groupby(self._catalogue.stream(sql, self._parameters), key=itemgetter(0, 1)):
            yield Document(document_id, PRODUCT, "", "", brand=brand, facts=tuple(Fact(*row[2:]) for row in rows))


def _ids_of(catalogue: Catalogue, kinds: Kinds) -> tuple[str, tuple[str, ...]]:
    """A query for the ids of the products of some kinds, and its parameters."""
    below = "SELECT key FROM keys WHERE field = 'category' AND (key = ? OR key BETWEEN ? AND ?)"
    keys = [key for each in kinds.categories for (key,) in catalogue.rows(below, category_range(each))]
    return (
        f"SELECT id FROM documents WHERE category_key IN ({', '.join('?' * len(keys))})"
        " UNION ALL SELECT n.product_id FROM name_tokens t JOIN names n ON n.id = t.name"
        f" WHERE t.place = {LAST} AND t.token IN ({', '.join('?' * len(kinds.endings))})"
    ), (*keys, *kinds.endings)
