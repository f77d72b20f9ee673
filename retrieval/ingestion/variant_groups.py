"""Gathers the rows of a file that are variants of one product, wherever in it they stand."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from retrieval.ingestion.column_map import EMPTY, VariantRule
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.rows.transforms import at_path

_CHILD = re.compile(r"(?:^|[,|;])\s*sku=([^,|;]+)")
_SCHEMA = """
CREATE TABLE rows (product INTEGER, number INTEGER, is_parent INTEGER, place TEXT, fields TEXT);
CREATE INDEX products ON rows (product, number);
CREATE TABLE names (name TEXT PRIMARY KEY, product INTEGER, is_key INTEGER) WITHOUT ROWID;
"""
_NAME = "INSERT INTO names VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET is_key = max(is_key, excluded.is_key)"


@dataclass(frozen=True, slots=True)
class VariantGroup:
    """The rows of one product; `key` is what they share, `parent` the place of the product's own row among them."""

    key: str
    rows: tuple[Row, ...]
    parent: int | None = None


def grouped(
    rows: Iterable[Row | Rejected], rule: VariantRule, reject: Callable[[Rejected], None]
) -> Iterator[VariantGroup]:
    """The products of a table in the order of their first rows; `reject` takes the rows that could not be read.

    The rows are kept in a file of SQLite's own meanwhile, so that memory does not grow with them.
    """
    if rule.each:
        for row in rows:
            if isinstance(row, Rejected):
                reject(row)
            else:
                yield _exploded(row, rule.each)
        return
    with closing(sqlite3.connect("")) as store:
        store.executescript(_SCHEMA)
        for number, row in enumerate(rows):
            if isinstance(row, Rejected):
                reject(row)
            else:
                _keep(store, number, row, rule)
        yield from _products(store)


def _exploded(row: Row, column: str) -> VariantGroup:
    """A row and the rows of the variants that it lists."""
    held = row.fields.get(column)
    inner = [item for item in held if isinstance(item, dict)] if isinstance(held, list) else []
    names = _option_names(row)
    children = [
        Row({f"{column}.{names.get(name, name)}": value for name, value in item.items()}, row.place) for item in inner
    ]
    own = Row({name: value for name, value in row.fields.items() if name != column}, row.place)
    return VariantGroup("", (own, *children), 0)


def _option_names(row: Row) -> dict[str, str]:
    """How Shopify's `option1`, `option2` of a variant are called by the product's list of options."""
    options = row.fields.get("options")
    items = [item for item in options if isinstance(item, dict)] if isinstance(options, list) else []
    return {f"option{at}": str(item["name"]) for at, item in enumerate(items, start=1) if item.get("name")}


def exploded_sample(row: Row, column: str) -> list[Row]:
    """A row as the rows that `grouped` makes of it, to look at its columns."""
    return list(_exploded(row, column).rows)


def _keep(store: sqlite3.Connection, number: int, row: Row, rule: VariantRule) -> None:
    reference = _text(row, rule.by)
    own = [text for name in rule.own if (text := _text(row, name))]
    names = [reference] if reference else [*own, *(f"id:{text}" for text in own)]
    children = _CHILD.findall(_text(row, rule.children)) if rule.children else []
    is_parent = bool(children) or bool(rule.by and rule.own and not reference)
    known = [_product_of(store, name) for name in (*names, *children)]
    products = sorted({product for product in known if product is not None})
    product = products[0] if products else number
    for other in products[1:]:
        store.execute("UPDATE rows SET product = ? WHERE product = ?", (product, other))
        store.execute("UPDATE names SET product = ? WHERE product = ?", (product, other))
    rows = [(name, product, name == reference) for name in (*names, *children)]
    store.executemany(_NAME, rows)
    fields = json.dumps(row.fields, ensure_ascii=False, default=str)
    store.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", (product, number, is_parent, row.place, fields))


def _product_of(store: sqlite3.Connection, name: str) -> int | None:
    found = store.execute("SELECT product FROM names WHERE name = ?", (name,)).fetchone()
    return int(found[0]) if found else None


def _products(store: sqlite3.Connection) -> Iterator[VariantGroup]:
    names = dict(store.execute("SELECT product, min(name) FROM names WHERE is_key GROUP BY product"))
    held: list[Row] = []
    parents: list[int] = []
    last: int | None = None
    sql = "SELECT product, is_parent, place, fields FROM rows ORDER BY product, number"
    for product, is_parent, place, fields in store.execute(sql):
        if product != last and held:
            yield _group(names.get(last, ""), held, parents)
            held, parents = [], []
        if is_parent:
            parents.append(len(held))
        held.append(Row(json.loads(fields), place))
        last = product
    if held:
        yield _group(names.get(last, ""), held, parents)


def _group(key: str, rows: Sequence[Row], parents: Sequence[int]) -> VariantGroup:
    return VariantGroup(key, tuple(rows), parents[-1] if parents else None)


def _text(row: Row, column: str) -> str:
    value = row.fields.get(column, at_path(row.fields, column.split("."))) if column else None
    text = f"{value:.15g}" if isinstance(value, int | float) else str(value).strip() if value is not None else ""
    return "" if text.lower() in EMPTY else text
