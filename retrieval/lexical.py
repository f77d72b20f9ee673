"""Keyword search: BM25 over the passages, by SQLite's FTS5, brought to a scale that compares across
questions.
"""

import math
import re

from retrieval.catalogue import Catalogue, Filter
from retrieval.options import SearchOptions
from retrieval.wording import content_words, with_digits, words

MAX_QUERY_WORDS = 64
MIN_PREFIX_LETTERS = 5
_RUN = re.compile(r"[^\W_]+")  # what FTS5 takes for one word
_PART = re.compile(r"\d+|[^\W\d_]+")
BM25_K1 = 1.2  # fixed inside FTS5; a word's share of BM25 approaches its idf times k1 + 1 from below


def query_terms(text: str) -> list[str]:
    """The words of `text` as FTS5 terms; empty when there are none.

    Every word is quoted, so that no text is ever read as query syntax; longer words find what they begin,
    too. A word of letters and digits is found in one piece or in two, "128GB" as "128 GB".
    """
    mixed = [run for run in _RUN.findall(text) if not run.isalpha() and not run.isdigit()]
    plain = _RUN.sub(lambda run: " " if run[0] in mixed else run[0], text) if mixed else text
    chosen = content_words(plain) or ([] if mixed else words(plain))
    return list(dict.fromkeys((*map(_term, with_digits(chosen)), *map(_mixed_term, mixed))))[:MAX_QUERY_WORDS]


def _mixed_term(run: str) -> str:
    return f'("{run}" OR "{" ".join(_PART.findall(run))}")'


def _term(word: str) -> str:
    quoted = '"' + word.replace('"', '""') + '"'
    return quoted + "*" if len(word) >= MIN_PREFIX_LETTERS and word.isalpha() else quoted


class LexicalSearch:
    """BM25 over title, text and aliases of every passage; thread-safe as its catalogue is."""

    def __init__(self, catalogue: Catalogue, options: SearchOptions) -> None:
        self._catalogue = catalogue
        self._weights = (options.title_weight, 1.0, options.alias_weight)
        self._passages = catalogue.count("passages")

    def search(self, text: str, limit: int, only: Filter | None = None) -> dict[int, float]:
        """Positions of the passages that share words with `text`, best first, and their scores.

        A score is the passage's BM25 as a share of the most that any passage could have, 0 to 1: words
        that no passage knows weigh most of all, so that a question about other things scores low
        everywhere. `only` says which
        passages may be found.
        """
        terms = query_terms(text)
        if not terms:
            return {}
        sql = "SELECT rowid, -bm25(passage_words, ?, ?, ?) AS score FROM passage_words WHERE passage_words MATCH ?"
        parameters: tuple[object, ...] = ()
        if only is not None:
            where, parameters = only.as_sql()
            inner = f"SELECT p.position FROM documents d JOIN passages p ON p.document_id = d.id WHERE {where}"
            # The plus keeps SQLite from asking the word index once for every row of the filter.
            sql += f" AND +rowid IN ({inner})"
        sql += " ORDER BY score DESC, rowid LIMIT ?"
        found = self._catalogue.rows(sql, (*self._weights, " OR ".join(terms), *parameters, limit))
        most = self._most(terms) if found else 1.0
        return {position: min(max(score, 0.0) / most, 1.0) for position, score in found}

    def _most(self, terms: list[str]) -> float:
        """The BM25 of an ideal passage: every term, as often as one likes."""
        counts = ", ".join("(SELECT count(*) FROM passage_words WHERE passage_words MATCH ?)" for _ in terms)
        return (BM25_K1 + 1) * sum(self._idf(count) for count in self._catalogue.rows(f"SELECT {counts}", terms)[0])

    def _idf(self, count: int) -> float:
        """As FTS5 computes it, for a term that `count` passages have."""
        return max(math.log((self._passages - count + 0.5) / (count + 0.5)), 1e-6)
