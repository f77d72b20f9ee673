"""The products that a search leaves, however many there are: counted and sorted by the database, never all held."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from retrieval.conditions import Condition, Kinds
from retrieval.document import PRODUCT, Document, Fact
from retrieval.filtering import Filter, category_range
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import LAST


class Goods:
    """The documents of a catalogue that pass a filter and all conditions and, where `kinds` are given, are of each.

    Thread-safe; every method asks the catalogue anew.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        only: Filter,
        kinds: Kinds | Sequence[Kinds] | None = None,
        ids: Sequence[str] | None = None,
        tests: Sequence[Condition] = (),
    ) -> None:
        """`ids`: of these products alone, where they are given."""
        self.only = only
        self._catalogue = catalogue
        self._parameters: tuple[object, ...]
        where, self._parameters = only.as_sql()
        for test in tests:
            tested, more = test.as_sql()
            where, self._parameters = f"{tested} AND {where}", (*more, *self._parameters)
        for each in (kinds,) if isinstance(kinds, Kinds) else kinds or ():
            chosen, more = _ids_of(catalogue, each)
            where, self._parameters = f"d.id IN ({chosen}) AND {where}", (*more, *self._parameters)
        if ids is not None:
            where = f"d.id IN ({_marks(ids)}) AND {where}"
            self._parameters = (*ids, *self._parameters)
        self._from = f"FROM documents d WHERE {where}"

    def count(self) -> int:
        """How many there are."""
        return int(self._catalogue.rows(f"SELECT count(*) {self._from}", self._parameters)[0][0])

    def state(self, labels: Sequence[str]) -> bool:
        """Whether any of them has something under one of `labels`."""
        stated = (
            f"SELECT 1 FROM value_texts v JOIN value_products p ON p.value = v.id WHERE v.label IN ({_marks(labels)})"
        )
        sql = f"{stated} AND p.document_id IN (SELECT d.id {self._from}) LIMIT 1"
        return bool(self._catalogue.rows(sql, (*labels, *self._parameters)))

    def first(self, limit: int, *, most_expensive: bool = False) -> list[Document]:
        """The `limit` cheapest, or most expensive, in that order; those without a price come last."""
        order = f"d.price IS NULL, d.price {'DESC' if most_expensive else 'ASC'}, d.id"
        rows = self._catalogue.rows(f"SELECT d.id {self._from} ORDER BY {order} LIMIT ?", (*self._parameters, limit))
        return self._catalogue.documents_of([document_id for (document_id,) in rows])

    def among(self, document_ids: Sequence[str]) -> list[Document]:
        """Those that are called so, in that order."""
        sql = f"SELECT d.id {self._from} AND d.id IN ({_marks(document_ids)})"
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


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _ids_of(catalogue: Catalogue, kinds: Kinds) -> tuple[str, tuple[object, ...]]:
    """A query for the ids of the products of some kinds, and its parameters."""
    below = "SELECT key FROM keys WHERE field = 'category' AND (key = ? OR key BETWEEN ? AND ?)"
    keys = [key for each in kinds.categories for (key,) in catalogue.rows(below, category_range(each))]
    return (
        f"SELECT id FROM documents WHERE category_key IN ({_marks(keys)})"
        " UNION ALL SELECT n.product_id FROM name_tokens t JOIN names n ON n.id = t.name"
        f" WHERE t.place = {LAST} AND t.token IN ({_marks(kinds.endings)})"
    ), (*keys, *kinds.endings)
