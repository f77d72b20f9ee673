"""Reads the beginning of a file without a map, and makes the column map that its columns call for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from retrieval.document import CONCEPT, FAQ, POLICY, PRODUCT, REVIEW
from retrieval.errors import CorpusError
from retrieval.ingestion.column_map import EMPTY, ColumnMap, DocumentRule, Rule, VariantRule
from retrieval.ingestion.document_building import FIELDS, document_of
from retrieval.ingestion.formats.file_kinds import JSON, JSON_LINES, PARQUET, SHEET, TABLE, XML
from retrieval.ingestion.guessing.column_names import VARIANT_LISTS, squeezed
from retrieval.ingestion.guessing.column_values import Profile, profiles_of
from retrieval.ingestion.guessing.guess import Guess, candidates, guess, kind_of
from retrieval.ingestion.guessing.known_names import SPREAD_NAMES
from retrieval.ingestion.guessing.spec_columns import Taken
from retrieval.ingestion.rows.fields import described, house_row, table_values
from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.rows.transforms import Transform
from retrieval.ingestion.source_rows import rows_of
from retrieval.ingestion.variant_groups import exploded_sample

GUESSABLE = (JSON_LINES, JSON, TABLE, PARQUET, SHEET, XML)
SAMPLE = 1000
"""Rows at the beginning of a file that the guess is made from."""
_FLAT = 12  # keys of a mapping that become columns of their own
_DEPTH = 3  # mappings inside one another that do
_PLURALS = {PRODUCT: "products", FAQ: "FAQ entries", REVIEW: "reviews", POLICY: "texts"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file without a map is read: the map that was guessed, and what it does with each column, in lines."""

    path: Path
    kind: str
    map: ColumnMap
    columns: tuple[tuple[str, str], ...]

    def columns_seen(self) -> set[str]:
        """The names of the columns that the guess knows of, those around others too."""
        names = {name for name, _ in self.columns}
        return names | {name.partition(".")[0] for name in names} | ({""} if "(no name)" in names else set())

    def lines(self) -> Iterator[str]:
        """Say what each column is taken as, and which are unused and why."""
        yield f"{self.path}: read as {_PLURALS[self.kind]}, by the names and values of its columns:"
        width = min(max((len(name) for name, _ in self.columns), default=0), 40)
        for name, said in self.columns:
            yield f"  {name:{width}}  {said}"


def reading_of(path: Path, file_format: str, kind: str = "") -> Reading | None:
    """How a file is best read; None where its columns are our own fields, where it has no rows, or has other formats.

    `kind` is the kind of document that the file is named after, empty for none.
    """
    if file_format not in GUESSABLE or kind == CONCEPT:
        return None
    try:
        sample = [row for row in islice(rows_of(path, file_format), SAMPLE) if isinstance(row, Row)]
    except (CorpusError, RecursionError):
        return None  # the reading proper says what is wrong, and where
    if not sample or _is_ours(sample, file_format, kind) or any(map(_names_its_kind, sample)):
        return None
    reading = _reading(path, sample, kind)
    fields = dict(reading.map.documents[0].fields)
    return reading if any(need in fields for need in ("name", "question", "text")) else None


def _names_its_kind(row: Row) -> bool:
    """Whether a row says which kind of document it is, in our own words: of a stranger, `kind` is any property."""
    return row.fields.get("kind") in (*FIELDS, CONCEPT)


def _is_ours(sample: Sequence[Row], file_format: str, kind: str) -> bool:
    """Whether the rows have our own fields and no others, and most of them can be read so."""
    names = {name.partition(".")[0] if name.startswith("specs.") else name for row in sample for name in row.fields}
    fits = [own for own in FIELDS if names <= set(FIELDS[own]) and kind in ("", own)]
    if not fits:
        return False
    is_table = file_format in (TABLE, PARQUET, SHEET, XML)
    good = 0
    for row in sample[:50]:
        try:
            document_of(described(house_row(table_values(row.fields), row.place)) if is_table else row, kind or fits[0])
        except CorpusError:
            continue
        good += 1
    return good > 0 or not any(_reads_by_guess(sample, kind))


def _reads_by_guess(sample: Sequence[Row], kind: str) -> Iterator[bool]:
    """Whether the first rows can be read by a guess, as documents of that kind where one is given."""
    mapping = _reading(Path("sample"), sample, kind).map
    for row in sample[:50]:
        for made in mapping.house_rows(row):
            try:
                yield isinstance(made, Row) and (document := document_of(made)).kind == (kind or document.kind)
            except CorpusError:
                yield False


def _reading(path: Path, sample: Sequence[Row], kind: str) -> Reading:
    each = _variant_list(sample)
    rows = [inner for row in sample for inner in (exploded_sample(row, each) if each else [row])]
    profiles = profiles_of(_flattened(rows), EMPTY)
    found = guess(profiles, kind)
    nested = list(_nested_documents(found, profiles)) if found.kind == PRODUCT else []
    inner = {name: rule.kind for name, rule in nested}
    documents = (_document(found, inner), *(rule for _, rule in nested))
    variants = _variants(found)
    mapping = ColumnMap(f"the guess for {path.name}", documents, (path.name,), variants=variants, is_forgiving=True)
    return Reading(path, found.kind, mapping, tuple(_said(found, profiles, inner)))


