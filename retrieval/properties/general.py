"""What customers ask of anything that is sold or visited, and under which labels records have it.

The wordings stand in `general.yml`. Their vectors by the shipped encoder stand in `general.npz`, so that a start need
not wait for them; `python -m benchmarks.shops vectors` makes it. With any other encoder the wordings are embedded at
the start.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from retrieval.document import CONCEPT, Document, Fact
from retrieval.embedder import Embedder, Vectors
from retrieval.language.concepts import ABROAD, HAS, LABEL, LESS, MORE, UNIT, VALUE
from retrieval.language.wording import slug_of

FOLDER, WORDINGS, VECTORS = "retrieval.properties", "general.yml", "general.npz"
_LEVELS = 127  # of int8 in either direction


class GeneralKnowledge:
    """The properties that everybody asks for, as concepts, and how near a question is to each; immutable."""

    def __init__(self, documents: Iterable[Document], vectors: Vectors) -> None:
        """`vectors` are those of the wordings of `documents`, in their order, float32 [wordings, dimension]."""
        self.documents = tuple(documents)
        self._vectors = vectors
        counts = [len(document.aliases) for document in self.documents]
        self._starts = np.cumsum([0, *counts[:-1]])

    @classmethod
    def load(cls, embedder: Embedder) -> "GeneralKnowledge":
        """Load what the package ships; embeds it where the vectors are another encoder's or of other wordings."""
        documents = general_documents()
        wordings = [text for document in documents for text in document.aliases]
        with as_file(files(FOLDER).joinpath(VECTORS)) as path:
            shipped = shipped_vectors(np.load(path), key_of(embedder.identity, wordings)) if path.exists() else None
        return cls(documents, embedder.embed(wordings) if shipped is None else shipped)

    def likeness(self, vector: Vectors) -> dict[str, float]:
        """The cosine of `vector` (float32 [dimension]) with the nearest wording of each property, by its id."""
        nearest = np.maximum.reduceat(self._vectors @ vector, self._starts)
        return dict(zip((document.id for document in self.documents), nearest.tolist(), strict=True))


@cache
def general_documents() -> tuple[Document, ...]:
    """The properties as concepts, in the order of the file."""
    entries = yaml.safe_load(files(FOLDER).joinpath(WORDINGS).read_text(encoding="utf-8"))
    return tuple(map(_document, entries))


def _document(entry: Mapping[str, Any]) -> Document:
    name: str = entry["name"]
    texts = {
        LABEL: dict.fromkeys((*entry["labels"], name)),
        ABROAD: entry.get("abroad", ()),
        MORE: entry.get("more", ()),
        LESS: entry.get("less", ()),
        UNIT: entry.get("units", ()),
        VALUE: entry.get("values", ()),
        HAS: ("yes",) if entry.get("has") else (),
    }
    facts = [Fact(f"{kind}-{at}", kind, text) for kind, found in texts.items() for at, text in enumerate(found, 1)]
    return Document(f"{CONCEPT}:general/{slug_of(name)}", CONCEPT, name, "", tuple(entry["ask"]), tuple(facts))


def key_of(identity: str, wordings: Iterable[str]) -> str:
    """A digest of an encoder and what it embedded."""
    return hashlib.sha256(json.dumps([identity, *wordings]).encode()).hexdigest()


def packed(vectors: Vectors, key: str) -> dict[str, npt.NDArray[Any]]:
    """Arrays of a file that holds `vectors` (float32 [n, dimension]) in a byte a number."""
    scales = np.abs(vectors).max(axis=1, keepdims=True) / _LEVELS
    return {"key": np.array(key), "bytes": np.rint(vectors / scales).astype(np.int8), "scales": scales}


def shipped_vectors(held: Mapping[str, npt.NDArray[Any]], key: str) -> Vectors | None:
    """The vectors that such a file holds, float32 [n, dimension] of length 1; None when they are of another key."""
    if str(held["key"]) != key:
        return None
    vectors = held["bytes"] * held["scales"]
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit
