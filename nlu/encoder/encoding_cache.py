"""What an encoder made of texts, kept in a file from one training to the next: nearly all texts are those of last time.

The file is SQLite, so that a crash leaves it whole and several trainings may share it.
"""

import contextlib
import hashlib
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from nlu.encoder import bert, sentence_encoder
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder, frozen

logger = logging.getLogger(__name__)

FILE_NAME = "encodings.sqlite"
WAIT_SECONDS = 60.0
"""For another training to finish reading or writing."""
SCHEMA = """CREATE TABLE IF NOT EXISTS encodings
    (key BLOB PRIMARY KEY, used REAL NOT NULL, means BLOB NOT NULL, words BLOB, spans BLOB)"""
# Those used last that fit stay; the sum goes over sizes, for which no blob is read.
SHRINK = """DELETE FROM encodings WHERE rowid IN (SELECT rowid FROM (
    SELECT rowid, SUM(length(key) + length(means) + IFNULL(length(words) + length(spans), 0))
        OVER (ORDER BY used DESC, rowid DESC) AS size FROM encodings) WHERE size > ?)"""

Row = tuple[bytes, bytes | None, bytes | None]


class KeptEncodings:
    """The file, opened: rows by the text and by what else decides how it is encoded; a context manager.

    A row has the two mean vectors as float32, the words' vectors as float16, and the words' spans as int32.
    Raises sqlite3.Error.
    """

    def __init__(self, file: Path, encoding: str, max_bytes: int) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._encoding = encoding
        self._max_bytes = max_bytes
        self._connection = sqlite3.connect(file, timeout=WAIT_SECONDS)
        self._connection.execute(SCHEMA)

    def __enter__(self) -> "KeptEncodings":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def read(self, texts: Iterable[str], words: bool) -> dict[str, Row]:
        """The rows of those texts that are there, with their words if asked for."""
        columns = "means, words, spans" if words else "means, NULL, NULL"
        query = f"SELECT {columns} FROM encodings WHERE key = ?"
        found = {text: self._connection.execute(query, (self._key(text),)).fetchone() for text in texts}
        return {text: row for text, row in found.items() if row is not None and (row[1] is not None or not words)}

    def write(self, fresh: dict[str, Row], used: Iterable[str]) -> None:
        """Add rows, remember which were used, and forget those used least lately where they are too many."""
        now = time.time()
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO encodings VALUES (?, ?, ?, ?, ?)",
                ((self._key(text), now, *row) for text, row in fresh.items()),
            )
            self._connection.executemany(
                "UPDATE encodings SET used = ? WHERE key = ?", ((now, self._key(text)) for text in used)
            )
            self._connection.execute(SHRINK, (self._max_bytes,))

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._encoding}\n{text}".encode("utf-8", "surrogatepass")).digest()


class KeepingEncoder(MiniLMEncoder):
    """Encodes what is trained on with the help of the file.

    A text's vectors are the same whether they come from the file or not. A file that cannot be used is reported in
    the log and done without; a damaged one is begun anew.
    """

    def __init__(self, base: MiniLMEncoder, file: Path, max_bytes: int) -> None:
        super().__init__(base.bert, base.tokenizer, base.identity, base.options)
        self._file = file
        self._max_bytes = max_bytes

    def encode_all(self, texts: Sequence[str], words: bool = True) -> list[EncodedText]:
        """The vectors of many texts and of their words, in the order given."""
        wanted = dict.fromkeys(texts)
        rows: dict[str, Row] = {}
        with self._usable_file(), self._opened() as kept:
            rows = kept.read(wanted, words)
        fresh = [text for text in wanted if text not in rows]
        encoded = super().encode_all(fresh, words)
        made = {text: _packed(vectors, words) for text, vectors in zip(fresh, encoded, strict=True)}
        with self._usable_file(), self._opened() as kept:
            kept.write(made, rows)
        both = {text: _unpacked(row, self.dimension) for text, row in (rows | made).items()}
        return [both[text] for text in texts]

    def _opened(self) -> KeptEncodings:
        encoding = f"{self.identity} {self.options.max_tokens} {_code()}"
        return KeptEncodings(self._file, encoding, self._max_bytes)

    @contextlib.contextmanager
    def _usable_file(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            logger.warning("%s cannot be used (%s): all texts are encoded again", self._file, error)
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
                self._file.unlink(missing_ok=True)


def _code() -> str:
    """The sha256 of the code that encodes: what other code made is not taken."""
    files = (Path(str(module.__file__)) for module in (bert, sentence_encoder))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _packed(encoded: EncodedText, words: bool) -> Row:
    means = np.stack([encoded.sentence, encoded.wording]).tobytes()
    if not words:
        return means, None, None
    spans = np.array(encoded.word_spans, dtype=np.int32)
    return means, encoded.word_vectors.astype(np.float16).tobytes(), spans.tobytes()


def _unpacked(row: Row, dimension: int) -> EncodedText:
    means = np.frombuffer(row[0], dtype=np.float32).reshape(2, dimension)
    vectors = np.frombuffer(row[1] or b"", dtype=np.float16).reshape(-1, 2 * dimension)
    spans = np.frombuffer(row[2] or b"", dtype=np.int32).reshape(-1, 2).tolist()
    return EncodedText(means[0], means[1], frozen(vectors), tuple((start, end) for start, end in spans))
