"""How often the right evidence for a question about a product is ranked first, on ePQA's development part.

Each of 977 questions has ten statements, graded 2 (answers it), 1 (answers it in part) or 0; 805 have one that answers
it, and those count here. There is no training part: the weights are learnt in five folds by product, and each question
is ranked by weights that saw neither it nor its product. The features were chosen on these questions, though, among
some thirty sets. The order of the statements in the file knows the answers, so ties are dealt by a seed.
"""

import csv
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from nlu.encoder import MiniLMEncoder
from retrieval.document import REVIEW, Document
from retrieval.evidence import FEATURES, VERSION, EvidenceWeights, Statement, features_of
from retrieval.index import build_index
from retrieval.measures import average_precision
from retrieval.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

EPQA = Path(__file__).parents[2] / "shared" / "bench" / "retrieval" / "contextual_product_qa" / "ePQA" / "dev.csv"
INDEX = Path("build") / "benchmarks" / "epqa"
SHIPPED = Path(__file__).parents[1] / "retrieval" / "evidence.json"
FOLDS = 5
STRENGTH = 0.03  # of the regression; scikit-learn's C
RIGHT = 2
_ASKED = " Question: "

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its product, and its statements with their kinds and grades."""

    name: str
    question: str
    product: str
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    grades: tuple[int, ...]

    @property
    def documents(self) -> Iterator[Document]:
        """The statements as documents about the case, each a passage with one vector."""
        for at, text in enumerate(self.texts):
            yield Document(f"{REVIEW}:{self.name}-{at}", REVIEW, "", text, about=self.name)


def read_cases() -> list[Case]:
    """The questions of the file, their statements in an order that a seed deals."""
    rows: dict[str, list[dict[str, str]]] = {}
    with EPQA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["qid"], []).append(row)
    dealer = np.random.default_rng(0)
    return [_case(name, [group[at] for at in dealer.permutation(len(group))]) for name, group in rows.items()]


def _case(name: str, rows: list[dict[str, str]]) -> Case:
    texts = tuple(row["candidate"] for row in rows)
    kinds = tuple(row["source"] for row in rows)
    return Case(name, rows[0]["question"], rows[0]["ASIN"], texts, kinds, tuple(int(row["label"]) for row in rows))


def scores_of(case: Case, retriever: HybridRetriever) -> list[float]:
    """The score of each statement in a search."""
    found = retriever.search(case.question, limit=99, about=case.name)
    scores = {passage.id: passage.score for passage in found}
    return [scores.get(f"{REVIEW}:{case.name}-{at}", 0.0) for at in range(len(case.texts))]


def statements_of(case: Case, by_words: Sequence[float], by_meaning: Sequence[float]) -> Iterator[Statement]:
    """The statements with their scores; a customer's answer without the question it was given to."""
    for text, kind, word_score, cosine in zip(case.texts, case.kinds, by_words, by_meaning, strict=True):
        said, _, asked = text.partition(_ASKED)
        yield Statement(said, kind, asked, word_score, cosine)


def learn(features: Sequence[Matrix], cases: Sequence[Case]) -> EvidenceWeights:
    """Weights of features as they come, learnt on features that all spread alike."""
    rows = np.concatenate(list(features))
    spread = rows.std(axis=0) + 1e-6
    right = [grade == RIGHT for case in cases for grade in case.grades]
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit((rows - rows.mean(axis=0)) / spread, right)
    return EvidenceWeights(model.coef_[0] / spread)


def cross_validated(features: Sequence[Matrix], cases: Sequence[Case]) -> list[Matrix]:
    """The scores of each case's statements by weights that saw nothing of its product."""
    folds = [zlib.crc32(case.product.encode()) % FOLDS for case in cases]
    learnt = []
    for fold in range(FOLDS):
        seen = [at for at, other in enumerate(folds) if other != fold]
        learnt.append(learn([features[at] for at in seen], [cases[at] for at in seen]))
    return [learnt[fold].scores(each) for fold, each in zip(folds, features, strict=True)]


def report(name: str, cases: Sequence[Case], scores: Sequence[Sequence[float] | Matrix]) -> None:
    """Print how often the first is right, and the mean average precision."""
    first, precisions = [], []
    for case, each in zip(cases, scores, strict=True):
        right = {str(at): 1 for at, grade in enumerate(case.grades) if grade == RIGHT}
        if right:
            order = [str(at) for at in np.argsort(-np.asarray(each), kind="stable")]
            first.append(order[0] in right)
            precisions.append(average_precision(order, right))
    print(f"{name:24}{np.mean(first):8.1%}{np.mean(precisions):8.1%}")


def main() -> None:
    """Print the figures; with `fit`, learn the weights on all and write them into the package."""
    if not EPQA.is_file():
        sys.exit(f"the evidence benchmark needs {EPQA}")
    encoder = load_encoder(load_settings())
    cases = read_cases()
    build_index((document for case in cases for document in case.documents), encoder, INDEX)
    with HybridRetriever.open(INDEX, encoder) as retriever:
        ways = [retriever.weighted(share) for share in (0.0, 0.5, 1.0)]
        by_words, hybrid, by_meaning = ([scores_of(case, way) for case in cases] for way in ways)
    features = list(_features(cases, by_words, by_meaning, encoder))
    if sys.argv[1:] == ["fit"]:
        _write(learn(features, cases))
    print(f"{'':24}{'first':>8}{'MAP':>8}")
    report("words alone (BM25)", cases, by_words)
    report("meaning alone (MiniLM)", cases, by_meaning)
    report("fused, half and half", cases, hybrid)
    report("evidence ranker", cases, cross_validated(features, cases))


def _features(
    cases: Sequence[Case], by_words: Sequence[list[float]], by_meaning: Sequence[list[float]], encoder: MiniLMEncoder
) -> Iterator[Matrix]:
    for case, *scores in tqdm(list(zip(cases, by_words, by_meaning, strict=True)), leave=False, disable=None):
        yield features_of(case.question, list(statements_of(case, *scores)), encoder)


def _write(learnt: EvidenceWeights) -> None:
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, learnt.weights, strict=True)}
    content = {"version": VERSION, "made_by": "python -m benchmarks.evidence fit", "weights": weights}
    SHIPPED.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
