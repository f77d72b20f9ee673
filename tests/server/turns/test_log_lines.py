"""What a client sends cannot pass for a line of the log."""

import io
import json
import logging
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.turns.log_lines import LINE_CHARS, TRACEBACK_LINES, keep_lines_whole, on_one_line

FORGED = "\n2026-11-30 16:00:00,000 CRITICAL server: root key changed\x1b[31m"


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    written = io.StringIO()
    logger = logging.Logger("server.test")
    logger.addHandler(logging.StreamHandler(written))
    keep_lines_whole(logger)
    return logger, written


@given(st.text(), st.integers(0, 20))
def test_any_text_becomes_one_printable_line_of_bounded_length(text: str, limit: int) -> None:
    line = on_one_line(text, limit)
    assert line.isprintable()
    assert len(line) <= 10 * limit + 40  # `\\U0001f600` has ten signs
    assert line == text or not text.isprintable() or len(text) > limit


def test_letters_of_any_language_stay_readable() -> None:
    assert on_one_line("Grüße 你好 🙂\r\n\u2028\u202e\ud800") == r"Grüße 你好 🙂\r\n\u2028\u202e\ud800"


def test_a_record_takes_one_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.warning("gone: %s", FORGED + "x" * 10_000)
    line, *others = written.getvalue().splitlines()
    assert (others, len(line) < LINE_CHARS + 100) == ([], True)
    assert r"WARNING server.test: gone: \n2026-11-30" in line
    assert r"\x1b" in line


def test_a_traceback_is_indented_and_cut_in_the_middle(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        raise ValueError(FORGED * 1000)
    except ValueError:
        logger.exception("failed")
    first, *others = written.getvalue().splitlines()
    assert first.endswith("failed")
    assert len(others) <= TRACEBACK_LINES + 1
    assert all(line.startswith("    ") and line.isprintable() for line in others)
    assert "Traceback" in others[0]


def test_a_line_of_json_has_the_ids_of_what_it_is_about_and_its_traceback(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log
    keep_lines_whole(logger, "json")
    try:
        raise ValueError(FORGED)
    except ValueError:
        logger.exception("gone: %s", FORGED, extra={"session": "sess_1", "conversation": "conv_1", "turn": "resp_1"})
    logger.warning("alone")
    first, second = map(json.loads, written.getvalue().splitlines())
    assert {name: first[name] for name in ("level", "logger", "session", "conversation", "turn")} == {
        "level": "ERROR",
        "logger": "server.test",
        "session": "sess_1",
        "conversation": "conv_1",
        "turn": "resp_1",
    }
    assert first["message"] == f"gone: {on_one_line(FORGED)}"
    assert "ValueError" in first["traceback"]
    assert set(second) == {"time", "level", "logger", "message"}
    assert datetime.fromisoformat(second["time"]).utcoffset() == timedelta(0)
