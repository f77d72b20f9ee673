"""Reads column maps from YAML and says what is wrong with them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from retrieval.errors import MapError
from retrieval.ingestion.column_map import EMPTY, ColumnMap, DocumentRule, Rule, VariantRule
from retrieval.ingestion.document_building import FIELDS
from retrieval.ingestion.rows.transforms import TRANSFORMS, Transform

_KEYS = ("files", "columns", "delimiter", "rows", "empty", "forgiving", "variants", "documents")
_RULE_KEYS = ("column", "columns", "template", "value", "then", "label")


def read_map(path: Path) -> ColumnMap:
    """The map in a YAML file. Raises MapError that names the file, the entry and what to do."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MapError(f"{path}: cannot be read ({error.strerror}); name a map file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MapError(f"{path}: not YAML ({' '.join(str(error).split())}); correct the file") from error
    entry = _Entry(str(path), content)
    entry.allow(*_KEYS)
    return ColumnMap(
        name=str(path),
        documents=tuple(map(_document, entry.items("documents"))),
        files=entry.texts("files"),
        columns=entry.texts("columns"),
        delimiter="".join(entry.texts("delimiter")),
        rows=tuple(key for text in entry.texts("rows") for key in text.split(".")),
        empty=EMPTY | {text.strip().lower() for text in entry.texts("empty")},
        variants=_variants(entry),
        is_forgiving=bool(entry.content.get("forgiving")),
    )


class _Entry:
    """One mapping of a map file, and the way to it."""

    def __init__(self, place: str, content: object) -> None:
        self.place = place
        if not isinstance(content, dict):
            raise self.wrong(f"is {content!r}", "write a mapping")
        self.content = content

    def wrong(self, problem: str, advice: str) -> MapError:
        return MapError(f"{self.place} {problem}; {advice}")

    def allow(self, *names: str) -> None:
        for name in self.content:
            if name not in names:
                raise self.wrong(f"has {name!r}", f"known are {', '.join(names)}")

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts, numbers as texts; none when the key is missing."""
        value = self.content.get(key, [])
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | float) for item in items):
            raise self.wrong(f"has {key} = {value!r}", "write a text or a list of texts")
        return tuple(map(str, items))

    def items(self, key: str) -> Iterator["_Entry"]:
        value = self.content.get(key)
        if not isinstance(value, list) or not value:
            raise self.wrong(f"has {key} = {value!r}", "write a list of mappings")
        for number, item in enumerate(value, start=1):
            yield _Entry(f"{self.place}: {key} {number}", item)


def _variants(top: _Entry) -> VariantRule | None:
    if "variants" not in top.content:
        return None
    entry = _Entry(f"{top.place}: variants", top.content["variants"])
    entry.allow("by", "own", "children", "each", "options")
    by, children, each = ("".join(entry.texts(key)) for key in ("by", "children", "each"))
    if not (by or children or each):
        raise entry.wrong("says not what belongs together", "write by, children or each")
    return VariantRule(by, entry.texts("own"), children, each, entry.texts("options"))


def _document(entry: _Entry) -> DocumentRule:
    entry.allow("kind", "each", "fields", "specs")
    kind = str(entry.content.get("kind"))
    if kind not in FIELDS:
        raise entry.wrong(f"has kind = {kind!r}", f"known are {', '.join(FIELDS)}")
    fields = entry.content.get("fields")
    if not isinstance(fields, Mapping) or not fields:
        raise entry.wrong(f"has fields = {fields!r}", "write a mapping of our fields to your columns")
    known = [name for name in FIELDS[kind] if name != "specs"]
    for name in fields:
        if name not in known:
            raise entry.wrong(f"feeds {name!r}", f"fields of a {kind} are {', '.join(known)}, and specs beside fields")
    specs = tuple(map(_rule, entry.items("specs"))) if "specs" in entry.content else ()
    if specs and "specs" not in FIELDS[kind]:
        raise entry.wrong("has specs", "only products have specs")
    each = _named_rule(entry, "each", entry.content["each"]) if "each" in entry.content else None
    rules = tuple((str(name), _named_rule(entry, f"fields.{name}", rule)) for name, rule in fields.items())
    return DocumentRule(kind, rules, specs, each)


def _named_rule(entry: _Entry, name: str, content: object) -> Rule:
    if isinstance(content, str):
        return Rule(columns=(content,))
    return _rule(_Entry(f"{entry.place}: {name}", content))


def _rule(entry: _Entry) -> Rule:
    entry.allow(*_RULE_KEYS)
    columns = (*entry.texts("column"), *entry.texts("columns"))
    constant = entry.content.get("value")
    template = "".join(entry.texts("template"))
    if bool(template) == bool(columns or constant is not None):
        raise entry.wrong("has no source, or two", "write one of column, columns, template and value")
    return Rule(columns, template, constant, tuple(_steps(entry)), "".join(entry.texts("label")))


def _steps(entry: _Entry) -> Iterator[Transform]:
    value = entry.content.get("then", [])
    for step in value if isinstance(value, list) else [value]:
        name, argument = next(iter(step.items())) if isinstance(step, dict) and len(step) == 1 else (step, None)
        known = TRANSFORMS.get(name) if isinstance(name, str) else None
        if known is None:
            raise entry.wrong(f"has the step {step!r}", f"known are {', '.join(TRANSFORMS)}")
        if known[1] is None and argument is not None or known[1] and not isinstance(argument, known[1]):
            wanted = f"a {known[1].__name__} behind it" if known[1] else "nothing behind it"
            raise entry.wrong(f"has the step {step!r}", f"{name} takes {wanted}")
        yield Transform(str(name), argument)
