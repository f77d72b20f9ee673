"""What a search sets, as conditions that the database can test, that later turns can refine and a slot can keep."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from retrieval.filtering import Filter

VERSION = 1


@dataclass(frozen=True, slots=True)
class Kinds:
    """What kinds of products are asked for: those of a category or below it, or whose title ends with a word.

    `labels` are those under which records state the kind, too, such as `type`. `said` are the words of the text.
    """

    categories: tuple[str, ...]
    endings: tuple[str, ...]
    labels: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be stated under one of some labels, or must not where `is_wanted` is false.

    `values` are keys of values, of which one is enough. `low` and `high` bound a number, ends included. Where neither
    is given, anything counts that is no denial: `free` and `yes`, but not `none`. `said` are the words of the text.
    """

    labels: tuple[str, ...]
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_wanted: bool = True
    said: str = ""

    def as_sql(self) -> tuple[str, tuple[object, ...]]:
        """The test as SQL over a row `d` of the documents, and its parameters."""
        tests, parameters = [f"v.label IN ({_marks(self.labels)})"], [*self.labels]
        bounds = [(f"v.number {sign} ?", end) for sign, end in ((">=", self.low), ("<=", self.high)) if end is not None]
        if self.values:
            tests.append(f"v.key IN ({_marks(self.values)})")
        elif not bounds:
            tests.append("NOT v.denies")
        tests += [test for test, _ in bounds]
        chosen = "SELECT p.document_id FROM value_texts v JOIN value_products p ON p.value = v.id WHERE"
        sql = f"d.id {'' if self.is_wanted else 'NOT '}IN ({chosen} {' AND '.join(tests)})"
        return sql, (*parameters, *self.values, *(end for _, end in bounds))


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that a search sets.

    A product must be of each of `kinds`, pass each of `tests`, and pass `only` (its brand, price and stock). `freed`
    are labels of which the text says that they do not matter.
    """

    kinds: tuple[Kinds, ...] = ()
    tests: tuple[Condition, ...] = ()
    only: Filter = Filter()
    freed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is set, or freed."""
        return self != Conditions()

    def merged(self, later: "Conditions") -> "Conditions":
        """These as a later text refines them: what it sets of a label or of the kind replaces what was set of it.

        A wider kind replaces none: after Italian restaurants, "an expensive restaurant" is an Italian one.
        """
        touched = {label for test in later.tests for label in test.labels} | set(later.freed)
        touched |= {label for kinds in later.kinds for label in kinds.labels}
        kept = tuple(test for test in self.tests if touched.isdisjoint(test.labels))
        kinds = self.kinds if _are_wider(later.kinds, self.kinds) else later.kinds or self.kinds
        return Conditions(kinds, (*kept, *later.tests), later.only.filled_from(self.only))

    def followed_by(self, later: "Conditions", kept: Collection[str] = ()) -> "Conditions":
        """These as a later text goes on from them: anew where it asks for another kind of thing.

        Of what was set of the labels `kept` it says that it is the same: `in the same area`.
        """
        if later.kinds and self.kinds and not _are_alike(self.kinds, later.kinds):
            return self.on_labels(kept).merged(later)
        return self.merged(later)

    def on_labels(self, labels: Collection[str]) -> "Conditions":
        """Of these, what is set of some labels."""
        return Conditions(tests=tuple(test for test in self.tests if not set(labels).isdisjoint(test.labels)))

    def as_json(self) -> dict[str, Any]:
        """These as JSON takes them, with a version."""
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Conditions":
        """Read what `as_json` wrote; none where another version did."""
        if content.get("version") != VERSION:
            return cls()
        return cls(
            tuple(Kinds(**_tuples(kind)) for kind in content["kinds"]),
            tuple(Condition(**_tuples(test)) for test in content["tests"]),
            Filter(**content["only"]),
            tuple(content["freed"]),
        )


def _are_alike(first: tuple[Kinds, ...], second: tuple[Kinds, ...]) -> bool:
    """Whether a thing may be of kinds that two texts ask for: of categories of which one lies below the other."""
    roots = [{path.split(" > ")[0] for kind in kinds for path in kind.categories} for kinds in (first, second)]
    return first == second or not roots[0].isdisjoint(roots[1])


def _are_wider(kinds: tuple[Kinds, ...], others: tuple[Kinds, ...]) -> bool:
    """Whether every category of `kinds` has one of those of `others` below it."""
    below = [path for kind in others for path in kind.categories]
    wide = [path for kind in kinds for path in kind.categories]
    return bool(wide) and all(any(path.startswith(f"{each} > ") for path in below) for each in wide)


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))


def _tuples(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
