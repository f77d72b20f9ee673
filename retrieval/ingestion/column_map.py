"""Column maps: which column of a foreign file feeds which field, as a small YAML file says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from retrieval.document import PRODUCT
from retrieval.errors import CorpusError
from retrieval.ingestion.guessing.column_names import readable
from retrieval.ingestion.rows.fields import described, house_row, text_of, without_product
from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.rows.transforms import Transform, at_path
from retrieval.ingestion.rows.variants import merged

_PLACE = re.compile(r"\{([^{}]+)\}")
EMPTY = frozenset(
    {"", "na", "n/a", "n.a.", "null", "none", "nan", "nil", "-", "--", "---", "–", "—", "#n/a", "?", "tbd", "k.a.",
     "undefined", "not available", "not applicable", "keine angabe", "no rating available", "default title"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a value comes from: the first of `columns` that is not empty, a `template` of columns, or a `constant`;
    and the `steps` it goes through. `label` names a single spec; columns in it, as in a template, are filled in.
    """

    columns: tuple[str, ...] = ()
    template: str = ""
    constant: object = None
    steps: tuple[Transform, ...] = ()
    label: str = ""

    def columns_used(self) -> set[str]:
        """The names of all columns that it reads."""
        return {*self.columns, *_PLACE.findall(self.template), *_PLACE.findall(self.label)}


@dataclass(frozen=True, slots=True)
class VariantRule:
    """Which rows are variants of one product: those with the same value in the column `by`.

    A row that is named by others, in one of its columns `own`, or that lists them in `children`, is the product itself.
    `each` is a column with the list of the row's variants, whose columns are then `each.column`. `options` are the
    labels that variants differ in, where they are not usual ones.
    """

    by: str = ""
    own: tuple[str, ...] = ()
    children: str = ""
    each: str = ""
    options: tuple[str, ...] = ()

    def columns_used(self) -> set[str]:
        """The columns that say what belongs together."""
        return {name for name in (self.by, self.children, self.each) if name}


