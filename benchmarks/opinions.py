"""How often what a review says about a thing is taken for what it is: praise, or a complaint.

Sentences whose authors or annotators said so: with the thing that is spoken of (SemEval 2014, laptops and restaurants;
for research only, so nothing is learnt or chosen from it) and without (products, restaurants and films, UCI). What each
word counts was learnt from one half of UCI's, by a hash of the sentence, and from what `sentiment_weights` names; the
figures are of the other half, and of all that SemEval has. Reviews with stars, which nothing was learnt from: how often
a review of four or five stars scores above one of one or two (the area under the ROC curve). And `opinions.tsv`: what
reviews of the demo shop say about a thing, or that they say nothing about it, read and written down for this benchmark
before it was first run. When the stars decide, and what another clause counts, was chosen by the reviews with even
numbers.
"""

import csv
import json
import sys
import xml.etree.ElementTree as xml
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import filterfalse
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.corpus import read_corpus
from benchmarks.sentiment_weights import SOURCES, Said, clauses, label, learn, lexicon
from retrieval.document import REVIEW
from retrieval.language.sentiment import CHOSEN, VERSION, polarity, shipped
from retrieval.language.vocabulary import stems_of
from retrieval.reviews.opinions import opinions_of
from server.bootstrap import load_encoder
from server.settings import load_settings

ROOT = Path(__file__).parents[1]
REVIEWS = ROOT.parent / "shared" / "bench" / "retrieval" / "reviews"
LABELLED = Path(__file__).with_suffix(".tsv")
SHIPPED = ROOT / "retrieval" / "language" / "sentiment.json"
GRADES = {"positive": 1, "negative": -1, "1": 1, "0": -1}
SAYS = {"praise": 1, "complaint": -1, "nothing": 0}
BY_HAND = {CHOSEN: 1.0}


def is_for_learning(said: Said) -> bool:
    """Whether it belongs to the half of UCI's sentences that weights are learnt from."""
    return zlib.crc32(said.text.encode()) % 2 == 0


def aspects() -> dict[str, list[Said]]:
    """Read the sentences of SemEval, each with a thing that it speaks of."""
    return {f"{name}, one thing": list(_aspects(name)) for name in ("Laptops", "Restaurants")}


def sentences() -> dict[str, list[Said]]:
    """Read the sentences of UCI."""
    names = {"amazon_cells": "products", "yelp": "restaurants", "imdb": "films"}
    return {f"{kind}, a sentence": list(_sentences(name)) for name, kind in names.items()}


def _aspects(name: str) -> Iterator[Said]:
    for sentence in xml.parse(REVIEWS / "semeval2014_absa" / f"{name}_Train.xml").iter("sentence"):
        for term in sentence.iter("aspectTerm"):
            if leaning := GRADES.get(term.attrib["polarity"]):  # the others are neutral, or both at once
                yield Said(sentence.findtext("text", ""), term.attrib["term"], leaning)


def _sentences(name: str) -> Iterator[Said]:
    for line in (REVIEWS / "uci_sentences" / f"{name}_labelled.txt").read_text(encoding="utf-8").split("\n"):
        text, tab, grade = line.rpartition("\t")
        if tab:
            yield Said(text.strip(), "", GRADES[grade.strip()])


def share_right(said: Sequence[Said], counts: Mapping[str, float]) -> float:
    """Give the share whose sign is right; what no word decides is wrong."""
    return float(np.mean([polarity(sentence.text, sentence.stems, counts) * sentence.leaning > 0 for sentence in said]))


def starred() -> dict[str, list[tuple[str, float]]]:
    """Read reviews with their stars."""
    with (REVIEWS / "amazon_alexa" / "amazon_alexa.tsv").open(encoding="utf-8", newline="") as file:
        speakers = [(row["verified_reviews"], float(row["rating"])) for row in csv.DictReader(file, delimiter="\t")]
    path = REVIEWS / "musical_instruments" / "Musical_instruments_reviews.csv"
    with path.open(encoding="utf-8", newline="") as file:
        instruments = [(row["reviewText"], float(row["overall"])) for row in csv.DictReader(file)]
    return {"speakers, by stars": speakers, "instruments, by stars": instruments}


def area(reviews: Sequence[tuple[str, float]], counts: Mapping[str, float]) -> float:
    """Give the area under the ROC curve of reviews with more than three stars against those with fewer."""
    scored = [(polarity(text, (), counts), stars > 3) for text, stars in reviews if stars != 3]
    return float(roc_auc_score([is_good for _, is_good in scored], [score for score, _ in scored]))


def report_demo() -> None:
    """Print how the labelled reviews of the demo shop are taken by what the answers are made with."""
    reviews = {
        document.id: document for document in read_corpus(ROOT / "data" / "knowledge") if document.kind == REVIEW
    }
    with LABELLED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for name, last in (("even, to choose by", "02468"), ("odd", "13579")):
        some = [row for row in rows if row["review"][-1] in last]
        found = [opinions_of([reviews[row["review"]]], stems_of(row["about"])) for row in some]
        told = [(said, SAYS[row["says"]]) for said, row in zip(found, some, strict=True)]
        right = sum(bool(said) and said[0].leaning * leaning > 0 for said, leaning in told)
        silent = [not said for said, leaning in told if not leaning]
        spoken = [bool(said) for said, leaning in told if leaning]
        print(f"demo, {name}: {len(spoken)} opinions, {sum(spoken)} found, {right} of them right; ", end="")
        print(f"{len(silent)} reviews say nothing of what is asked, {sum(silent)} are left out")


def fit(labelled: Sequence[Said]) -> None:
    """Learn what words count, by these sentences and what goes with them, and write it into the package."""
    rated = lexicon()
    found = list(clauses(rated))
    learnt = learn([*labelled, *label(found, labelled, load_encoder(load_settings()))], rated)
    content = {
        "version": VERSION,
        "made_by": "python -m benchmarks.opinions fit",
        "learnt_from": SOURCES,
        "weights": learnt,
    }
    SHIPPED.write_text(json.dumps(content, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    shipped.cache_clear()


def main() -> None:
    """Print the figures; with `fit`, learn what words count and write it into the package first."""
    if not REVIEWS.is_dir():
        sys.exit(f"the benchmark of opinions needs {REVIEWS}")
    labelled = sentences()
    if sys.argv[1:] == ["fit"]:
        fit([sentence for said in labelled.values() for sentence in filter(is_for_learning, said)])
    print(f"{'':28}{'number':>8}{'by hand':>9}{'learnt':>9}")
    measured = aspects() | {name: list(filterfalse(is_for_learning, said)) for name, said in labelled.items()}
    for name, said in measured.items():
        print(f"{name:28}{len(said):8}" + "".join(f"{share_right(said, c):9.1%}" for c in (BY_HAND, shipped())))
    for name, reviews in starred().items():
        print(f"{name:28}{len(reviews):8}" + "".join(f"{area(reviews, c):9.3f}" for c in (BY_HAND, shipped())))
    report_demo()


if __name__ == "__main__":
    main()
