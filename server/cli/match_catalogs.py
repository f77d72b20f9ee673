"""Reads two catalogues, matches and merges them, and writes them as one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.catalogs.matching import match
from retrieval.catalogs.merging import Catalog, merge
from retrieval.errors import RetrievalError
from retrieval.ingestion.column_map import ColumnMap
from retrieval.ingestion.column_map_files import read_map
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.row_writing import house_fields
from retrieval.ingestion.rows.rejection import Intake, Rejections
from retrieval.ingestion.sources import sources_in
from retrieval.progress import Progress
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class MatchReport:
    """How many products either side has, how many pairs are the same, and how many products there are now."""

    left: int
    right: int
    pairs: int
    products: int
    intake: Intake
    rejected: Path

    def lines(self) -> Iterator[str]:
        """Return the report as lines of text."""
        yield f"{self.left} and {self.right} products, {self.pairs} pairs are the same: {self.products} products"
        where = f": {self.rejected}" if self.intake.rejected else ""
        yield f"{self.intake.read} entries read, {self.intake.kept} kept, {self.intake.rejected} left out{where}"
        for reason, count in self.intake.left_out:
            yield f"{count:8}  {reason}"


def match_files(
    settings: Settings, left: Path, right: Path, maps: Sequence[Path], out: Path, progress: Progress
) -> MatchReport:
    """Write everything of two sources to the JSON Lines file `out`, the products that are the same in both once.

    Values that differ are kept under the name of the file or folder that has them. What cannot be read is left out and
    is in the folder of `out`, in a file of the same name with `.rejected.jsonl`.
    """
    if left.resolve() == right.resolve():
        raise RetrievalError(f"{left} is named twice; name two sources")
    column_maps = [read_map(path) for path in maps]
    with Rejections(out.with_suffix(".rejected.jsonl")) as rejections:
        first, second = (_catalog(path, column_maps, rejections) for path in (left, right))
        intake = rejections.intake(len(first.documents) + len(second.documents))
    matches = match(first.products, second.products, settings.match, progress)
    products = 0
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as file:
        for document in merge(first, second, matches):
            fields = house_fields(document)
            products += fields["kind"] == "product"
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")
    return MatchReport(len(first.products), len(second.products), len(matches), products, intake, rejections.path)


def _catalog(path: Path, maps: Sequence[ColumnMap], rejections: Rejections) -> Catalog:
    return Catalog(path.name.partition(".")[0], list(read_sources(sources_in([path], maps), rejections)))
