"""Builds an index from source files: reads, leaves out what is broken, and stops when that is too much."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.document import Document
from retrieval.embedder import Embedder
from retrieval.index import IndexReport, build_index
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rejection import Intake, Rejections, TooManyRejectedError
from retrieval.ingestion.sources import Source
from retrieval.options import IngestOptions
from retrieval.progress import Progress, Untold
from retrieval.taxonomy import TaxonomyPlacer

REJECTED = "rejected.jsonl"


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What came out of the sources, what was indexed, and the file that has what was left out."""

    intake: Intake
    index: IndexReport
    rejected: Path

    def lines(self) -> Iterator[str]:
        """What a person is told: what is indexed, how much was left out, and why."""
        unchanged = " (unchanged)" if self.index.unchanged else ""
        yield f"{self.index.documents} documents, {self.index.passages} passages{unchanged}"
        where = f": {self.rejected}" if self.intake.rejected else ""
        yield f"{self.intake.read} entries read, {self.intake.kept} kept, {self.intake.rejected} left out{where}"
        for reason, count in self.intake.left_out:
            yield f"{count:8}  {reason}"


def index_sources(
    sources: Sequence[Source],
    embedder: Embedder,
    index_dir: Path,
    options: IngestOptions | None = None,
    progress: Progress | None = None,
    placer: TaxonomyPlacer | None = None,
) -> SourceReport:
    """Index every document of `sources` in `index_dir`; what is left out stands in its `rejected.jsonl`.

    With a `placer`, products are indexed under their place in its taxonomy.

    Raises TooManyRejectedError when more than the share that `options` allow is left out; the index stays as it was.
    """
    options, progress = options or IngestOptions(), progress or Untold()
    with Rejections(index_dir / REJECTED) as rejections:
        intake: list[Intake] = []
        documents = _tolerable(sources, rejections, options, progress, intake.append)
        report = build_index(placer.placed(documents) if placer else documents, embedder, index_dir, progress)
    return SourceReport(intake[0], report, rejections.path)


def _tolerable(
    sources: Sequence[Source],
    rejections: Rejections,
    options: IngestOptions,
    progress: Progress,
    done: Callable[[Intake], None],
) -> Iterator[Document]:
    progress.begin("reading", sum(source.path.stat().st_size for source in sources), "B")
    kept = 0
    for document in read_sources(sources, rejections, progress.advance):
        kept += 1
        yield document
    intake = rejections.intake(kept)
    if intake.rejected > options.max_rejected_share * intake.read:
        raise TooManyRejectedError(_told(intake, rejections, options))
    done(intake)


def _told(intake: Intake, rejections: Rejections, options: IngestOptions) -> str:
    reasons = ", ".join(f"{count} times {reason}" for reason, count in intake.left_out[:3])
    first = f" The first: {rejections.first.place}: {rejections.first.problem}." if rejections.first else ""
    return (
        f"{intake.rejected} of {intake.read} entries cannot be read ({reasons}), and [ingest] max_rejected_share allows"
        f" {options.max_rejected_share:.0%}: the index stays as it was.{first} All of them: {rejections.path}"
    )
