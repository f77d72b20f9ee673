"""Learns what each word counts as praise or complaint, from data whose licences allow the result to be shipped.

Three sources, named with their licences in NOTICE:

- One half of the labelled sentences of UCI (products, restaurants and films).
- The ratings of the VADER lexicon. A word counts its rating, times a number that is learnt, plus what was learnt of the
  word itself; so words that no sentence has count, too.
- Clauses of customers in ePQA that name a thing ("its lid leaks"), without ePQA's own labels. A logistic regression on
  the vectors of MiniLM, learnt from the same sentences of UCI, says which are praise; those that it is unsure of are
  left out. They show what a word counts near to a thing that is asked about.
"""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.evidence import ASKED, EPQA
from retrieval.embedder import Embedder
from retrieval.language.sentiment import signs_of
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import sentences

SOURCES = (
    "UCI Sentiment Labelled Sentences (CC BY 4.0)",
    "VADER lexicon 3.3.2 (MIT)",
    "customers' clauses of ePQA (CDLA-Sharing-1.0)",
)
STRENGTH = 2.0  # of the regression; scikit-learn's C
TEACHER_STRENGTH = 4.0
SURE = 0.75  # probability from which the label of a clause is taken
CLAUSE_WEIGHT = 0.3  # of a clause whose label is certain, against 1 for a labelled sentence
LEAST_WEIGHT = 0.1  # of a word that is kept
FEWEST_SENTENCES = 2  # that a word must stand in
WORDS_OF_SENTENCE = range(3, 41)
_CUSTOMERS = ("review", "cqa")
_CLAUSE_ENDS = re.compile(r"[,;:]|\b(?:but|however|though|although|yet|except|while|whereas|and)\b")
_NAMED = re.compile(r"\b(?:[Tt]he|[Mm]y|[Ii]ts|[Tt]his|[Oo]ur|[Tt]heir) ([a-z]{3,})")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_RATING = "RATING"  # a feature; words are in small letters


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, the thing it speaks of (empty: no particular one), and what it is: praise (1) or a complaint (-1)."""

    text: str
    about: str
    leaning: int
    weight: float = 1.0

    @property
    def stems(self) -> set[str]:
        """Stems of the thing."""
        return stems_of(self.about)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, the sentence it is part of, and the thing that it names."""

    text: str
    sentence: str
    about: str


def lexicon() -> dict[str, float]:
    """Read the ratings of VADER's words, from -4 to 4; raises ModuleNotFoundError where it is not installed."""
    lines = (files("vaderSentiment") / "vader_lexicon.txt").read_text(encoding="utf-8").splitlines()
    rated = (line.split("\t")[:2] for line in lines if line)
    return {word: float(rating) for word, rating in rated if _WORD.fullmatch(word)}


def clauses(rated: Mapping[str, float], path: Path = EPQA) -> Iterator[Clause]:
    """Read the clauses of ePQA's customers that name a thing, which no word with a rating is."""
    with path.open(encoding="utf-8", newline="") as file:
        said = {row["candidate"].partition(ASKED)[0] for row in csv.DictReader(file) if row["source"] in _CUSTOMERS}
    for sentence in sorted({part.strip() for text in said for part in sentences(text)}):
        if len(sentence.split()) in WORDS_OF_SENTENCE:
            yield from clauses_of(sentence, rated)


def clauses_of(sentence: str, rated: Mapping[str, float]) -> Iterator[Clause]:
    """Cut a sentence into clauses of three words or more, and yield those that name a thing, the last one named."""
    for text in _CLAUSE_ENDS.split(sentence):
        things = [thing for thing in _NAMED.findall(text) if thing not in rated]
        if things and len(text.split()) >= min(WORDS_OF_SENTENCE):
            yield Clause(text.strip(), sentence, things[-1])


def label(found: Sequence[Clause], taught: Sequence[Said], encoder: Embedder) -> Iterator[Said]:
    """Say of each clause whether it is praise, by sentences with known labels; yield those that are clear."""
    teacher = LogisticRegression(C=TEACHER_STRENGTH, max_iter=2000)
    teacher.fit(encoder.embed([said.text for said in taught]), [said.leaning for said in taught])
    praise = teacher.predict_proba(encoder.embed([clause.text for clause in found]))[:, 1]
    for clause, probability in zip(found, praise.tolist(), strict=True):
        if max(probability, 1 - probability) > SURE:
            weight = CLAUSE_WEIGHT * abs(2 * probability - 1)
            yield Said(clause.sentence, clause.about, 1 if probability > 0.5 else -1, weight)


def learn(said: Sequence[Said], rated: Mapping[str, float]) -> dict[str, float]:
    """What each word counts, by a logistic regression in which praise and complaints weigh the same."""
    found = [signs_of(sentence.text, sentence.stems) for sentence in said]
    counts = Counter(word for signs in found for word in signs)
    frequent = {word for word, count in counts.items() if count >= FEWEST_SENTENCES}
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=3000, fit_intercept=False, class_weight="balanced")
    rows = vectorizer.fit_transform(_features(found, frequent, rated))
    model.fit(rows, [sentence.leaning for sentence in said], sample_weight=[sentence.weight for sentence in said])
    learnt = dict(zip(vectorizer.feature_names_, model.coef_[0].tolist(), strict=True))
    of_rating = learnt.pop(_RATING)
    weights = {word: learnt.get(word, 0.0) + of_rating * rated.get(word, 0.0) for word in {*learnt, *rated}}
    return {word: round(weight, 2) for word, weight in weights.items() if abs(weight) >= LEAST_WEIGHT}


def _features(
    found: Iterable[Mapping[str, float]], frequent: set[str], rated: Mapping[str, float]
) -> Iterator[dict[str, float]]:
    for signs in found:
        length = math.sqrt(sum(sign * sign for sign in signs.values())) or 1.0
        rating = sum(rated.get(word, 0.0) * sign for word, sign in signs.items())
        yield {word: sign / length for word, sign in signs.items() if word in frequent} | {_RATING: rating / length}
