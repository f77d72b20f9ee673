"""Search in ten thousand, a hundred thousand and a million passages: building, memory, time, and what is missed.

The catalogue is made of real text (see `benchmarks.shop_of_any_size`); the questions are real and really embedded.
Beside ours, the same questions to `bm25s` over the same passages, and to FAISS's flat index over the same vectors.
Everything runs in a process of its own, on as many threads as OMP_NUM_THREADS says.
`python -m benchmarks.scale [--only PART] [--keep] [--folder FOLDER] [PASSAGES...]`: with `--keep` the indexes stay, and
where one is there it is not built again.
"""

import argparse
import itertools
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.separate import peak_mib
from benchmarks.shop_of_any_size import FOLDER, ComposedEmbedder, Pieces, embedded, make
from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.options import EncoderOptions
from retrieval.embedder import Embedder, Vectors
from retrieval.filtering import Filter, Selection
from retrieval.index.chunking import cut
from retrieval.index.index_folder import build_index
from retrieval.index.index_update import update_index
from retrieval.index.manifest import read_manifest
from retrieval.index.vectors import MATRIX
from retrieval.search.retriever import HybridRetriever

SIZES = (10_000, 100_000, 1_000_000)
WORK = Path(__file__).parents[1] / "build" / "scale"
QUESTIONS = 200  # without a filter, and as many with one
FOUND = 10  # passages that a search is asked for, and that recall is measured on
CANDIDATES = 50  # that the two other systems are asked for: what ours asks of each of its halves
FLAT_QUESTIONS = 25
CHANGED = 100  # documents
Measured = dict[str, Any]


class Stages:
    """A Progress that notes how much time each stage of a build took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._what, self._began = "reading", time.process_time()

    def begin(self, what: str, total: int, unit: str) -> None:
        now = time.process_time()
        self.seconds[self._what] = self.seconds.get(self._what, 0.0) + now - self._began
        self._what, self._began = what, now

    def describe(self, what: str) -> None:
        """Nothing to note."""

    def advance(self, done: int) -> None:
        """Nothing to note."""


class Named:
    """An embedder under another's name, which remembers nothing."""

    def __init__(self, embedder: Embedder, identity: str) -> None:
        self.identity, self.dimension = identity, embedder.dimension
        self.embed, self.knows = embedder.embed, embedder.knows


def _encoder() -> MiniLMEncoder:
    return MiniLMEncoder.shared(EncoderOptions())


def build(passages: int, work: Path) -> Measured:
    """Build an index of so many passages in the folder `work`; CPU seconds by stage."""
    pieces, encoder = Pieces(), _encoder()
    embedder = ComposedEmbedder(encoder, embedded(pieces, encoder, work))
    # Pieces that are only known from the documents are embedded before the clock runs.
    embedder.learn(text for document in make(pieces, passages) for chunk in cut(document) for text in chunk.meanings)
    stages = Stages()
    report = build_index(make(pieces, passages), embedder, work / str(passages), stages)
    stages.begin("", 0, "")
    size = sum(path.stat().st_size for path in (work / str(passages)).rglob("*") if path.is_file())
    return {
        "documents": report.documents,
        "passages": report.passages,
        "vectors": report.vectors,
        "vector search": report.vector_search,
        "stages": stages.seconds,
        "disk MiB": size / 2**20,
        "peak MiB": peak_mib(),
    }


