"""Writes a column map as the YAML that it can be read from again."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from retrieval.errors import MapError
from retrieval.ingestion.column_map import EMPTY, ColumnMap, DocumentRule, Rule


def write_guess(maps: Sequence[ColumnMap], path: Path) -> None:
    """Write the one map that was guessed. Raises MapError where there is none or several, or where `path` exists."""
    if len(maps) != 1:
        names = ", ".join(mapping.name for mapping in maps) or "no file needs one"
        raise MapError(f"{path}: one map is written for one file, and {names}; name one file without a map")
    if path.exists():
        raise MapError(f"{path} is there already; name a new file, or give it with --map")
    path.write_text(f"# {maps[0].name}; edit it, then give it with --map.\n{map_text(maps[0])}", encoding="utf-8")


def map_text(mapping: ColumnMap) -> str:
    """The YAML of a map, for `read_map`."""
    entry: dict[str, object] = {
        "files": list(mapping.files),
        "columns": list(mapping.columns),
        "delimiter": mapping.delimiter,
        "rows": ".".join(mapping.rows),
        "empty": sorted(mapping.empty - EMPTY),
        "forgiving": mapping.is_forgiving,
    }
    if mapping.variants:
        rule = mapping.variants
        variants = {"by": rule.by, "own": list(rule.own), "children": rule.children, "each": rule.each}
        entry["variants"] = _filled({**variants, "options": list(rule.options)})
    entry["documents"] = [_document(rule) for rule in mapping.documents]
    return yaml.safe_dump(_filled(entry), allow_unicode=True, sort_keys=False, width=120)


def _filled(entry: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in entry.items() if value not in ("", [], {}, False, None)}


def _document(rule: DocumentRule) -> dict[str, object]:
    entry: dict[str, object] = {"kind": rule.kind}
    if rule.each:
        entry["each"] = _rule(rule.each)
    entry["fields"] = {name: _rule(field) for name, field in rule.fields}
    if rule.specs:
        entry["specs"] = [_rule(spec, is_spec=True) for spec in rule.specs]
    return entry


def _rule(rule: Rule, *, is_spec: bool = False) -> object:
    if len(rule.columns) == 1 and not rule.steps and not is_spec:
        return rule.columns[0]
    steps: list[object] = [step.name if step.argument is None else {step.name: step.argument} for step in rule.steps]
    column = {"column": rule.columns[0]} if len(rule.columns) == 1 else {"columns": list(rule.columns)}
    return _filled(
        {
            "label": rule.label,
            **(column if not rule.template else {"template": rule.template}),
            "value": rule.constant,
            "then": steps[0] if len(steps) == 1 else steps,
        }
    )
