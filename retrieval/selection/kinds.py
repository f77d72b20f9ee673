"""Finds which kinds of things a search asks for, by the categories of the catalogue and what people call them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from retrieval.conditions import Kinds
from retrieval.document import PRODUCT
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.selection.goods import Goods
from retrieval.selection.same_words import thesaurus
from retrieval.selection.spans import Span, keys_at, spans_of
from retrieval.values.value_index import ValueIndex
from retrieval.values.value_keys import value_key

_STEP = " > "
_JOINS = frozenset({"or", "and"})


@dataclass(frozen=True, slots=True)
class FoundKinds:
    """The kinds that a text asks for, each with the stretch that says so; a thing must be of all of them."""

    kinds: tuple[Kinds, ...]
    spans: tuple[Span, ...]

    @property
    def places(self) -> set[int]:
        """The places of the words that say so."""
        return {at for span in self.spans for at in span.places}


class KindReader:
    """Knows the steps of all categories; immutable."""

    def __init__(self, categories: Iterable[str], values: ValueIndex) -> None:
        self._values = values
        self._by_key: dict[str, list[str]] = {}
        for category in categories:
            steps = category.split(_STEP)
            for depth, step in enumerate(steps, start=1):
                paths = self._by_key.setdefault(value_key(step), [])
                path = _STEP.join(steps[:depth])
                if path not in paths:
                    paths.append(path)
        self._by_key.pop("", None)

    def read(self, tokens: Sequence[str], excluded: Collection[int] = ()) -> FoundKinds:
        """The kinds that `tokens` name by the name of a category, the longest at each place."""
        found: list[tuple[Span, Kinds]] = []
        taken = set(excluded)
        for span in spans_of(tokens):
            if taken.isdisjoint(span.places) and (kinds := self._at(tokens, span)):
                found.append((span, kinds))
                taken.update(span.places)
        found.sort(key=lambda pair: pair[0].start)
        joined: list[tuple[Span, Kinds]] = []
        for span, kinds in found:
            if joined and _are_joined(tokens, joined[-1][0], span):
                last, before = joined.pop()
                span, kinds = Span(last.start, span.end), either(before, kinds)
            joined.append((span, kinds))
        different = {kinds.categories: kinds for _, kinds in joined}
        return FoundKinds(tuple(different.values()), tuple(span for span, _ in joined))

    def _at(self, tokens: Sequence[str], span: Span) -> Kinds | None:
        for key in keys_at(tokens, span):
            others = (group.keys for group in thesaurus().kinds.get(key, ()))
            for keys in ((key,), *others):
                categories = [path for each in keys for path in self._by_key.get(each, ())]
                if categories:
                    return self._kinds(categories, keys, " ".join(tokens[at] for at in span.places))
        return None

    def _kinds(self, categories: Sequence[str], keys: Sequence[str], said: str) -> Kinds:
        stated = [each for each in self._values.find(keys) if not each.denies]
        labels = tuple(dict.fromkeys(each.label for each in stated))
        return Kinds(tuple(dict.fromkeys(categories)), (), labels, said)


def together(catalogue: Catalogue, kinds: Sequence[Kinds]) -> Sequence[Kinds]:
    """The kinds that a thing can be all of; where it cannot, any of them but those that all others lie below."""
    if len(kinds) < 2 or Goods(catalogue, Filter(PRODUCT), kinds).count():
        return kinds
    narrow = [each for each in kinds if not any(_is_above(each, other) for other in kinds)]
    return [reduce(either, narrow)]


def _is_above(kinds: Kinds, other: Kinds) -> bool:
    """Whether all categories of `other` lie below one of `kinds`."""
    roots = tuple(f"{path}{_STEP}" for path in kinds.categories)
    return kinds != other and bool(other.categories) and all(path.startswith(roots) for path in other.categories)


def _are_joined(tokens: Sequence[str], first: Span, second: Span) -> bool:
    between = tokens[first.end : second.start]
    return bool(between) and set(between) <= _JOINS | {"a", "an", "the"} and not _JOINS.isdisjoint(between)


def either(first: Kinds, second: Kinds) -> Kinds:
    """What is of one of two kinds."""
    return Kinds(
        (*first.categories, *second.categories),
        (*first.endings, *second.endings),
        (*first.labels, *second.labels),
        f"{first.said} or {second.said}",
    )
