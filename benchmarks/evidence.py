"""How often the right evidence for a question about a product is ranked first, on ePQA's development part.

Each of 977 questions has ten statements, graded 2 (answers it), 1 (answers it in part) or 0; 805 have one that answers
it, and those count here. There is no training part: the weights are learnt in five folds by product, and each question
is ranked by weights that saw neither it nor its product; how strongly they are held to zero is chosen in four folds of
the same questions that the weights are learnt from. The features were written with these questions in sight, though,
and taken among some forty sets. The order of the statements in the file knows the answers, so ties are dealt by a seed.

The intervals are of the difference to the evidence ranker: 95 % of 10,000 samples of the questions, drawn anew.
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
from scipy.optimize import minimize
from scipy.special import log_softmax
from tqdm import tqdm

from nlu.encoder.sentence_encoder import MiniLMEncoder
from retrieval.answering.evidence import FEATURES, VERSION, EvidenceWeights, Statement, features_of
from retrieval.document import REVIEW, Document
from retrieval.evaluation.ranking_measures import average_precision
from retrieval.index.index_folder import build_index
from retrieval.search.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

EPQA = Path(__file__).parents[2] / "shared" / "bench" / "retrieval" / "contextual_product_qa" / "ePQA" / "dev.csv"
INDEX = Path("build") / "benchmarks" / "epqa"
SHIPPED = Path(__file__).parents[1] / "retrieval" / "answering" / "evidence.json"
FOLDS = 5
INNER_FOLDS = 4
STRENGTHS = (0.01, 0.03, 0.1, 0.3)  # of the pull to zero
SAMPLES = 10_000
RIGHT = 2
ASKED = " Question: "

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
        said, _, asked = text.partition(ASKED)
        yield Statement(said, kind, asked, word_score, cosine)


def learn(features: Sequence[Matrix], cases: Sequence[Case], strength: float) -> EvidenceWeights:
    """Weights of features as they come, under which the right statements of each question are likely, together.

    A softmax over the statements of a question, as in ListNet (Cao et al. 2007), on features that all spread alike;
    `strength` holds the weights to zero. Questions with nothing right teach nothing.
    """
    spread = np.concatenate(list(features)).std(axis=0) + 1e-6
    right = np.array([[grade == RIGHT for grade in case.grades] for case in cases], np.float64)
    taught = right.any(axis=1)
    rows, wanted = np.stack(list(features))[taught] / spread, right[taught] / right[taught].sum(axis=1, keepdims=True)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        logs = log_softmax(rows @ weights, axis=1)
        slope = np.einsum("qs,qsf->f", np.exp(logs) - wanted, rows) / len(rows) + strength * weights
        return float(-(wanted * logs).sum() / len(rows) + strength * weights @ weights / 2), slope

    found = minimize(loss, np.zeros(rows.shape[2]), jac=True, method="L-BFGS-B")
    return EvidenceWeights(found.x / spread)


def cross_validated(
    features: Sequence[Matrix], cases: Sequence[Case], folds: Sequence[int], strength: float | None = None
) -> list[Matrix]:
    """The scores of each case's statements by weights that saw nothing of its fold.

    Without a `strength`, each fold has one that was chosen without it.
    """
    scores: list[Matrix] = [np.zeros(0)] * len(cases)
    for fold in sorted(set(folds)):
        seen = [at for at, other in enumerate(folds) if other != fold]
        others, known = [features[at] for at in seen], [cases[at] for at in seen]
        learnt = learn(others, known, best_strength(others, known) if strength is None else strength)
        scores = [learnt.scores(features[at]) if folds[at] == fold else scores[at] for at in range(len(cases))]
    return scores


def best_strength(features: Sequence[Matrix], cases: Sequence[Case]) -> float:
    """Of STRENGTHS the one by which cases that it was not learnt from are ranked best."""
    folds = folds_of(cases, INNER_FOLDS, "inner")
    return max(STRENGTHS, key=lambda each: ranked(cases, cross_validated(features, cases, folds, each)).mean())


def folds_of(cases: Sequence[Case], count: int, name: str = "") -> list[int]:
    """The fold of each case; all cases of a product are in the same."""
    return [zlib.crc32(f"{name}{case.product}".encode()) % count for case in cases]


def ranked(cases: Sequence[Case], scores: Sequence[Sequence[float] | Matrix]) -> Matrix:
    """For each case with a right statement: whether one is first, and the average precision; float64 [cases, 2]."""
    found = []
    for case, each in zip(cases, scores, strict=True):
        right = {str(at): 1 for at, grade in enumerate(case.grades) if grade == RIGHT}
        if right:
            order = [str(at) for at in np.argsort(-np.asarray(each), kind="stable")]
            found.append((float(order[0] in right), average_precision(order, right)))
    return np.array(found)


def report(name: str, measured: Matrix, best: Matrix) -> None:
    """Print how often the first is right, the mean average precision, and how far `best` is ahead in both."""
    ahead = best - measured
    drawn = np.random.default_rng(0).integers(len(ahead), size=(SAMPLES, len(ahead)))
    low, high = np.percentile(ahead[drawn].mean(axis=1), (2.5, 97.5), axis=0)
    shares = "".join(f"{mean:8.1%}" for mean in measured.mean(axis=0))
    spans = (f"{mean:+6.1%} ({a:+.1%} to {b:+.1%})" for mean, a, b in zip(ahead.mean(axis=0), low, high, strict=True))
    print(f"{name:24}{shares}   {'   '.join(spans) if ahead.any() else ''}")


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
        _write(learn(features, cases, best_strength(features, cases)))
    best = ranked(cases, cross_validated(features, cases, folds_of(cases, FOLDS)))
    print(f"{'':24}{'first':>8}{'MAP':>8}   the evidence ranker's lead in both")
    names = ("words alone (BM25)", "meaning alone (MiniLM)", "fused, half and half")
    for name, scores in zip(names, (by_words, by_meaning, hybrid), strict=True):
        report(name, ranked(cases, scores), best)
    report("evidence ranker", best, best)


def _features(
    cases: Sequence[Case], by_words: Sequence[list[float]], by_meaning: Sequence[list[float]], encoder: MiniLMEncoder
) -> Iterator[Matrix]:
    for case, *scores in tqdm(list(zip(cases, by_words, by_meaning, strict=True)), leave=False, disable=None):
        yield features_of(case.question, list(statements_of(case, *scores)), encoder)


def _write(learnt: EvidenceWeights) -> None:
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, learnt.weights, strict=True)}
    content = {
        "version": VERSION,
        "made_by": "python -m benchmarks.evidence fit",
        "learnt_from": ["ePQA, development part (CDLA-Sharing-1.0)"],
        "weights": weights,
    }
    SHIPPED.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
