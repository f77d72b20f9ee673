"""How often the right FAQ entry comes first when it is asked for in a roundabout way, each entry with one wording.

Three sets: `ecommerce_faq` with the questions of `roundabout_faq.tsv`, invented before anything was measured; the turns
of the conversation sets that an entry of the place spoken of answers; and the demo shop's FAQ, whose alternatives are
asked and not indexed. A fixed half of the questions is to choose by, the other half is to report.

`python -m benchmarks.entries [report]` prints the half to choose by, or the other.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.corpus import read_corpus
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from retrieval.answering.entries import EntryFinder
from retrieval.answering.evidence import CUSTOMER, EvidenceWeights, Statement, features_of
from retrieval.document import FAQ, Document
from retrieval.embedder import WordEncoder
from retrieval.index.index_folder import build_index
from retrieval.options import AnswerOptions
from retrieval.passage import Passage
from retrieval.search.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

SHARED = Path("../shared/bench")
SHOP = SHARED / "retrieval/ecommerce_faq/Ecommerce_FAQ_Chatbot_dataset.json"
SHOP_ENTRIES = 80  # the one after them is empty
CONVERSATIONS = ("cambridge-dstc11", "sanfrancisco-spoken-dstc10")
WORDINGS = Path("benchmarks/roundabout_faq.tsv")
DEMO = Path("data/knowledge")
INDEX = Path("build/bench-entries")
MOST_ASKED = 100  # questions of a set, taken evenly
LOOKED_AT = 20  # entries that the second look puts in order


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the ids of the entries that answer it, and the product spoken of, empty for the whole shop."""

    text: str
    right: frozenset[str]
    about: str = ""

    @property
    def is_reported(self) -> bool:
        """Whether it is of the half that nothing is chosen by."""
        return bool(hashlib.sha256(self.text.encode()).digest()[0] & 1)


Find = Callable[[Asked], str | None]
Load = Callable[[], tuple[list[Document], list[Asked]]]


class RememberingEncoder:
    """Encodes the words of a text once, as if an index held those of its entries."""

    def __init__(self, encoder: MiniLMEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, EncodedText] = {}

    def encode_all(self, texts: Sequence[str]) -> list[EncodedText]:
        """The words of each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(new, self._encoder.encode_all(new), strict=True)
        return [self._known[text] for text in texts]


def shop() -> tuple[list[Document], list[Asked]]:
    """The entries of the shop and what is asked of them; several answer where the shop says a thing twice."""
    entries = json.loads(SHOP.read_text(encoding="utf-8"))["questions"][:SHOP_ENTRIES]
    documents = [Document(f"faq:{at}", FAQ, each["question"], each["answer"]) for at, each in enumerate(entries)]
    return documents, list(read_wordings(WORDINGS.read_text(encoding="utf-8")))


def read_wordings(text: str) -> Iterator[Asked]:
    """Lines of the numbers of the right entries, a tab, and a question."""
    for line in text.splitlines():
        numbers, question = line.split("\t")
        yield Asked(question, frozenset(f"faq:{number}" for number in numbers.split()))


def conversation(name: str) -> tuple[list[Document], list[Asked]]:
    """The entries of the places that are spoken of, and the turns that an entry answers."""
    rows = [json.loads(line) for line in (SHARED / "conversations" / name / "faq.jsonl").open(encoding="utf-8")]
    documents = {
        f"faq:{row['id']}": Document(
            f"faq:{row['id']}", FAQ, row["question"], row["answer"], about=f"product:{row['product_id']}"
        )
        for row in rows
    }
    asked = []
    for line in (SHARED / "conversations" / name / "conversations.jsonl").open(encoding="utf-8"):
        for turn in json.loads(line)["turns"]:
            right = [source for source in (turn.get("expect") or {}).get("sources", ()) if source in documents]
            places = {documents[source].about for source in right}
            if len(places) == 1:
                asked.append(Asked(turn["user"], frozenset(right), places.pop()))
    places = {each.about for each in asked}
    return [document for document in documents.values() if document.about in places], asked


def demo() -> tuple[list[Document], list[Asked]]:
    """The demo shop's entries without their alternatives, which are asked."""
    entries = [document for document in read_corpus(DEMO) if document.kind == FAQ]
    asked = [Asked(wording, frozenset([each.id])) for each in entries for wording in each.aliases]
    return [replace(each, aliases=()) for each in entries], asked


