"""How well passages are ranked on SciFact (BEIR): by words alone, by meaning alone, and by both.

An abstract is a document with a passage of its own; its whole text and each of its sentences has a vector. The share
of the meaning score and of the second nearest vector were chosen on the 809 claims of the training part
(`python -m benchmarks.ranking train`); the 300 of BEIR's test part were not looked at for it.
"""

import ast
import csv
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tqdm import tqdm

from retrieval.document import POLICY, Document
from retrieval.evaluation.ranking import RankingReport, Topic, methods, rank, summarise
from retrieval.index.index_folder import build_index
from retrieval.options import SearchOptions
from retrieval.search.retriever import HybridRetriever
from server.bootstrap import load_encoder
from server.settings import load_settings

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "retrieval"
SCIFACT = BENCH / "beir_scifact"
QRELS = BENCH / "beir_topics_qrels" / "qrels" / "qrels.beir-v1.0.0-scifact.test.txt"
INDEX = Path("build") / "benchmarks" / "scifact"
OPTIONS = SearchOptions(candidates=200, dense_weight=0.4, second_weight=0.5)
WEIGHTS = (0.3, 0.4, 0.5, 0.6)  # tried on the training part

_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NUMBER = re.compile(r"\d+")


def abstracts() -> Iterator[Document]:
    """The 5,183 abstracts; their sentences stand in the file as NumPy prints a list of texts."""
    with (SCIFACT / "corpus_train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text = " ".join(ast.literal_eval(each) for each in _TEXT.findall(row["abstract"]))
            yield Document(_id(row["doc_id"]), POLICY, row["title"], text)


def _id(number: str) -> str:
    return f"{POLICY}:{number}"


def training_topics() -> list[Topic]:
    """The claims of the training part, with the abstracts that they cite."""
    claims, cited = _claims("train")
    return [Topic(claims[each], grades) for each, grades in cited.items() if grades]


def test_topics() -> list[Topic]:
    """The claims of BEIR's test part, which is SciFact's validation part, with BEIR's own judgements."""
    claims, _ = _claims("validation")
    judged: dict[str, dict[str, int]] = {}
    for line in QRELS.read_text(encoding="utf-8").splitlines():
        claim, _, document, grade = line.split()
        judged.setdefault(claim, {})[_id(document)] = int(grade)
    return [Topic(claims[each], grades) for each, grades in judged.items()]


def _claims(part: str) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    claims: dict[str, str] = {}
    cited: dict[str, dict[str, int]] = {}
    with (SCIFACT / f"claims_{part}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            claims[row["id"]] = row["claim"]
            documents = _NUMBER.findall(row["cited_doc_ids"])
            cited.setdefault(row["id"], {}).update(dict.fromkeys(map(_id, documents), 1))
    return claims, cited


def main() -> None:
    """Print the test part's figures; with `train`, those of the weights that were tried on the training part."""
    if not QRELS.is_file():
        sys.exit(f"the SciFact benchmark needs {SCIFACT} and {QRELS}")
    encoder = load_encoder(load_settings())
    started = time.perf_counter()
    report = build_index(abstracts(), encoder, INDEX)
    built = "there already" if report.unchanged else f"built in {time.perf_counter() - started:.0f} s"
    print(f"SciFact: {report.passages} abstracts, {report.vectors} vectors, {built}")
    with HybridRetriever.open(INDEX, encoder, OPTIONS) as retriever:
        if sys.argv[1:] == ["train"]:
            _compare({f"meaning {w:g}": retriever.weighted(w) for w in (0, *WEIGHTS, 1)}, training_topics())
        else:
            _compare(methods(retriever), test_topics())


def _compare(ways: dict[str, HybridRetriever], topics: list[Topic]) -> None:
    print(
        f"{f'{len(topics)} claims':16}" + "".join(f"{name:>9}" for name in ("nDCG@10", "R@10", "R@100", "MRR", "MAP"))
    )
    for name, retriever in ways.items():
        rankings = list(tqdm(rank(retriever, topics), total=len(topics), desc=name, leave=False, disable=None))
        print(_row(name, summarise(rankings)))


def _row(name: str, report: RankingReport) -> str:
    figures = (report.ndcg, report.recall[10], report.recall[100], report.mrr, report.map)
    return f"{name:16}" + "".join(f"{figure:9.3f}" for figure in figures) + f"   p50 {report.p50_ms:.0f} ms"


if __name__ == "__main__":
    main()
