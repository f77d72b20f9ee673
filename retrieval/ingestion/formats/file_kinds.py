"""Says in which format a file is: by its name, and by its first bytes where the name does not tell or is wrong."""

import gzip
import json
import re
from pathlib import Path

JSON_LINES, JSON, TABLE, PARQUET, YAML, MARKDOWN, HTML = "jsonl", "json", "table", "parquet", "yaml", "markdown", "html"
XML, SHEET, PDF, SITEMAP = "xml", "sheet", "pdf", "sitemap"
BY_SUFFIX = {
    ".jsonl": JSON_LINES, ".ndjson": JSON_LINES, ".json": JSON, ".jsonld": JSON, ".csv": TABLE, ".tsv": TABLE,
    ".tab": TABLE, ".parquet": PARQUET, ".yml": YAML, ".yaml": YAML, ".md": MARKDOWN, ".markdown": MARKDOWN,
    ".html": HTML, ".htm": HTML, ".xml": XML, ".rss": XML, ".atom": XML, ".xlsx": SHEET, ".xlsm": SHEET, ".xls": SHEET,
    ".ods": SHEET, ".pdf": PDF,
}  # fmt: skip
BINARY = (PARQUET, SHEET, PDF)
_LOOKED_AT = 2**16  # bytes
_MAGIC = {b"%PDF": PDF, b"PAR1": PARQUET, b"\xd0\xcf\x11\xe0": SHEET, b"PK\x03\x04": SHEET}
_HTML = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_XML = re.compile(r"<(?:\?xml|rss|feed|urlset|sitemapindex|[A-Za-z][\w:-]*[\s>])")


def format_by_name(path: Path) -> str:
    """The format that a file's name tells; empty for none."""
    name = path.name.removesuffix(".gz")
    found = BY_SUFFIX.get(Path(name).suffix.lower(), "")
    return "" if path.name != name and found in BINARY else found


def format_of(path: Path) -> str:
    """The format of a file that is there; empty where neither its name nor its content tells.

    Content goes before the name where it leaves no doubt: a workbook called `.csv`, JSON Lines called `.json`.
    """
    named = format_by_name(path)
    head = _head(path)
    sure = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    if sure:
        return sure
    if named in (YAML, MARKDOWN) or not head.strip():
        return named
    text = _decoded(head).lstrip("\ufeff \t\r\n")
    return _by_content(text, named) or named


def _by_content(text: str, named: str) -> str:
    if _HTML.match(text) or (text.startswith("<!--") and _HTML.search(text)):
        return HTML
    if _XML.match(text):
        if "<urlset" in text[:2000] or "<sitemapindex" in text[:2000]:
            return SITEMAP
        return XML if named != HTML else HTML
    if text[:1] in ("{", "["):
        is_list = text[:1] == "{" or re.match(r"\[\s*[{\]]", text)
        return _kind_of_json(text) if named not in (TABLE, HTML) or (is_list and _is_json(text)) else named
    if not named and _is_table(text):
        return TABLE
    return ""


def _head(path: Path) -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(_LOOKED_AT)
    except (OSError, EOFError):
        return b""


def _decoded(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[1:2] == b"\x00" or head[:1] == b"\x00":
        return head.decode("utf-16-be" if head[:1] in (b"\x00", b"\xfe") else "utf-16-le", "replace")
    return head.decode("utf-8", "replace")


def _is_json(text: str) -> bool:
    try:
        json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text) - 16 or error.msg.startswith("Unterminated")
    except RecursionError:
        return True
    return True


def _kind_of_json(text: str) -> str:
    """JSON Lines where an object ends on the first line and another begins on the next; else JSON."""
    first, _, rest = text.partition("\n")
    if text[:1] != "{" or rest.lstrip()[:1] != "{":
        return JSON if text[:1] == "[" or rest.strip() or len(first) >= _LOOKED_AT // 2 else ""
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return JSON
    return JSON_LINES


def _is_table(text: str) -> bool:
    """Whether the first lines have equally many cells, two or more."""
    lines = [line for line in text.splitlines()[:6] if line.strip()][:5]
    return len(lines) > 1 and any(
        lines[0].count(mark) > 0 and len({line.count(mark) for line in lines[:-1] or lines}) == 1 for mark in "\t;|,"
    )