def search(passages: int, work: Path) -> Measured:
    """Open an index, ask it, and compare its vector search with an exact one."""
    folder, encoder = work / str(passages), _encoder()
    questions = Pieces().questions[: 2 * QUESTIONS]
    encoder.embed(["warm up"])
    before = _rss_mib()
    started = time.perf_counter()
    identity = read_manifest(folder).embedder
    with HybridRetriever.open(folder, Named(encoder, identity)) as retriever:
        opened = time.perf_counter() - started
        filters = list(_filters(retriever, len(questions)))
        measured: Measured = {"open s": opened, "RSS MiB": {"models": before, "opened": _rss_mib()}}
        plain, filtered = questions[:QUESTIONS], questions[QUESTIONS:]
        measured["embedding alone"] = _timed(lambda at: encoder.embed([plain[at] + "?"]), QUESTIONS)
        measured["no filter"] = _timed(lambda at: retriever.search(plain[at], limit=FOUND), QUESTIONS)
        measured["filter"] = _timed(
            lambda at: retriever.search(filtered[at], limit=FOUND, only=filters[at]), len(filtered)
        )
        measured["same filters again"] = _timed(
            lambda at: retriever.search(filtered[at] + " ", limit=FOUND, only=filters[at]), len(filtered)
        )
        measured["words alone"] = _timed(lambda at: retriever._lexical.search(plain[at], CANDIDATES), QUESTIONS)
        vectors, everything = encoder.embed(questions), retriever.catalogue.select(Filter())
        measured["vectors alone"] = _timed(
            lambda at: retriever._vectors.search(vectors[at], CANDIDATES, everything), QUESTIONS
        )
        measured["RSS MiB"]["searched"] = _rss_mib()
        measured["peak MiB"] = peak_mib()
        measured["recall"] = _recall(retriever, vectors[:QUESTIONS], [everything] * QUESTIONS)
        measured["filtered recall"] = _recall(
            retriever, vectors[QUESTIONS:], [retriever.catalogue.select(each) for each in filters[: len(filtered)]]
        )
        return measured


def _filters(retriever: HybridRetriever, number: int) -> Iterator[Filter]:
    """What shoppers set: a brand, a department, a price, what is in stock, and two of them at once."""
    picker = random.Random(1)
    brands, categories = (_values(retriever, name) for name in ("brand", "category"))
    for at in range(number):
        price = float(picker.randint(20, 900))
        department = picker.choice(categories).split(" > ")[0]
        yield (
            Filter(brand=picker.choice(brands)),
            Filter(kind="product", max_price=price),
            Filter(category=department, in_stock=True),
            Filter(category=picker.choice(categories)),
            Filter(in_stock=True, min_price=price, max_price=3 * price),
        )[at % 5]


def _values(retriever: HybridRetriever, name: str) -> list[str]:
    """Every brand or category of the index once, in the spelling of its first product, in the order of the alphabet."""
    sql = "SELECT min({0}) FROM documents WHERE {0}_key <> '' GROUP BY {0}_key ORDER BY {0}_key"
    return [value for (value,) in retriever.catalogue.rows(sql.format(name))]


def _timed(ask: Callable[[int], object], number: int) -> Measured:
    """Median and 95th percentile of the milliseconds that each of several calls takes, by the clock and of CPU time."""
    ask(0)
    clock, cpu = [], []
    for at in range(number):
        started = time.perf_counter(), time.process_time()
        ask(at)
        clock.append(time.perf_counter() - started[0])
        cpu.append(time.process_time() - started[1])
    p50, p95 = (1000 * np.percentile(clock, share) for share in (50, 95))
    return {"p50": p50, "p95": p95, "p50 CPU": 1000 * np.percentile(cpu, 50), "p95 CPU": 1000 * np.percentile(cpu, 95)}


def _recall(retriever: HybridRetriever, questions: Vectors, only: list[Selection]) -> float:
    """The share of each question's ten nearest passages that vector search finds, or others just as near."""
    index = retriever._vectors
    nearest = _tenth_nearest(index.matrix, index.owners, questions, only)
    shares = []
    for vector, chosen, (tenth, there) in zip(questions, only, nearest, strict=True):
        if there:
            found = index.search(vector, CANDIDATES, chosen)
            shares.append(sum(score >= tenth - 1e-5 for score in list(found.values())[:FOUND]) / min(there, FOUND))
    return float(np.mean(shares))


def _tenth_nearest(
    matrix: Vectors, owners: npt.NDArray[np.int32], questions: Vectors, only: list[Selection]
) -> list[tuple[float, int]]:
    """For each question the cosine of the tenth nearest passage that may be found, and their number, up to ten."""
    best = np.full((len(questions), FOUND), -2.0, np.float32)
    begins = np.r_[np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]), len(owners)]
    step = 20_000  # passages
    for at in range(0, len(begins) - 1, step):
        edges = begins[at : at + step + 1]
        scores = np.maximum.reduceat(matrix[edges[0] : edges[-1]] @ questions.T, edges[:-1] - edges[0]).T
        for row, chosen in enumerate(only):
            scores[row, ~chosen.mask[owners[edges[:-1]]]] = -2.0
        joined = np.concatenate([best, scores], axis=1)
        best = -np.partition(-joined, FOUND - 1, axis=1)[:, :FOUND]
    return [(float(row[row > -2].min(initial=2.0)), int((row > -2).sum())) for row in best]


