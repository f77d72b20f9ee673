"""Log lines that nobody can forge: what clients send stays on one line, escaped, and its length is bounded."""

import json
import logging
from datetime import UTC, datetime
from types import TracebackType
from typing import TypeAlias

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
VALUE_CHARS = 200
LINE_CHARS = 2000
# A traceback is cut in its middle: the cause is at the top, the failure at the bottom.
TRACEBACK_LINES = 100

IDS = ("session", "conversation", "turn")
"""What a record may be about: the names of its `extra` that a line of JSON has as fields."""

_ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def on_one_line(value: object, limit_chars: int = VALUE_CHARS) -> str:
    """Write a value so that it cannot end the line or move the cursor: `\\n` for a line break, cut where too long."""
    text = str(value)
    cut = text if len(text) <= limit_chars else f"{text[:limit_chars]}… ({len(text)} characters)"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in cut)


class LineFormatter(logging.Formatter):
    """Writes a record on one line; the lines of a traceback follow it indented, so that none looks like a record."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Write the record without its traceback."""
        return on_one_line(super().formatMessage(record), LINE_CHARS)

    def formatException(self, ei: _ExceptionInfo) -> str:
        """Write the traceback, and in it the exception's own text."""
        lines = super().formatException(ei).splitlines()
        if len(lines) > TRACEBACK_LINES:
            half = TRACEBACK_LINES // 2
            lines[half:-half] = [f"({len(lines) - 2 * half} more lines)"]
        return "\n".join(f"    {on_one_line(line, LINE_CHARS)}" for line in lines)


class JsonFormatter(LineFormatter):
    """Writes a record as one line of JSON, with the ids of what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record, a traceback as one text."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": on_one_line(record.getMessage(), LINE_CHARS),
        }
        fields |= {name: str(vars(record)[name]) for name in IDS if name in vars(record)}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def keep_lines_whole(logger: logging.Logger, log_format: str = "text") -> None:
    """Have every handler of a logger write records this way, or with `json` each as an object."""
    formatter = JsonFormatter() if log_format == "json" else LineFormatter(LOG_FORMAT)
    for handler in logger.handlers:
        handler.setFormatter(formatter)
