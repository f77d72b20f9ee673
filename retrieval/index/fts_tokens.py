"""Cuts texts into the words of the word search, by SQLite's FTS5: in one case, without accents, Porter's stems."""

import sqlite3
import threading
from collections.abc import Iterable

from retrieval.language.remembering import remembered

# Porter stemming joins "weighs" and "weight"-like forms; unicode61 folds case and accents.
_TOKENIZER = "porter unicode61 remove_diacritics 2"
WORDS_REMEMBERED = 20_000


class Tokenizer:
    """FTS5's tokenizer, by way of a table in memory that is emptied after each use; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5 (text, content = '', tokenize = '{_TOKENIZER}')"
        )
        self._connection.execute("CREATE VIRTUAL TABLE tokens USING fts5vocab (texts, instance)")
        self.of_word = remembered(self._of_word, WORDS_REMEMBERED)

    def split(self, texts: Iterable[str]) -> list[list[str]]:
        """The words of each text, in order."""
        with self._lock:
            rows = list(enumerate(texts))
            self._connection.execute("BEGIN")
            try:
                self._connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", rows)
                found = self._connection.execute("SELECT doc, term FROM tokens ORDER BY doc, offset").fetchall()
            finally:
                self._connection.execute("ROLLBACK")
        words: list[list[str]] = [[] for _ in rows]
        for at, word in found:
            words[at].append(word)
        return words

    def _of_word(self, text: str) -> tuple[str, ...]:
        return tuple(self.split([text])[0])
