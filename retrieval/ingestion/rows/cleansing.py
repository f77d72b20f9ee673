"""Cleanses texts: repairs wrongly decoded characters, takes HTML and control characters out."""

import html
import re
import unicodedata

from retrieval.ingestion.rows.html_text import without_tags

# How UTF-8 looks when it is read as Windows-1252: a lead byte, then its continuation bytes.
_CP1252_HIGH = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_TAIL = f"[{re.escape(_CP1252_HIGH)}]"
_MOJIBAKE = re.compile(f"(?:[\xc2-\xdf]{_TAIL}|[\xe0-\xef]{_TAIL}{{2}}|[\xf0-\xf4]{_TAIL}{{3}})")
# A tag is plain or has an attribute with a value: "a<b and c>d" has none.
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*=[^<>]*)?\s*/?>|<!--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_OPEN = "\x81\x8d\x8f\x90\x9d"  # the five bytes that Windows-1252 leaves open keep their value
_MAX_ROUNDS = 3  # texts are escaped twice, or decoded wrongly twice, but hardly ever more often


def repaired(text: str) -> str:
    """`text` with UTF-8 that was read as Windows-1252 set right: `CafÃ©` is `Café`; all else stays as it is."""
    for _ in range(_MAX_ROUNDS):
        changed = _MOJIBAKE.sub(_decoded_again, text)
        if changed == text:
            break
        text = changed
    return text


def _decoded_again(match: re.Match[str]) -> str:
    raw = b"".join(char.encode("cp1252") if char not in _OPEN else char.encode("latin-1") for char in match[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def cleansed(text: str) -> str:
    """`text` as it should have been written: characters right and composed, no HTML, no control characters, and no
    white space but single spaces and line ends.
    """
    if text.isascii() and text.isprintable() and "&" not in text and "<" not in text:
        return " ".join(text.split()) if "  " in text else text.strip()
    text = repaired(text)
    for _ in range(_MAX_ROUNDS):
        plain = without_tags(text) if _TAG.search(text) else text
        plain = _ENTITY.sub(lambda match: html.unescape(match[0]), plain)
        if plain == text:
            break
        text = plain
    return _tidied(unicodedata.normalize("NFC", text))


def _tidied(text: str) -> str:
    shown = "".join(char if _is_shown(char) else " " for char in text)
    lines = (" ".join(line.split()) for line in shown.split("\n"))
    return "\n".join(lines).strip()


def _is_shown(char: str) -> bool:
    """Whether a character is more than a control code; marks that shape words (zero-width joiners) stay."""
    return char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn") and char != "\ufeff"


def cleansed_value(value: object) -> object:
    """`value` with every text in it cleansed, however deep; labels too."""
    if isinstance(value, str):
        return cleansed(value)
    if isinstance(value, list):
        return [cleansed_value(item) for item in value]
    if isinstance(value, dict):
        return {cleansed(str(key)): cleansed_value(item) for key, item in value.items()}
    return value
