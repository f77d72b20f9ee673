"""Reads a folder of knowledge whole or not at all, and indexes the names of products that are in no catalogue.

The first entry that cannot be read is an error: this is for knowledge that is kept with the code.
`retrieval.ingestion.intake` reads what comes from elsewhere, and leaves out what it cannot read.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from retrieval.document import Document
from retrieval.errors import CorpusError
from retrieval.index.name_index import NAMES_SCHEMA, NameIndex, NameWriter
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.sources import sources_in


def refuse(rejected: Rejected) -> None:
    """Stop at the first entry that would be left out, by raising its CorpusError."""
    raise CorpusError(rejected.place, rejected.problem, rejected.reason)


def read_corpus(folder: Path) -> Iterator[Document]:
    """Read every document of `folder`: products, concepts, FAQ, policies, reviews.

    Raises CorpusError for a missing or empty folder, a row that cannot be read, an id used twice, or a review of a
    product that is not there.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CorpusError(f"{folder}:1", "there is no such folder; name the folder that holds products.jsonl")
    yield from read_sources(sources_in([folder]), refuse)


def name_index(products: Iterable[Document]) -> NameIndex:
    """Index the names of `products` in memory; for one thread."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(NAMES_SCHEMA)
    writer = NameWriter(connection)
    for product in products:
        writer.add(product)
    return NameIndex(lambda sql, parameters: connection.execute(sql, parameters).fetchall())
