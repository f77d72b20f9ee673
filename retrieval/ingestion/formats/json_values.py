"""Reads JSON Lines, and lists inside JSON files of any size one value at a time."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from retrieval.errors import CorpusError
from retrieval.ingestion.formats.text_files import lines_of
from retrieval.ingestion.rows.rejection import MAX_EXCERPT, Rejected
from retrieval.ingestion.rows.row import Row

_DECODER = json.JSONDecoder()
_CHUNK = 2**16  # characters
_MAX_VALUE = 2**24  # characters of one value of a list
_TOKEN = 16  # no literal, number's tail or escape that the end of the text may have cut is longer
_NOT_JSON = "not JSON"
_SPACE = re.compile(r"[ \t\r\n]*")
_LIST_OF_OBJECTS = re.compile(r'\{\s*"((?:[^"\\]|\\.)*)"\s*:\s*\[\s*\{')


def json_line_rows(file: TextIO, path: Path) -> Iterator[Row | Rejected]:
    """One row for each line that is not blank."""
    for number, line in enumerate(lines_of(file, path), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            yield Row.of(json.loads(line), place)
        except CorpusError as error:
            yield Rejected(place, error.problem, error.reason, line[:MAX_EXCERPT])
        except (ValueError, RecursionError) as error:
            yield Rejected(place, f"not JSON ({error}); write one object on each line", _NOT_JSON, line[:MAX_EXCERPT])


def json_rows(file: TextIO, path: Path, keys: Sequence[str] = ()) -> Iterator[Row | Rejected]:
    """One row for each object of a list: of the file's own, or of the one that `keys` lead to, from the outside in.

    Without `keys`, an object whose first member is a list of objects holds its rows there, and any other object is a
    row itself. Raises CorpusError where the text is not JSON: what follows cannot be read.
    """
    text = _Text(file, path)
    for key in keys or text.first_list():
        text.open_member(key)
    if text.mark() == "{" and not keys:
        yield Row.of(text.value(), f"{path}:1")
        return
    text.take("[")
    while text.mark() != "]":
        place = f"{path}:{text.line}"
        try:
            yield Row.of(text.value(), place)
        except CorpusError as error:
            if error.reason == _NOT_JSON:
                raise
            yield Rejected.of(error)
        if text.mark() != "]":
            text.take(",")


class _Text:
    """A JSON text that grows at its end while it is parsed and is forgotten at its beginning."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self.line = 1
        self._path = path
        self._file = file
        self._text = ""
        self._at = 0

    def mark(self) -> str:
        """The character that comes next, white space passed over; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._move(match.end() if match else self._at)
            if self._at < len(self._text) or not self._grow():
                return self._text[self._at : self._at + 1]

    def take(self, mark: str) -> None:
        """Pass over `mark`, which must come next."""
        if self.mark() != mark:
            found = self.mark() or "the end"
            raise self._error(f"{found!r} where {mark!r} should stand")
        self._move(self._at + 1)

    def value(self) -> object:
        """The value that comes next, whole."""
        self.mark()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _TOKEN
                if not (is_cut and self._grow()):
                    raise self._error(error.msg) from error
            except RecursionError as error:
                raise self._error("nested too deep") from error
            else:
                if end < len(self._text) or not self._grow():  # else a number may go on
                    self._move(end)
                    return value

    def open_member(self, key: str) -> None:
        """Pass over an object's members up to the value of the one called `key`."""
        self.take("{")
        while True:
            name = self.value()
            self.take(":")
            if name == key:
                return
            self.value()
            if self.mark() == "}":
                raise self._error(f"no member {key!r}")
            self.take(",")

    def first_list(self) -> tuple[str, ...]:
        """The key of the first member when its value is a list of objects, else none."""
        if self.mark() != "{":
            return ()
        match = _LIST_OF_OBJECTS.match(self._text, self._at)
        return (str(json.loads(f'"{match[1]}"')),) if match else ()

    def _grow(self) -> bool:
        held = len(self._text) - self._at
        if held > _MAX_VALUE:
            raise self._error(f"a value of more than {_MAX_VALUE} characters")
        # As much again as there is, so that a long value is not tried for every chunk of it.
        piece = self._file.read(max(_CHUNK, held))
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)

    def _move(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def _error(self, problem: str) -> CorpusError:
        advice = "correct the file; nothing after this place was read"
        return CorpusError(f"{self._path}:{self.line}", f"not JSON ({problem}); {advice}", _NOT_JSON)