@dataclass(frozen=True, slots=True)
class DocumentRule:
    """What becomes one document of `kind`: its fields and, for products, its specs.

    With `each`, there is one document for each item of that list, whose own columns are then meant; those of the row
    around it are `parent.column`, and `position` counts from 1.
    """

    kind: str
    fields: tuple[tuple[str, Rule], ...]
    specs: tuple[Rule, ...] = ()
    each: Rule | None = None

    def columns_used(self) -> set[str]:
        """The columns of the row itself that it is made from, with their whole names."""
        own = {name for rule in (*(rule for _, rule in self.fields), *self.specs) for name in rule.columns_used()}
        if self.each is None:
            return own
        return self.each.columns_used() | {name for name in own if name.startswith("parent.")}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How the rows of foreign files become rows of our own.

    `files` are patterns of the names it is for; none: any. `columns` name the columns of a table without a header,
    `rows` leads to the list inside a JSON file, and `empty` are texts that mean nothing, in lower case. `variants` says
    which rows make one product. Where it `is_forgiving`, a value that its field cannot have becomes a spec, and the row
    is kept.
    """

    name: str
    documents: tuple[DocumentRule, ...]
    files: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    delimiter: str = ""
    rows: tuple[str, ...] = ()
    empty: frozenset[str] = EMPTY
    variants: VariantRule | None = None
    is_forgiving: bool = False

    def is_for(self, path: Path) -> bool:
        """Whether a file of this name is meant."""
        return not self.files or any(fnmatch(path.name, pattern) for pattern in self.files)

    def columns_used(self) -> set[str]:
        """The columns of a row that anything is fed from; of a column inside another, the outer one."""
        named = {name for rule in self.documents for name in rule.columns_used()}
        named |= self.variants.columns_used() if self.variants else set()
        return {name.removeprefix("parent.").partition(".")[0] for name in named} - {"line"}

    def house_rows(self, row: Row) -> Iterator[Row | CorpusError]:
        """The rows that `row` becomes, each in the fields of its kind; an error for each that cannot be."""
        for rule in self.documents:
            try:
                inputs = list(self._inputs(rule, row))
            except CorpusError as error:
                yield error
                continue
            for values in inputs:
                try:
                    yield self._house_row(rule, values, row.place)
                except CorpusError as error:
                    yield error

    def product_of(self, key: str, variants: Sequence[Row], parent: int | None) -> Iterator[Row | CorpusError]:
        """The product that the rows of its `variants` make, or errors; `parent` is the place of its own row among them.

        `key` is what the rows share. What else a row becomes, such as its reviews, comes after the product.
        """
        made = [list(self.house_rows(row)) for row in self._filled_down(variants)]
        firsts = [rows[0] for rows in made if rows and isinstance(rows[0], Row)]
        if len(firsts) < len(made):
            parent = None
        options = set(self.variants.options) if self.variants else set()
        options |= {str(value) for row in variants for name in self._labels() if (value := row.fields.get(name))}
        if firsts:
            yield described(merged(key, firsts, parent, options))
        for rows in made:
            yield from rows[1:] if rows and isinstance(rows[0], Row) else rows

    def _filled_down(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows with the labels of their options, which the first row alone may have."""
        labels = self._labels()
        held: dict[str, object] = {}
        for row in rows:
            held |= {name: value for name in labels if (value := self._column(name, row.fields)) is not None}
            yield Row({**row.fields, **held}, row.place) if labels else row

    def _labels(self) -> set[str]:
        """The columns that name specs."""
        return {name for rule in self.documents for spec in rule.specs for name in _PLACE.findall(spec.label)}

    def _inputs(self, rule: DocumentRule, row: Row) -> Iterator[Mapping[str, object]]:
        """The columns that each of the rule's documents is made from."""
        line = {"line": row.place.rpartition(":")[2]}
        if rule.each is None:
            yield {**line, **row.fields}
            return
        items = self._value(rule.each, row.fields, row.place, "each")
        if items is not None and not (isinstance(items, list) and all(isinstance(item, Mapping) for item in items)):
            problem = f"{', '.join(rule.each.columns)} gives {items!r}; `each` needs a list of mappings"
            raise CorpusError(row.place, problem, "no list of mappings")
        for position, item in enumerate(items or [], start=1):
            yield {**line, **item, "parent": row.fields, "position": position}

    def _house_row(self, rule: DocumentRule, values: Mapping[str, object], place: str) -> Row:
        fields = {name: self._value(field, values, place, name) for name, field in rule.fields}
        specs = self._specs(rule, values, place)
        is_product = rule.kind == PRODUCT
        values = {**fields, **({"specs": specs} if specs else {})}
        row = house_row(values, place, is_forgiving=self.is_forgiving and is_product)
        if is_product:
            row = without_product(row)
            row = row if self.variants else described(row)
        return Row({**row.fields, "kind": rule.kind}, place)

    def _specs(self, rule: DocumentRule, values: Mapping[str, object], place: str) -> dict[str, object]:
        specs: dict[str, object] = {}
        for spec in rule.specs:
            value = self._value(spec, values, place, spec.label or "specs")
            label = self._filled(spec.label, values) if "{" in spec.label else spec.label
            if spec.label and value is not None:
                if label:
                    specs[label] = value
            elif isinstance(value, Mapping):
                specs |= {label: item for label, item in value.items() if not self._is_empty(item)}
            elif value is not None and self.is_forgiving:
                specs[readable(spec.columns[0])] = value
            elif value is not None:
                problem = f"{spec.columns} gives {value!r}, no labels; add `label:`, or steps that make a mapping"
                raise CorpusError(place, problem, "specs is not usable")
        return specs

    def _value(self, rule: Rule, values: Mapping[str, object], place: str, field: str) -> object:
        value: object = None
        try:
            value = self._source(rule, values)
            for step in rule.steps:
                value = step(value)
        except ValueError as error:
            if self.is_forgiving:
                return value
            problem = f"{field} from {', '.join(rule.columns)} is {str(value)[:200]!r}, {error}; correct it or the map"
            raise CorpusError(place, problem, f"{field} is not usable") from error
        return value

    def _source(self, rule: Rule, values: Mapping[str, object]) -> object:
        if rule.template:
            return self._filled(rule.template, values)
        found = (self._column(name, values) for name in rule.columns)
        return next((value for value in found if value is not None), rule.constant)

    def _column(self, name: str, values: Mapping[str, object]) -> object:
        value = values[name] if name in values else at_path(values, name.split("."))
        return None if self._is_empty(value) else value

    def _is_empty(self, value: object) -> bool:
        return value is None or (isinstance(value, str) and value.strip().lower() in self.empty)

    def _filled(self, template: str, values: Mapping[str, object]) -> str | None:
        """The template with its columns; None when one of them is empty."""
        columns = {name: self._column(name, values) for name in _PLACE.findall(template)}
        if any(value is None for value in columns.values()):
            return None
        return _PLACE.sub(lambda match: text_of(columns[match[1]]), template)
