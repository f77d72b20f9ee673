"""How well shops that nobody has tuned anything for are talked about: wishes, sums, reviews, rules and refusals.

Two invented catalogues (`talk/garden`, `talk/stays`) and questions about them that were written before anything was
changed for them. Half of the questions are for development; the other half is only reported. Three tables with odd
headers (`talk/books`, `talk/hardware`, `talk/clothes`) have 117 more, all of them looked at.

`python -m benchmarks.talk [development|report]`; misses of the development half are printed.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import refuse
from nlu.encoder.sentence_encoder import MiniLMEncoder
from retrieval.answering.answerer import Answerer
from retrieval.document import PRODUCT
from retrieval.index.index_folder import build_index
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.sources import sources_in
from retrieval.properties.general import GeneralKnowledge
from retrieval.question import Answer, Question
from retrieval.reading.reader import Reader
from retrieval.reading.turn_reader import TurnReader, labels_of
from retrieval.search.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

OWN = Path(__file__).parent / "talk"
INDEX = Path("build") / "benchmarks" / "talk"
CATALOGUES = ("garden", "stays", "books", "hardware", "clothes")
HALVES = ("development", "report")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what its answer has to say (`says`, patterns) and to rest on (ids without their kind).

    `all_of`: every one of these products; `among`: some of these products and no other; `rests_on`: these reviews,
    FAQ entries or policies; `is_refused`: nothing is told as a fact.
    """

    catalogue: str
    kind: str
    half: str
    text: str
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    all_of: frozenset[str] = frozenset()
    among: frozenset[str] = frozenset()
    rests_on: frozenset[str] = frozenset()
    is_refused: bool = False

    def is_right(self, answer: Answer | None) -> bool:
        """Whether `answer` says what it has to."""
        text, sources = (answer.text, answer.source_ids) if answer else ("", ())
        if any(re.search(pattern, text) for pattern in self.never):
            return False
        if answer and not all(re.search(pattern, text) for pattern in self.says):
            return False
        if self.is_refused:
            return not sources
        entries = {re.split("[#/]", source.partition(":")[2])[0] for source in sources}
        products = {re.split("[#/]", source)[0][len(PRODUCT) + 1 :] for source in sources if source.startswith(PRODUCT)}
        is_among = not self.among or (bool(products) and products <= self.among)
        return bool(text) and is_among and self.all_of <= products and self.rests_on <= entries


def read_questions(path: Path) -> Iterator[Asked]:
    """Read the questions, one a line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Asked(
            row["catalogue"],
            row["kind"],
            row["half"],
            row["q"],
            tuple(row.get("says", ())),
            tuple(row.get("never", ())),
            frozenset(row.get("ids", ())),
            frozenset(row.get("of", ())),
            frozenset((*row.get("src", ()), *row.get("faq", ()))),
            row.get("refused", False),
        )


def answers(questions: Sequence[Asked], embedder: MiniLMEncoder) -> Iterator[tuple[Asked, Answer | None]]:
    """Ask all questions, each of its catalogue."""
    general, reader = GeneralKnowledge.load(embedder), Reader.load(embedder)
    for name in CATALOGUES:
        build_index(read_sources(sources_in([OWN / name]), refuse), embedder, INDEX / name)
        with HybridRetriever.open(INDEX / name, embedder) as retriever:
            turns = TurnReader(reader, labels_of(retriever.catalogue.rows))
            answerer = Answerer(retriever, general=general, turns=turns)
            for asked in questions:
                if asked.catalogue == name:
                    yield asked, answerer.answer(Question(asked.text))


def main() -> None:
    """Print how many questions of each kind are answered right, and what was answered wrong in development."""
    halves = sys.argv[1:] or HALVES
    files = (OWN / "questions.jsonl", OWN / "questions-tables.jsonl")
    questions = [asked for path in files for asked in read_questions(path) if asked.half in halves]
    right, total = Counter[tuple[str, str]](), Counter((asked.half, asked.kind) for asked in questions)
    for asked, answer in answers(questions, load_encoder(load_settings())):
        if asked.is_right(answer):
            right[asked.half, asked.kind] += 1
        elif asked.half == "development":
            print(f"  miss: {asked.text!r} -> {answer and (answer.text, answer.source_ids)}")
    print(f"{'':16}" + "".join(f"{half:>16}" for half in halves))
    for kind in [*dict.fromkeys(asked.kind for asked in questions), "all"]:
        cells = []
        for half in halves:
            good, count = (_of(counted, half, kind) for counted in (right, total))
            cells.append(f"{good} of {count}{good / count if count else 0:5.0%}")
        print(f"{kind:16}" + "".join(f"{cell:>16}" for cell in cells))


def _of(counted: Counter[tuple[str, str]], half: str, kind: str) -> int:
    return counted[half, kind] if kind != "all" else sum(n for (of, _), n in counted.items() if of == half)


if __name__ == "__main__":
    main()
