"""Builds an index from source files: reads, leaves out what is broken, and stops when that is too much."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from retrieval.document import Document
from retrieval.embedder import Embedder
from retrieval.index.index_folder import IndexReport, build_index, current_catalogue
from retrieval.index.index_update import update_index
from retrieval.index.vectors import EXACT
from retrieval.ingestion.guessed_map import Reading
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rows.rejection import Intake, Rejections, TooManyRejectedError
from retrieval.ingestion.sources import Source
from retrieval.options import IndexOptions, IngestOptions
from retrieval.progress import Progress, Untold

REJECTED = "rejected.jsonl"


class Placer(Protocol):
    """Puts products under a category of its own choice."""

    def placed(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Give the documents in their order, products with their new category."""
        ...


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What came out of the sources, what was indexed, and the file that has what was left out."""

    intake: Intake
    index: IndexReport
    rejected: Path
    readings: tuple[Reading, ...] = ()

    def lines(self) -> Iterator[str]:
        """Say in lines of text how columns were taken, what is indexed, how much was left out, and why."""
        for reading in self.readings:
            yield from reading.lines()
        yield from index_lines(self.index)
        where = f": {self.rejected}" if self.intake.rejected else ""
        yield f"{self.intake.read} entries read, {self.intake.kept} kept, {self.intake.rejected} left out{where}"
        for reason, count in self.intake.left_out:
            yield f"{count:8}  {reason}"


def index_lines(report: IndexReport) -> Iterator[str]:
    """Say in lines of text what an index holds and how its vectors are searched."""
    unchanged = " (unchanged)" if report.unchanged else ""
    yield f"{report.documents} documents, {report.passages} passages{unchanged}"
    how = "one by one" if report.vector_search == EXACT else f"in cells ({report.vector_search})"
    yield f"{report.vectors} vectors, {report.embedded} of them new, searched {how}"


def index_sources(
    sources: Sequence[Source],
    embedder: Embedder,
    index_dir: Path,
    options: IngestOptions | None = None,
    progress: Progress | None = None,
    placer: Placer | None = None,
    *,
    index_options: IndexOptions | None = None,
    update: bool = False,
) -> SourceReport:
    """Index every document of `sources` in `index_dir`; what is left out stands in its `rejected.jsonl`.

    With a `placer`, products are indexed under the category that it gives them. `update`: keep what the index has, add
    the documents, and put them in the place of those with their ids.

    Raises TooManyRejectedError when more than the share that `options` allow is left out; the index stays as it was.
    """
    options, progress = options or IngestOptions(), progress or Untold()
    with ExitStack() as stack:
        rejections = stack.enter_context(Rejections(index_dir / REJECTED))
        held = stack.enter_context(current_catalogue(index_dir)) if update else None
        kept = _Counted(read_sources(sources, rejections, progress.advance, held.has if held else lambda _: False))
        documents = _tolerable(sources, kept, rejections, options, progress)
        placed = placer.placed(documents) if placer else documents
        if update:
            report = update_index(index_dir, embedder, placed, progress=progress, options=index_options)
        else:
            report = build_index(placed, embedder, index_dir, progress, index_options)
    readings = tuple(source.reading for source in sources if source.reading)
    return SourceReport(rejections.intake(kept.count), report, rejections.path, readings)


class _Counted:
    """Passes documents on and counts them."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.count = 0
        self._documents = documents

    def __iter__(self) -> Iterator[Document]:
        for document in self._documents:
            self.count += 1
            yield document


def _tolerable(
    sources: Sequence[Source],
    kept: _Counted,
    rejections: Rejections,
    options: IngestOptions,
    progress: Progress,
) -> Iterator[Document]:
    """The documents; raises TooManyRejectedError at their end when too much was left out."""
    progress.begin("reading", sum(source.path.stat().st_size for source in sources), "B")
    yield from kept
    intake = rejections.intake(kept.count)
    if intake.rejected > options.max_rejected_share * intake.read:
        raise TooManyRejectedError(_complaint(intake, rejections, options))


def _complaint(intake: Intake, rejections: Rejections, options: IngestOptions) -> str:
    reasons = ", ".join(f"{count} times {reason}" for reason, count in intake.left_out[:3])
    first = f" The first: {rejections.first.place}: {rejections.first.problem}." if rejections.first else ""
    return (
        f"{intake.rejected} of {intake.read} entries cannot be read ({reasons}), and [ingest] max_rejected_share allows"
        f" {options.max_rejected_share:.0%}: the index stays as it was.{first} All of them: {rejections.path}"
    )
