"""Which values are most often misheard, as what, and what a project could add for it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asr.evaluation.recognition import normalized
from nlu.data.examples import NluData
from nlu.names.sound_index import CatalogueName, SoundIndex
from nlu.options import SoundOptions
from server.evaluation.spoken_commands import CommandResult, Stage, says

WORTH_A_SYNONYM = 2
"""How often a mishearing must come before it is worth an entry: one may be chance."""
SOME_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Mishearing:
    """A slot's value, and what the transcripts have in its place; empty where nothing there is like it."""

    slot: str
    value: str
    heard: str
    times: int


def mishearings(results: Iterable[CommandResult]) -> list[Mishearing]:
    """Count what values of misheard commands were taken for, the most frequent first."""
    counts = Counter(
        (slot, value, _in_place_of(value, result.heard))
        for result in results
        if result.failed is Stage.HEARING
        for slot, value in sorted(result.command.values - result.values)
        if not says(result.heard, value)
    )
    return [Mishearing(*what, times) for what, times in counts.most_common()]


def _in_place_of(value: str, heard: str) -> str:
    """Return the words of `heard` that sound most like `value`."""
    index = SoundIndex([CatalogueName(value, ())], SoundOptions())
    found = [candidate for rivals in index.compare(heard) for candidate in rivals]
    best = max(found, key=lambda candidate: candidate.evidence.likeness, default=None)
    if best is None or best.evidence.likeness < SOME_LIKENESS:
        return ""
    return heard[best.window.start : best.window.end].lower()


def advice(found: Sequence[Mishearing], data: NluData) -> list[str]:
    """Say what to add to the training data: entries that no table has, and synonyms for what came again and again."""
    taught = _taught(data)
    missing = dict.fromkeys((item.slot, item.value) for item in found if item.value not in taught.get(item.slot, ()))
    lines = [f"add `{value}` to the lookup table {slot}: the training data have it nowhere" for slot, value in missing]
    all_values = {value for values in taught.values() for value in values}
    return lines + [
        f"add `{item.heard}` to the synonyms of {item.value}: heard so {item.times} times"
        for item in found
        if item.heard and item.times >= WORTH_A_SYNONYM and normalized(item.heard) not in all_values
    ]


def _taught(data: NluData) -> dict[str, set[str]]:
    """Return the values of each kind that tables list and examples annotate, normalised."""
    taught: dict[str, set[str]] = {}
    for listing in data.listings:
        if listing.kind == "lookup":
            taught.setdefault(listing.name, set()).update(normalized(item.text) for item in listing.items)
    for example in data.examples:
        for entity in example.entities:
            taught.setdefault(entity.name, set()).add(normalized(entity.value))
    return taught
