"""Finds what is too little to learn from, and what is listed but never used."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from nlu.data.examples import Example, Listed, Listing, NluData, Place
from nlu.joint.trainer import JOINT
from nlu.validation.findings import Finding

OURS = JOINT.rsplit(".", 1)[-1]
READERS = {
    "lookup": frozenset({"RegexFeaturizer", "RegexEntityExtractor", OURS}),
    "regex": frozenset({"RegexFeaturizer", "RegexEntityExtractor"}),
}
READS_ALL = "RegexFeaturizer"
SYNONYM_READER = "EntitySynonymMapper"
LISTING_NAMES = {"synonym": "synonym", "lookup": "lookup table", "regex": "regex"}


def too_few_examples(examples: Sequence[Example], at_least: int) -> Iterator[Finding]:
    """A warning for an intent or entity with a single example, a hint for an intent with fewer than `at_least`."""
    labels = Counter(example.label for example in examples if example.label)
    first = {example.label: example.place for example in reversed(examples)}
    for label, count in labels.items():
        if count < at_least:
            message = f"{label} has {_examples(count)}: it can hardly be learnt"
            cure = f"write at least {at_least}, worded as differently as people speak"
            yield Finding("warning" if count == 1 else "hint", "few-examples", message, cure, first[label])
    mentions = Counter(entity.name for example in examples for entity in example.entities)
    for name, count in mentions.items():
        if count == 1:
            place = next(
                example.place for example in examples if any(entity.name == name for entity in example.entities)
            )
            message = f"the entity {name} is annotated in a single example: it can hardly be learnt"
            yield Finding("warning", "few-annotations", message, "annotate it in more examples", place)


def _examples(count: int) -> str:
    return "1 example" if count == 1 else f"{count} examples"


def unknown_entities(examples: Sequence[Example], domain: Mapping[str, Place]) -> Iterator[Finding]:
    """A warning for each annotated entity that the domain does not list: no slot and no story will see it."""
    told = set(domain)
    for example in examples:
        for entity in example.entities:
            if entity.name not in told:
                told.add(entity.name)
                message = f"the entity {entity.name} is annotated here, but the domain does not list it"
                yield Finding("warning", "unknown-entity", message, "add it to entities in the domain", example.place)


def unused_listings(data: NluData, pipeline: Sequence[str]) -> Iterator[Finding]:
    """Warnings about listings that no component reads.

    pipeline: the names of the components. A component of somebody else's may read anything, so then less is said.
    """
    foreign = any("." in name and name != JOINT for name in pipeline)
    names = {name.rsplit(".", 1)[-1] for name in pipeline}
    learnt = _entity_values(data) if OURS in names else set()
    for listing in data.listings:
        unread = None if foreign else _unread(listing, names, data)
        if unread is not None:
            yield unread
        elif listing.kind == "synonym" and listing.name.casefold() not in learnt:
            yield from _unused_synonym(listing, data)


def faulty_listings(data: NluData) -> Iterator[Finding]:
    """Errors about patterns that are none, and warnings about synonyms of two things."""
    for listing in data.listings:
        if listing.kind == "regex":
            yield from _broken_patterns(listing)
    yield from _contradicting_synonyms(data)


def _unread(listing: Listing, pipeline: set[str], data: NluData) -> Finding | None:
    what = f"the {LISTING_NAMES[listing.kind]} {listing.name}"
    if listing.kind == "synonym":
        if SYNONYM_READER in pipeline:
            return None
        cure = f"add {SYNONYM_READER} to the end of the pipeline"
        return Finding("warning", "unused-synonym", f"{what} is read by no component", cure, listing.place)
    readers = READERS[listing.kind] & pipeline
    kind = f"unused-{listing.kind}"
    if not readers:
        cure = "add RegexEntityExtractor to the pipeline, or remove this"
        return Finding("warning", kind, f"{what} is read by no component", cure, listing.place)
    annotated = {entity.name for example in data.examples for entity in example.entities}
    if READS_ALL not in readers and listing.name not in annotated:
        reading = f"{' and '.join(sorted(readers))} read" + ("s" if len(readers) == 1 else "")
        message = f"{what} is passed by: {reading} only what an example annotates as an entity"
        return Finding("warning", kind, message, f"annotate {listing.name} in an example", listing.place)
    return None


def _entity_values(data: NluData) -> set[str]:
    """What entities stand for, in small letters: the synonyms of these are learnt from, wherever their words stand."""
    entities = [entity for example in data.examples for entity in example.entities]
    names = {entity.name for entity in entities}
    tables = (listing for listing in data.listings if listing.kind == "lookup" and listing.name in names)
    listed = {item.text.casefold() for table in tables for item in table.items}
    return listed | {entity.value.casefold() for entity in entities}


def _unused_synonym(listing: Listing, data: NluData) -> Iterator[Finding]:
    texts = [example.text.casefold() for example in data.examples]
    texts += [item.text.casefold() for other in data.listings if other.kind == "lookup" for item in other.items]
    if listing.items and not any(item.text.casefold() in text for item in listing.items for text in texts):
        message = f"no example and no lookup table has any of the words of the synonym {listing.name}"
        cure = "annotate one of them in an example, so that it is found at all, or remove the synonym"
        yield Finding("hint", "unused-synonym", message, cure, listing.place)


def _broken_patterns(listing: Listing) -> Iterator[Finding]:
    for item in listing.items:
        try:
            re.compile(item.text)
        except re.error as error:
            message = f"{item.text!r} of the regex {listing.name} is no regular expression ({error})"
            yield Finding("error", "broken-regex", message, "mend it; Python's re module reads it", item.place)


def _contradicting_synonyms(data: NluData) -> Iterator[Finding]:
    first: dict[str, tuple[str, Listed]] = {}
    for listing in data.listings:
        for item in listing.items if listing.kind == "synonym" else ():
            name, known = first.setdefault(item.text.casefold(), (listing.name, item))
            if name != listing.name:
                message = f"{item.text!r} is a synonym of {name} and of {listing.name}: the later one wins"
                also = (Listed(f"{name}: {known.text}", known.place),)
                yield Finding("warning", "two-synonyms", message, "keep it under one of them", item.place, also)
    yield from _contradicting_values(data.examples, first)


def _contradicting_values(examples: Sequence[Example], listed: Mapping[str, tuple[str, Listed]]) -> Iterator[Finding]:
    """A warning for each other value that an annotation gives to words that are listed as a synonym."""
    told: set[tuple[str, str]] = set()
    for example in examples:
        for entity in example.entities:
            words = example.text[entity.start : entity.end]
            name, known = listed.get(words.casefold(), (entity.value, None))
            if known is None or entity.value in (words, name) or (words.casefold(), entity.value) in told:
                continue
            told.add((words.casefold(), entity.value))
            message = f"{words!r} has the value {entity.value} here and is a synonym of {name}"
            cure = f"annotate it with the value {name}, or list it under {entity.value}"
            also = (Listed(f"{name}: {known.text}", known.place),)
            yield Finding("warning", "two-synonyms", message, cure, example.place, also)
