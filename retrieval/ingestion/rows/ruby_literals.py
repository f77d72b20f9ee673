"""Reads hash and array literals as Ruby's `inspect` writes them: `{"key"=>"Fabric", "value"=>nil}`."""

import re

_SPACE = re.compile(r"\s*")
_SCALAR = re.compile(r'"((?:[^"\\]|\\.)*)"|:(\w+)|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(nil|true|false)', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u\{?([0-9a-fA-F]{4,6})\}?|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "s": " ", "0": "\0"}
_WORDS: dict[str, object] = {"nil": None, "true": True, "false": False}
_MAX_DEPTH = 50


def parse_ruby(text: str) -> object:
    """The mapping, list or scalar that `text` is; keys that are symbols become texts.

    Raises ValueError with the place where it is no literal.
    """
    value, at = _value(text, 0, 0)
    if _skip(text, at) != len(text):
        raise ValueError(f"not a Ruby literal at character {at + 1}")
    return value


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, depth: int) -> tuple[object, int]:
    at = _skip(text, at)
    mark = text[at : at + 1]
    if depth > _MAX_DEPTH:
        raise ValueError(f"a Ruby literal nested deeper than {_MAX_DEPTH}")
    if mark == "{":
        return _hash(text, at + 1, depth + 1)
    if mark == "[":
        return _array(text, at + 1, depth + 1)
    return _scalar(text, at)


def _hash(text: str, at: int, depth: int) -> tuple[dict[str, object], int]:
    found: dict[str, object] = {}
    while (at := _skip(text, at)) < len(text) and text[at] != "}":
        key, at = _scalar(text, at)
        at = _take(text, at, "=>")
        found[str(key)], at = _value(text, at, depth)
        at = _after_item(text, at, "}")
    return found, _take(text, at, "}")


def _array(text: str, at: int, depth: int) -> tuple[list[object], int]:
    found: list[object] = []
    while (at := _skip(text, at)) < len(text) and text[at] != "]":
        value, at = _value(text, at, depth)
        found.append(value)
        at = _after_item(text, at, "]")
    return found, _take(text, at, "]")


def _after_item(text: str, at: int, end: str) -> int:
    at = _skip(text, at)
    return at if text[at : at + 1] == end else _take(text, at, ",")


def _take(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise ValueError(f"not a Ruby literal: {mark!r} is missing at character {at + 1}")
    return at + len(mark)


def _scalar(text: str, at: int) -> tuple[object, int]:
    match = _SCALAR.match(text, at)
    if match is None:
        raise ValueError(f"not a Ruby literal at character {at + 1}")
    quoted, symbol, number, word = match.groups()
    if quoted is not None:
        return _ESCAPE.sub(_unescaped, quoted), match.end()
    if number is not None:
        return float(number) if "." in number or "e" in number else int(number), match.end()
    return (symbol if symbol is not None else _WORDS[word]), match.end()


def _unescaped(match: re.Match[str]) -> str:
    code, char = match.groups()
    return chr(int(code, 16)) if code and int(code, 16) < 0x110000 else _ESCAPED.get(char or "", char or match[0])
