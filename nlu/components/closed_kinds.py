"""Kinds of entities of which people name only what is listed: what a tagger found of them is an entry, if misheard."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.components.matched_entities import Described, common_characters, described_match, kept_of
from nlu.names.closed_tables import ClosedTable
from nlu.names.names_file import Catalogues
from nlu.names.sound_index import CatalogueName, SoundMatch, identity_of

MOST_CLOSED = 200  # ways to say the entries of a closed table: who has more choice says more than that, too
LISTED_SHARE = 0.95  # of the values in the examples, for a table to count as closed
FEWEST_VALUES = 3


def doubt_of(entity: str, entries: Sequence[CatalogueName], examples: Iterable[Message]) -> float | None:
    """Return how likely people name something of the kind that is not listed, 0 to 1; None where they surely do.

    That is the share of values that stand in one example only: so often a value is a new one (Good 1953).
    """
    listed = {identity_of(form) for entry in entries for form in (entry.name, *entry.forms)}
    values = Counter(
        identity_of((example.get(TEXT) or "")[found[ENTITY_ATTRIBUTE_START] : found[ENTITY_ATTRIBUTE_END]])
        for example in examples
        for found in example.get(ENTITIES, [])
        if found[ENTITY_ATTRIBUTE_TYPE] == entity
    )
    known = sum(count for value, count in values.items() if value in listed)
    if len(listed) > MOST_CLOSED or values.total() < FEWEST_VALUES or known < LISTED_SHARE * values.total():
        return None
    return sum(count == 1 for count in values.values()) / values.total()


class Snapper:
    """The closed tables by the kind of their entries; immutable and thread-safe."""

    def __init__(self, catalogues: Catalogues, extractor: str) -> None:
        """`extractor` is who an entity is from that was snapped to its table."""
        self._extractor = extractor
        self._tables = {
            entity: ClosedTable(catalogues.names[entity], catalogues.closed[entity]) for entity in catalogues.closed
        }
        self._names = {
            entity: {form.lower() for entry in catalogues.names[entity] for form in (entry.name, *entry.forms)}
            for entity in catalogues.closed
        }

    def snap_all(self, text: str, entities: list[Described], tagged: Iterable[Described]) -> list[Described]:
        """What a tagger found of a closed table's kind as the entry that sounds like it.

        Of one kind that is tagged twice in a row, both together are tried first: "cap chino". What is a part of
        `tagged` and known already gives way to an entry that is more than that: "mocha" in "ice mocha".
        """
        of_closed = [found for found in tagged if found[ENTITY_ATTRIBUTE_TYPE] in self._tables]
        for run in _runs(text, of_closed):
            whole = self._snap(text, entities, run)
            if whole is None:
                for found in run if len(run) > 1 else ():
                    entities = self._snap(text, entities, [found]) or entities
            entities = whole or entities
        return list(entities)

    def _snap(self, text: str, entities: list[Described], run: Sequence[Described]) -> list[Described] | None:
        """The entities with that of a run of tagged ones as the entry that sounds like it; None where none does."""
        kind, start, end = run[0][ENTITY_ATTRIBUTE_TYPE], run[0][ENTITY_ATTRIBUTE_START], run[-1][ENTITY_ATTRIBUTE_END]
        nearest = self._tables[kind].nearest(text[start:end])
        if nearest is None:
            return None
        match = SoundMatch(nearest.name, "", text[start:end], start, end, nearest.likeness)
        rivals = [known for known in entities if common_characters(known, match) > 0]
        if not all(self._gives_way(known, kind, match) for known in rivals):
            return None
        described = described_match(kind, match, self._extractor) | kept_of([*rivals, *run], match)
        return [known for known in entities if known not in rivals] + [described]

    def _gives_way(self, known: Described, kind: str, match: SoundMatch) -> bool:
        """Whether an entity is no name, or another name within what was found now."""
        if known[ENTITY_ATTRIBUTE_TYPE] != kind:
            return False
        within = common_characters(known, match) == known[ENTITY_ATTRIBUTE_END] - known[ENTITY_ATTRIBUTE_START]
        longer = match.end - match.start > known[ENTITY_ATTRIBUTE_END] - known[ENTITY_ATTRIBUTE_START]
        return not self._is_name(kind, known) or (
            within and longer and str(known[ENTITY_ATTRIBUTE_VALUE]).lower() != match.name.lower()
        )

    def _is_name(self, kind: str, known: Described) -> bool:
        return str(known[ENTITY_ATTRIBUTE_VALUE]).lower() in self._names[kind]


def _runs(text: str, tagged: Sequence[Described]) -> list[list[Described]]:
    """The tagged entities in their order, those of one kind together that only spaces part."""
    runs: list[list[Described]] = []
    for found in sorted(tagged, key=lambda entity: int(entity[ENTITY_ATTRIBUTE_START])):
        before = runs[-1][-1] if runs else None
        if (
            before is not None
            and found[ENTITY_ATTRIBUTE_TYPE] == before[ENTITY_ATTRIBUTE_TYPE]
            and text[before[ENTITY_ATTRIBUTE_END] : found[ENTITY_ATTRIBUTE_START]].isspace()
        ):
            runs[-1].append(found)
        else:
            runs.append([found])
    return runs
