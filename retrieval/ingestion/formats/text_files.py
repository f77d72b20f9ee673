"""Opens source files as text, whatever their encoding, and says how far the reading has come."""

import codecs
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from retrieval.errors import CorpusError

Advance = Callable[[int], None]
"""Takes the number of bytes of a file that were read since it was last called."""
MAX_LINE_CHARACTERS = 16 * 2**20
MAX_FILE_CHARACTERS = 16 * 2**20
"""Of a file that is read whole: YAML, HTML or Markdown, packed or not."""
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LOOKED_AT = 256  # bytes, to tell the encoding
_FALLBACK = "heedful.cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 was most likely written by Windows; what not even that knows becomes U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


# The io module takes a handler of errors by its name alone, so it has to be registered.
codecs.register_error(_FALLBACK, _as_cp1252)


def decoded(raw: bytes) -> str:
    """Decode UTF-8; bytes that are not UTF-8 are taken for Windows-1252, one by one."""
    return raw.decode("utf-8", _FALLBACK)


def not_counted(read_bytes: int) -> None:
    """An Advance for who does not want to know."""


class _CountedFile(io.RawIOBase):
    """Passes a file on and reports every byte; the progress of a compressed file is that of its packed bytes."""

    def __init__(self, file: BinaryIO, advance: Advance) -> None:
        self._file = file
        self._advance = advance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._advance(len(data))
        return len(data)


@contextmanager
def open_text(path: Path, advance: Advance = not_counted) -> Iterator[TextIO]:
    """The file as text with its line ends as they are; `.gz` is unpacked on the way.

    UTF-8 or UTF-16, with or without a mark; bytes that are not UTF-8 are taken for Windows-1252, one by one,
    so that a file with both reads right. Raises CorpusError when the file cannot be read, also in the middle.
    """
    try:
        with path.open("rb") as file:
            counted = io.BufferedReader(_CountedFile(file, advance))
            stream = gzip.GzipFile(fileobj=counted) if path.suffix == ".gz" else counted
            yield io.TextIOWrapper(stream, encoding=_encoding(stream), errors=_FALLBACK, newline="")
    except (OSError, EOFError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CorpusError(f"{path}:1", f"cannot be read ({why}); check the file") from error


def _encoding(stream: Any) -> str:
    head = stream.peek(_LOOKED_AT)[:_LOOKED_AT]
    marked = next((name for bom, name in _BOMS.items() if head.startswith(bom)), "")
    if marked or b"\x00" not in head:
        return marked or "utf-8"
    # UTF-16 without a mark: every other byte of Latin letters is zero.
    high, low = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 16 or max(high, low) < 0.4 * len(head) or min(high, low) > 1:
        return "utf-8"
    return "utf-16-le" if low > high else "utf-16-be"


def whole_text(file: TextIO, path: Path) -> str:
    """All of a file. Raises CorpusError where it is too long to be read whole."""
    text = file.read(MAX_FILE_CHARACTERS + 1)
    if len(text) > MAX_FILE_CHARACTERS:
        raise CorpusError(
            f"{path}:1", "more than 16 million characters; divide the file, or write JSON Lines", "too long"
        )
    return text


def lines_of(file: TextIO, path: Path) -> Iterator[str]:
    """The lines with their ends. Raises CorpusError at one that is too long to be a line of anything."""
    number = 0
    while line := file.readline(MAX_LINE_CHARACTERS):
        number += 1
        if len(line) == MAX_LINE_CHARACTERS:
            raise CorpusError(f"{path}:{number}", "a line of 16 million characters; write each row on its own line")
        yield line