def searched(retriever: HybridRetriever, asked: Asked, limit: int = 1) -> list[Passage]:
    """The entries that a search finds, best first."""
    return retriever.search(asked.text, limit=limit, kind=FAQ, about=asked.about)


def first(retriever: HybridRetriever, asked: Asked) -> str | None:
    """The id of the entry that a search finds first."""
    return next((passage.id for passage in searched(retriever, asked)), None)


def by_fields(retriever: HybridRetriever, asked: Asked) -> str | None:
    """The entry whose question and answer are nearest, added up."""
    found = searched(retriever, asked, LOOKED_AT)
    positions = retriever.catalogue.positions_of([passage.id for passage in found])
    wordings = retriever.wordings_at(list(positions.values()))
    vector = retriever.embed(asked.text)
    return max(positions, key=lambda id_: float((wordings[positions[id_]] @ vector).sum()), default=None)


def second_look(retriever: HybridRetriever, encoder: WordEncoder, weights: EvidenceWeights, asked: Asked) -> str | None:
    """The first of the entries found by the evidence ranker, which reads them as customers' answers."""
    found = searched(retriever, asked, LOOKED_AT)
    if not found:
        return None
    words, meaning = (
        {each.id: each.score for each in searched(retriever.weighted(share), asked, SHOP_ENTRIES)} for share in (0, 1)
    )
    said = [
        Statement(each.text, CUSTOMER, each.title, words.get(each.id, 0.0), meaning.get(each.id, 0.0)) for each in found
    ]
    return found[int(np.argmax(weights.scores(features_of(asked.text, said, encoder))))].id


def late_interaction(retriever: HybridRetriever, encoder: WordEncoder, asked: Asked) -> str | None:
    """The first of the entries found by the mean over the question's words of the nearest word's cosine."""
    found = searched(retriever, asked, LOOKED_AT)
    if not found:
        return None
    question, *entries = encoder.encode_all([asked.text, *(f"{each.title} {each.text}" for each in found)])
    words, *said = (
        part / np.linalg.norm(part, axis=1, keepdims=True)
        for part in (each.word_vectors[:, : each.word_vectors.shape[1] // 2] for each in (question, *entries))
    )
    return found[int(np.argmax([(words @ each.T).max(axis=1).mean() for each in said]))].id


def found_by(finder: EntryFinder, retriever: HybridRetriever, asked: Asked) -> str | None:
    """What answers are made from."""
    entry = finder.find(asked.text, retriever.embed(asked.text), [asked.about] if asked.about else [])
    return entry.passage.id if entry else None


def ways(retriever: HybridRetriever, encoder: MiniLMEncoder) -> Mapping[str, Find]:
    """The ways to find an entry, by name."""
    words = RememberingEncoder(encoder)
    return {
        "MiniLM alone": partial(first, retriever.weighted(1)),
        "BM25 alone": partial(first, retriever.weighted(0)),
        "hybrid": partial(first, retriever),
        "answers": partial(found_by, EntryFinder(retriever, AnswerOptions()), retriever),
        "question and answer": partial(by_fields, retriever),
        "evidence ranker": partial(second_look, retriever, words, EvidenceWeights.shipped()),
        "late interaction": partial(late_interaction, retriever, words),
    }


def measure(find: Find, questions: Sequence[Asked]) -> tuple[int, float]:
    """How many questions find a right entry first, and the processor's milliseconds for one."""
    started = time.process_time()
    right = sum(find(asked) in asked.right for asked in questions)
    return right, (time.process_time() - started) * 1000 / max(len(questions), 1)


def main() -> None:
    """Print every set by every way."""
    encoder = load_encoder(load_settings())
    is_reported = sys.argv[1:] == ["report"]
    sets: dict[str, Load] = {
        "ecommerce_faq": shop,
        **{name: partial(conversation, name) for name in CONVERSATIONS},
        "demo": demo,
    }
    for name, load in sets.items():
        documents, everything = load()
        questions = [asked for asked in everything if asked.is_reported == is_reported]
        questions = questions[:: -(-len(questions) // MOST_ASKED)]
        print(f"{name}: {len(documents)} entries, {len(questions)} of {len(everything)} questions")
        build_index(documents, encoder, INDEX / name)
        with HybridRetriever.open(INDEX / name, encoder) as retriever:
            for way, find in ways(retriever, encoder).items():
                right, ms = measure(find, questions)
                print(f"  {way:22}{right:4} {right / len(questions):6.1%} {ms:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
