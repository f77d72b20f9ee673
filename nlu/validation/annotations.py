"""Finds entities that are annotated in one way here and in another, or not at all, there."""

import re
from collections.abc import Iterable, Iterator, Sequence

from nlu.data.examples import Example, Listed
from nlu.interpretation import Entity
from nlu.validation.findings import Finding

Annotated = tuple[Entity, Example]


def inconsistent_annotations(examples: Sequence[Example]) -> Iterator[Finding]:
    """Warnings about the same words with different types, with different values, or left plain in the same intent."""
    surfaces: dict[str, list[Annotated]] = {}
    for example in examples:
        for entity in example.entities:
            surfaces.setdefault(_surface(entity, example), []).append((entity, example))
    for surface, annotated in surfaces.items():
        yield from _different_types(surface, annotated)
        yield from _different_values(surface, annotated)
    intents: dict[str, list[Example]] = {}
    for example in examples:
        intents.setdefault(example.label, []).append(example)
    for members in intents.values():
        yield from _left_plain(members)


def _surface(entity: Entity, example: Example) -> str:
    return example.text[entity.start : entity.end].casefold()


def _different_types(surface: str, annotated: Sequence[Annotated]) -> Iterator[Finding]:
    """Words that have one type here and another there; two types at once, always the same two, are no mistake."""
    kinds: dict[tuple[str, ...], list[Annotated]] = {}
    for entity, example in annotated:
        here = {other.name for other in example.entities if (other.start, other.end) == (entity.start, entity.end)}
        kinds.setdefault(tuple(sorted(here)), []).append((entity, example))
    if len(kinds) > 1:
        names = {" and ".join(kind): members for kind, members in kinds.items()}
        yield _different("entity-types", f"{surface!r} is annotated as {_counted(names)}", "type", names)


def _different_values(surface: str, annotated: Sequence[Annotated]) -> Iterator[Finding]:
    values: dict[str, dict[str, list[Annotated]]] = {}
    for entity, example in annotated:
        if entity.value.casefold() != surface:  # the words themselves: no value was given
            values.setdefault(entity.name, {}).setdefault(entity.value, []).append((entity, example))
    for name, given in values.items():
        if len(given) > 1:
            message = f"{surface!r}, annotated as {name}, has the values {_counted(given)}"
            yield _different("entity-values", message, "value", given)


def _different(kind: str, message: str, what: str, groups: dict[str, list[Annotated]]) -> Finding:
    """A finding at the rarest way of annotating, with one example of each other."""
    rarest, *others = sorted(groups, key=lambda name: len(groups[name]))
    place = groups[rarest][0][1].place
    also = tuple(Listed(f"{name}: {groups[name][0][1].text}", groups[name][0][1].place) for name in others)
    return Finding("warning", kind, message, f"annotate it with one {what} everywhere", place, also)


def _counted(groups: dict[str, list[Annotated]]) -> str:
    return " and ".join(f"{name} ({len(members)} times)" for name, members in groups.items())


def _left_plain(examples: Sequence[Example]) -> Iterator[Finding]:
    """Words that one example of an intent annotates and another of the same intent does not."""
    known: dict[str, Annotated] = {}
    for example in examples:
        for entity in example.entities:
            known.setdefault(_surface(entity, example), (entity, example))
    if not known:
        return
    plain: dict[str, list[Example]] = {}
    for surface, example in _plain_mentions(examples, known):
        plain.setdefault(surface, []).append(example)
    for surface, members in plain.items():
        yield _plain(surface, *known[surface], members)


def _plain(surface: str, entity: Entity, annotated: Example, members: Sequence[Example]) -> Finding:
    """A warning; a hint where each text has another entity of the type: "a [charger] for my phone" may be meant so."""
    meant = all(any(other.name == entity.name for other in member.entities) for member in members)
    others = "another example" if len(members) == 1 else f"{len(members)} other examples"
    where = f"annotated as {entity.name} in {annotated.place} and left plain in {others} of {annotated.label}"
    return Finding(
        "hint" if meant else "warning",
        "left-plain",
        f"{surface!r} is {where}",
        "annotate it in all of them, or in none",
        members[0].place,
        tuple(Listed(member.text, member.place) for member in members),
    )


def _plain_mentions(examples: Sequence[Example], surfaces: Iterable[str]) -> Iterator[tuple[str, Example]]:
    """The known words found as whole words outside every annotation, the longest where several begin."""
    longest_first = sorted(surfaces, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    for example in examples:
        for match in pattern.finditer(example.text):
            if not any(match.start() < other.end and match.end() > other.start for other in example.entities):
                yield match.group().casefold(), example
