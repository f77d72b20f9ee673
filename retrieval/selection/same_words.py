"""Words that people use for the same kind of thing or the same value, whatever a catalogue calls it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from retrieval.values.value_keys import forms_in, value_key

FOLDER, FILE = "retrieval.selection", "same_words.yml"


@dataclass(frozen=True, slots=True)
class SameWords:
    """Keys that mean the same; where `labels` has forms, only values under a label that has one of them."""

    keys: tuple[str, ...]
    labels: frozenset[str] = frozenset()

    def are_under(self, label: str) -> bool:
        """Whether values of `label` may be meant."""
        return not self.labels or not self.labels.isdisjoint(forms_in(label.replace("_", " ")))


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """The lists with each key, in their order, and the forms of all words for kinds of things."""

    kinds: dict[str, tuple[SameWords, ...]]
    values: dict[str, tuple[SameWords, ...]]
    kind_words: frozenset[str]


@cache
def thesaurus() -> Thesaurus:
    """What the package ships."""
    content = yaml.safe_load(files(FOLDER).joinpath(FILE).read_text(encoding="utf-8"))
    kinds = [SameWords(_keys(group)) for group in content["kinds"]]
    values = [
        SameWords(
            _keys(group["words"]), frozenset(form for label in group.get("labels", ()) for form in forms_in(label))
        )
        for group in content["values"]
    ]
    said = frozenset(form for group in content["kinds"] for text in group for form in forms_in(text))
    return Thesaurus(_by_key(kinds), _by_key(values), said)


def _keys(group: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for text in group if (key := value_key(text) or text)))


def _by_key(groups: Iterable[SameWords]) -> dict[str, tuple[SameWords, ...]]:
    found: dict[str, tuple[SameWords, ...]] = {}
    for group in groups:
        for key in group.keys:
            found[key] = (*found.get(key, ()), group)
    return found
