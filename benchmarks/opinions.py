"""How often what a review says about a thing is taken for what it is: praise, or a complaint.

Three kinds of known answers. Sentences whose authors or annotators said so: with the thing that is spoken of (SemEval
2014, laptops and restaurants) and without (products, restaurants and films, UCI). What each word counts was learnt from
one half of these, by a hash of the sentence, and its settings were chosen in that half; the figures are of the other.
Reviews with stars, which nothing was learnt from: how often one of four or five stars scores above one of one or two
(the area under the ROC curve). And `opinions.tsv`: what reviews of the demo shop say about a thing, or that they say
nothing about it, read and written down for this benchmark before it was first run. When the stars decide was chosen by
the reviews with even numbers.
"""

import csv
import json
import math
import sys
import xml.etree.ElementTree as xml
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.corpus import read_corpus
from retrieval.answering.opinions import opinions_of
from retrieval.document import REVIEW
from retrieval.language.sentiment import CHOSEN, VERSION, polarity, shipped, signs_of
from retrieval.language.vocabulary import stems_of

ROOT = Path(__file__).parents[1]
REVIEWS = ROOT.parent / "shared" / "bench" / "retrieval" / "reviews"
LABELLED = Path(__file__).with_suffix(".tsv")
SHIPPED = ROOT / "retrieval" / "language" / "sentiment.json"
STRENGTH = 2.0  # of the regression; scikit-learn's C
LEAST_WEIGHT = 0.1  # of a word that is kept
FEWEST_SENTENCES = 2  # that a word must stand in
GRADES = {"positive": 1, "negative": -1, "1": 1, "0": -1}
SAYS = {"praise": 1, "complaint": -1, "nothing": 0}
BY_HAND = {CHOSEN: 1.0}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, the thing it speaks of (empty: no particular one), and what it is: praise (1) or a complaint (-1)."""

    text: str
    about: str
    leaning: int

    @property
    def is_for_learning(self) -> bool:
        """Whether it belongs to the half that weights are learnt from."""
        return zlib.crc32(self.text.encode()) % 2 == 0

    @property
    def stems(self) -> set[str]:
        """Stems of the thing."""
        return stems_of(self.about)


def sets() -> dict[str, list[Said]]:
    """The labelled sentences."""
    aspects = {f"{name}, one thing": list(_aspects(name)) for name in ("Laptops", "Restaurants")}
    names = {"amazon_cells": "products", "yelp": "restaurants", "imdb": "films"}
    return aspects | {f"{kind}, a sentence": list(_sentences(name)) for name, kind in names.items()}


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


def learn(said: Sequence[Said]) -> dict[str, float]:
    """What each word counts, by a logistic regression in which praise and complaints weigh the same."""
    rows = [signs_of(each.text, each.stems) for each in said]
    counts = Counter(word for row in rows for word in row)
    rows = [
        {word: sign / _length(row) for word, sign in row.items() if counts[word] >= FEWEST_SENTENCES} for row in rows
    ]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=1000, fit_intercept=False, class_weight="balanced")
    model.fit(vectorizer.fit_transform(rows), [each.leaning for each in said])
    weights = zip(vectorizer.feature_names_, model.coef_[0].tolist(), strict=True)
    return {word: round(weight, 2) for word, weight in weights if abs(weight) >= LEAST_WEIGHT}


def _length(row: Mapping[str, float]) -> float:
    return math.sqrt(sum(sign * sign for sign in row.values())) or 1.0


def share_right(said: Sequence[Said], counts: Mapping[str, float]) -> float:
    """How often the sign is right; what no word tells is wrong."""
    return float(np.mean([polarity(each.text, each.stems, counts) * each.leaning > 0 for each in said]))


def starred() -> dict[str, list[tuple[str, float]]]:
    """Reviews with their stars."""
    with (REVIEWS / "amazon_alexa" / "amazon_alexa.tsv").open(encoding="utf-8", newline="") as file:
        speakers = [(row["verified_reviews"], float(row["rating"])) for row in csv.DictReader(file, delimiter="\t")]
    path = REVIEWS / "musical_instruments" / "Musical_instruments_reviews.csv"
    with path.open(encoding="utf-8", newline="") as file:
        instruments = [(row["reviewText"], float(row["overall"])) for row in csv.DictReader(file)]
    return {"speakers, by stars": speakers, "instruments, by stars": instruments}


def area(reviews: Sequence[tuple[str, float]], counts: Mapping[str, float]) -> float:
    """The area under the ROC curve of reviews with more than three stars against those with fewer."""
    told = [(polarity(text, (), counts), stars > 3) for text, stars in reviews if stars != 3]
    return float(roc_auc_score([is_good for _, is_good in told], [score for score, _ in told]))


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


def main() -> None:
    """Print the figures; with `fit`, learn what words count and write it into the package first."""
    if not REVIEWS.is_dir():
        sys.exit(f"the benchmark of opinions needs {REVIEWS}")
    labelled = sets()
    if sys.argv[1:] == ["fit"]:
        learnt = learn([each for said in labelled.values() for each in said if each.is_for_learning])
        content = {"version": VERSION, "made_by": "python -m benchmarks.opinions fit", "weights": learnt}
        SHIPPED.write_text(json.dumps(content, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        shipped.cache_clear()
    print(f"{'':28}{'number':>8}{'by hand':>9}{'learnt':>9}")
    for name, said in labelled.items():
        others = [each for each in said if not each.is_for_learning]
        print(f"{name:28}{len(others):8}" + "".join(f"{share_right(others, c):9.1%}" for c in (BY_HAND, shipped())))
    for name, reviews in starred().items():
        print(f"{name:28}{len(reviews):8}" + "".join(f"{area(reviews, c):9.3f}" for c in (BY_HAND, shipped())))
    report_demo()


if __name__ == "__main__":
    main()
