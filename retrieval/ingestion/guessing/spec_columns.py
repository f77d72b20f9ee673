"""What columns without a field of ours become: specs under their own names, with the units in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.ingestion.guessing.column_names import UNITS, inner_name, parted, readable, spellings, squeezed, words_of
from retrieval.ingestion.guessing.column_values import Profile
from retrieval.ingestion.guessing.known_names import SPREAD_NAMES
from retrieval.ingestion.rows.transforms import Transform

_NUMBERED = re.compile(
    r"(?P<stem>.*\d)\s*(?:[_ ]?)(?P<part>name|values?|visible|global|default|linked ?to)", re.IGNORECASE
)
_WEIGHTS = frozenset({"g", "kg", "lb", "oz"})
_LABELLED = re.compile(r"\s*[\[{].*=>|\s*[\[{].*['\"]\s*:|[\w ]+=[^,=]+(?:,[\w ]+=|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """What columns are taken as: the `field` that they feed, or `specs` with a `label` (empty: the values bring them).

    `template` puts several columns together; `constant` stands where no column has the value.
    """

    field: str
    columns: tuple[str, ...]
    label: str = ""
    steps: tuple[Transform, ...] = ()
    template: str = ""
    constant: str = ""


def spec_columns(profiles: Mapping[str, Profile]) -> tuple[list[Taken], dict[str, str]]:
    """Specs of these columns, and the reasons of those that make none."""
    taken: list[Taken] = []
    unused: dict[str, str] = {}
    pairs = _named_pairs(list(profiles))
    units = _units_of(list(profiles))
    for name, profile in profiles.items():
        if name in pairs:
            value = pairs[name]
            if value:
                taken.append(Taken("specs", (value, name), label=f"{{{name}}}"))
        elif any(name == value for value in pairs.values()) or name in units.values():
            continue
        elif any(squeezed(name).startswith(_stem(pair)) for pair in pairs):
            unused[name] = "says how the shop shows an option"
        elif name in units:
            template = f"{{{name}}} {{{units[name]}}}"
            taken.append(Taken("specs", (name, units[name]), readable(_outer(name)), template=template))
        elif _is_unit_alone(name, profile):
            unused[name] = "a unit without a value beside it"
        else:
            taken.append(_spec(name, profile))
    return taken, unused


def _spec(name: str, profile: Profile) -> Taken:
    if _is_labelled(name, profile):
        return Taken("specs", (name,), steps=(Transform("labels"),))
    label, unit = parted(inner_name(name))
    steps: tuple[Transform, ...] = ()
    if profile.are_yes_or_no:
        steps = (Transform("yes_no"),)
    elif unit and profile.are_numbers:
        steps = (Transform("measure", unit),)
    elif unit:
        label = inner_name(name)
    words = words_of(inner_name(name))
    if len(words) <= 2 and UNITS.get(words[-1].casefold()) in _WEIGHTS and profile.are_numbers and len(words[-1]) > 3:
        return Taken("specs", (name,), "weight", (Transform("measure", UNITS[words[-1].casefold()]),))
    return Taken("specs", (name,), readable(label), steps)


def _is_labelled(name: str, profile: Profile) -> bool:
    """Whether each value holds labels and values of its own."""
    held = [value for value in profile.values if isinstance(value, Mapping)]
    pairs = [value for value in profile.values if isinstance(value, list) and value and isinstance(value[0], Mapping)]
    if held or pairs:
        named = bool(set(spellings(name)) & SPREAD_NAMES) or len(pairs) > len(held)
        return named or len({key for value in held for key in value}) > 4
    is_named = bool(set(spellings(name)) & SPREAD_NAMES)
    return profile.share(lambda text: len(text) > 3 and _LABELLED.match(text)) >= (0.5 if is_named else 0.9)


def _named_pairs(names: Sequence[str]) -> dict[str, str]:
    """Columns with the name of an option, and those with its value: `Option1 Name` and `Option1 Value`."""
    matches = {name: match for name in names if (match := _NUMBERED.match(name.replace("(s)", "s")))}
    labels = {name for name, match in matches.items() if match["part"].lower() == "name"}
    return {
        name: next(
            (other for other, match in matches.items() if match["part"].lower() in ("value", "values")
             and match["stem"] == matches[name]["stem"]), "")
        for name in names if name in labels
    }  # fmt: skip


def _stem(name: str) -> str:
    return squeezed(name).removesuffix("name")


def _units_of(names: Sequence[str]) -> dict[str, str]:
    """Columns whose unit stands in another column: `weight` and `weight_unit`, `size.value` and `size.unit`."""
    by_name = {squeezed(name): name for name in names}
    found = {}
    for name in names:
        plain = squeezed(_outer(name) if name.endswith(".value") else name)
        for ending in ("unit", "units", "uom", "unittext", "unitcode"):
            if plain + ending in by_name and by_name[plain + ending] != name:
                found[name] = by_name[plain + ending]
    return found


def _is_unit_alone(name: str, profile: Profile) -> bool:
    is_unit = profile.share(lambda text: text.casefold() in UNITS) == 1
    return is_unit and squeezed(name).endswith(("unit", "units", "uom"))


def _outer(name: str) -> str:
    return inner_name(name.rpartition(".")[0] or name) if name.endswith((".value", ".amount")) else inner_name(name)