def _variant_list(sample: Sequence[Row]) -> str:
    """The column that lists the variants of each row; empty for none."""
    for name in VARIANT_LISTS:
        held = [row.fields[name] for row in sample if row.fields.get(name)]
        items = [item for value in held if isinstance(value, list) for item in value]
        if items and all(
            isinstance(item, Mapping) and {"price", "sku", "stock"} & {*map(squeezed, item)} for item in items
        ):
            return name
    return ""


def _flattened(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The rows with the mappings that hold a few fields each laid open: `size.width`."""
    flat: list[dict[str, object]] = [dict(row.fields) for row in rows]
    for _ in range(_DEPTH):
        names = {name for row in flat for name, value in row.items() if isinstance(value, Mapping)}
        opened = {name for name in names if _is_record(name, [row[name] for row in flat if row.get(name)])}
        if not opened:
            break
        flat = [_laid_open(row, opened) for row in flat]
    return flat


def _laid_open(row: Mapping[str, object], opened: set[str]) -> dict[str, object]:
    out: dict[str, object] = {}
    for name, value in row.items():
        if name in opened and isinstance(value, Mapping):
            out |= {f"{name}.{key}": item for key, item in value.items()}
        elif name not in opened or value not in (None, ""):
            out[name] = value
    return out


def _is_record(name: str, values: Sequence[object]) -> bool:
    """Whether mappings have the same few keys, so that each key is a column; measures alone stay together."""
    mappings = [value for value in values if isinstance(value, Mapping)]
    if len(mappings) < len(values) or squeezed(name.rpartition(".")[2]) in SPREAD_NAMES:
        return False
    keys = {key for value in mappings for key in value}
    if len(keys) > _FLAT or len(keys) * len(mappings) > 2 * sum(map(len, mappings)):
        return False
    return not (
        1 < len(keys) <= 4 and all(isinstance(item, int | float) for value in mappings for item in value.values())
    )


def _rule(taken: Taken) -> Rule:
    columns = taken.columns[:1] if "{" in taken.label else () if taken.template else taken.columns
    return Rule(columns, taken.template, taken.constant or None, taken.steps, taken.label)


def _document(found: Guess, nested: Mapping[str, str]) -> DocumentRule:
    fields = [(each.field, _rule(each)) for each in found.taken if each.field not in ("specs", "variants")]
    specs = [_rule(each) for each in found.taken if each.field == "specs" and each.columns[0] not in nested]
    about = found.columns_of("product_id")
    if "id" not in dict(fields) and (found.kind == REVIEW or (found.kind == FAQ and about)):
        start = f"{{{about[0]}}}" if about else found.kind
        fields.append(("id", Rule(template=f"{start}-{{line}}", steps=(Transform("slug"),))))
    return DocumentRule(found.kind, tuple(fields), tuple(specs))


def _nested_documents(found: Guess, profiles: Mapping[str, Profile]) -> Iterator[tuple[str, DocumentRule]]:
    """Reviews and questions that stand in a list inside a product's row."""
    ids = found.columns_of("id")
    for name, profile in profiles.items():
        items = [item for value in profile.values if isinstance(value, list) for item in value]
        if not ids or not items or not all(isinstance(item, Mapping) for item in items):
            continue
        inside = profiles_of((item for item in items if isinstance(item, Mapping)), EMPTY)
        kind = kind_of(inside)
        if kind not in (REVIEW, FAQ) or candidates(inside, PRODUCT, "price"):
            continue
        own = [each for each in guess(inside, kind).taken if each.field not in ("id", "product_id")]
        fields = [
            ("id", Rule(template=f"{{parent.{ids[0]}}}-{{position}}", steps=(Transform("slug"),))),
            ("product_id", Rule((f"parent.{ids[0]}",))),
            *((each.field, _rule(each)) for each in own),
        ]
        yield name, DocumentRule(kind, tuple(fields), each=Rule((name,)))


def _variants(found: Guess) -> VariantRule | None:
    grouping = found.grouping
    if grouping is None:
        return None
    return VariantRule(grouping.by, grouping.own, grouping.children, grouping.each)


def _said(found: Guess, profiles: Mapping[str, Profile], nested: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each column of the table with what it is taken as, then what is unused and why."""
    said: dict[str, list[str]] = {}
    for each in found.taken:
        for place, name in enumerate(each.columns):
            what = each.field.replace("_", " ")
            if each.field == "specs":
                what = _of_spec(each, place)
            elif each.field == "variants":
                what = "what the variants of one product share"
            elif place:
                what += " where the columns before have none"
            said.setdefault(name, []).append(what)
    grouping = found.grouping
    if grouping and grouping.by in said:
        said[grouping.by].append("what the variants of one product share")
    for name in profiles:
        if name in nested:
            yield name, f"{_PLURALS[nested[name]]} of the product"
        elif name in said:
            yield name, " and ".join(dict.fromkeys(said[name]))
    if found.kind == PRODUCT:
        currency = next((each.constant for each in found.taken if each.constant), "")
        if currency:
            yield "(all rows)", f"currency {currency}"
        elif found.columns_of("price") and not found.columns_of("currency"):
            yield "(all rows)", "currency as the prices say, else USD"
    for name, reason in found.unused.items():
        yield name or "(no name)", f"unused: {reason}"


def _of_spec(taken: Taken, place: int) -> str:
    if "{" in taken.label:
        return "names the spec in the column beside it" if place else "spec, named by the column beside it"
    if not taken.label:
        return "specs, with the labels in the values"
    units = [str(step.argument) for step in taken.steps if step.name == "measure"]
    return f'spec "{taken.label}"' + (f" in {units[0]}" if units else "")