def update(passages: int, work: Path) -> Measured:
    """Change, add and forget a few documents; seconds by the clock and of CPU time."""
    pieces, encoder = Pieces(), _encoder()
    embedder = ComposedEmbedder(encoder, embedded(pieces, encoder, work))
    held = {document.id: document for document in itertools.islice(make(pieces, passages), 2 * CHANGED)}
    other = {document.id: document for document in itertools.islice(make(pieces, passages, seed=1), CHANGED)}
    embedder.learn(text for document in other.values() for chunk in cut(document) for text in chunk.meanings)
    forgotten = [document_id for document_id in held if document_id not in other][:CHANGED]
    changing = work / f"{passages}-changing"
    shutil.copytree(work / str(passages), changing, copy_function=os.link)  # no file of an index is ever written again
    began = time.perf_counter(), time.process_time()
    report = update_index(changing, embedder, other.values(), forgotten)
    shutil.rmtree(changing)
    return {
        "changed": len(other),
        "forgotten": len(forgotten),
        "embedded": report.embedded,
        "s": time.perf_counter() - began[0],
        "s CPU": time.process_time() - began[1],
        "peak MiB": peak_mib(),
    }


def ask_bm25s(passages: int, _: Path) -> Measured:
    """The same passages and questions in bm25s."""
    import bm25s

    pieces = Pieces()
    questions = pieces.questions[:QUESTIONS]
    began = time.process_time()
    texts = [
        f"{chunk.title} {chunk.text} {chunk.aliases}" for document in make(pieces, passages) for chunk in cut(document)
    ]
    made = time.process_time()
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    del texts
    seconds = time.process_time() - made

    def ask(at: int) -> object:
        words = bm25s.tokenize(questions[at], stopwords="en", show_progress=False)
        return index.retrieve(words, k=CANDIDATES, show_progress=False)

    return {"made s": made - began, "build s": seconds, "RSS MiB": _rss_mib(), "words alone": _timed(ask, QUESTIONS)}


def ask_flat(passages: int, work: Path) -> Measured:
    """The same vectors and questions in FAISS's flat index."""
    import faiss

    folder = work / str(passages)
    matrix = np.load(folder / read_manifest(folder).generation / MATRIX)
    questions = _encoder().embed(Pieces().questions[:FLAT_QUESTIONS])
    index = faiss.IndexFlatIP(matrix.shape[1])
    index.add(matrix)
    del matrix
    measured = _timed(lambda at: index.search(questions[at : at + 1], CANDIDATES), FLAT_QUESTIONS)
    return {"RSS MiB": _rss_mib(), "vectors alone": measured}


def _rss_mib() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status tells no VmRSS")


def _apart(part: Callable[[int, Path], Measured], passages: int, work: Path) -> Measured:
    """Run a part in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(part, passages, work).result()


PARTS = {part.__name__: part for part in (build, search, ask_bm25s, ask_flat, update)}


def main() -> None:
    """Print everything for every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("passages", nargs="*", type=int, default=SIZES)
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be given several times")
    parser.add_argument("--keep", action="store_true", help="leave the indexes where they are")
    parser.add_argument("--folder", type=Path, default=WORK, help="where the indexes are made")
    asked = parser.parse_args()
    if not FOLDER.exists():
        print(f"{FOLDER} is not there: nothing to measure search at scale with")
        return
    work = asked.folder.resolve()
    for passages in asked.passages:
        folder = work / str(passages)
        print(f"--- {passages:,} passages", flush=True)
        for name in asked.only or PARTS:
            if name == "build" and folder.exists():
                print(f"{folder} is there: not built again")
                continue
            measured = _apart(PARTS[name], passages, work)
            print(*_lines(name, measured), sep="\n", flush=True)
        if not asked.keep:
            shutil.rmtree(folder)


def _lines(name: str, measured: Measured) -> Iterator[str]:
    for key, value in measured.items():
        if isinstance(value, dict):
            value = ", ".join(f"{each} {number:,.2f}" for each, number in value.items())
        yield f"{name:10} {key:20} {value:,.3f}" if isinstance(value, float) else f"{name:10} {key:20} {value}"


if __name__ == "__main__":
    main()
