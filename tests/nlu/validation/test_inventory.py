"""Too little, and what nobody reads."""

from pathlib import Path

import pytest

from nlu.data.entity_markup import parse_markup
from nlu.data.examples import Example, Listed, Listing, ListingKind, NluData, Place
from nlu.joint.trainer import JOINT
from nlu.validation.inventory import faulty_listings, too_few_examples, unknown_entities, unused_listings

FILE = Path("nlu.yml")
ALL = ["RegexEntityExtractor", "RegexFeaturizer", "EntitySynonymMapper"]


def examples(*annotated: tuple[str, str]) -> tuple[Example, ...]:
    made = []
    for line, (text, intent) in enumerate(annotated, 1):
        plain, entities = parse_markup(text)
        made.append(Example(plain, intent, Place(FILE, line), entities))
    return tuple(made)


def listing(kind: ListingKind, name: str, *texts: str, line: int = 50) -> Listing:
    items = tuple(Listed(text, Place(FILE, line + number)) for number, text in enumerate(texts, 1))
    return Listing(kind, name, items, Place(FILE, line))


BOOKING = examples(("fly to [Rome](city)", "book"), ("to the big apple", "book"))


def test_an_intent_with_few_examples_is_told_at_its_first() -> None:
    given = examples(("a", "few"), ("b", "one"), ("c", "few"), ("d", "many"), ("e", "many"), ("f", "many"))
    few, one = too_few_examples(given, 3)
    assert (few.severity, few.place, few.message[:14]) == ("hint", Place(FILE, 1), "few has 2 exam")
    assert (one.severity, one.place, one.message[:17]) == ("warning", Place(FILE, 2), "one has 1 example")


def test_an_entity_annotated_once_is_told() -> None:
    (found,) = too_few_examples(examples(("hi", "a"), ("to [Rome](city)", "a"), ("[1](n) or [2](n)", "a")), 2)
    assert (found.kind, found.place) == ("few-annotations", Place(FILE, 2))


def test_an_entity_that_the_domain_lacks_is_told_once() -> None:
    given = examples(("to [Rome](city)", "a"), ("[Oslo](city) on [Monday](day)", "a"), ("[Friday](day)", "a"))
    (found,) = unknown_entities(given, {"city": Place(Path("domain.yml"), 3)})
    assert (found.severity, found.place) == ("warning", Place(FILE, 2))
    assert "day" in found.message


@pytest.mark.parametrize(
    ("kind", "pipeline", "unused"),
    [
        ("lookup", ["RegexFeaturizer"], False),
        ("lookup", ["DIETClassifier"], True),
        ("lookup", [JOINT], True),
        ("regex", [JOINT], True),
        ("regex", ["my.own.Component"], False),
        ("synonym", ["EntitySynonymMapper"], False),
        ("synonym", ["RegexEntityExtractor"], True),
    ],
)
def test_a_listing_that_no_component_reads_is_told(kind: ListingKind, pipeline: list[str], unused: bool) -> None:
    data = NluData(BOOKING, (listing(kind, "other", "big apple"),))
    found = list(unused_listings(data, pipeline))
    assert bool(found) == unused
    assert all(each.severity == "warning" and each.place == Place(FILE, 50) for each in found)


@pytest.mark.parametrize(
    ("pipeline", "reading"),
    [
        (["RegexEntityExtractor"], "RegexEntityExtractor reads only"),
        ([JOINT], "MiniLMJointClassifier reads only"),
        ([JOINT, "RegexEntityExtractor"], "MiniLMJointClassifier and RegexEntityExtractor read only"),
    ],
)
def test_what_no_example_annotates_is_passed_by(pipeline: list[str], reading: str) -> None:
    data = NluData(BOOKING, (listing("lookup", "city", "Rome"), listing("lookup", "colour", "red", line=60)))
    (found,) = unused_listings(data, pipeline)
    assert (found.kind, found.place) == ("unused-lookup", Place(FILE, 60))
    assert reading in found.message
    assert "annotate colour" in found.cure


@pytest.mark.parametrize("value", ["Rome", "Roma"])
def test_a_synonym_of_what_is_an_entity_is_learnt_from(value: str) -> None:
    listings = listing("synonym", value, "eternal one"), listing("lookup", "city", "Roma"), listing("lookup", "x", "Y")
    pipeline = [JOINT, "EntitySynonymMapper", "RegexFeaturizer"]
    assert list(unused_listings(NluData(BOOKING, listings), pipeline)) == []
    (found,) = unused_listings(NluData(BOOKING, (*listings[1:], listing("synonym", "Y", "why"))), pipeline)
    assert found.kind == "unused-synonym"


def test_a_synonym_whose_words_stand_nowhere_is_a_hint() -> None:
    known = listing("synonym", "New York", "Big Apple"), listing("lookup", "city", "Roma")
    assert list(unused_listings(NluData(BOOKING, known), ALL)) == []
    (found,) = unused_listings(NluData(BOOKING, (listing("synonym", "Paris", "city of light"),)), ALL)
    assert (found.severity, found.kind) == ("hint", "unused-synonym")


def test_a_word_with_two_synonyms_is_told_at_the_second() -> None:
    twice = (listing("synonym", "New York", "big apple"), listing("synonym", "Apple", "Big Apple", line=70))
    (found,) = faulty_listings(NluData(BOOKING, twice))
    assert (found.kind, found.place, found.also[0].place) == ("two-synonyms", Place(FILE, 71), Place(FILE, 51))


def test_a_synonym_that_an_annotation_gives_another_value_is_told_once_for_a_value() -> None:
    given = examples(
        ("to [NYC](city:New York)", "a"),
        ("to [nyc](city:New York)", "a"),
        ("to [nyc](city:NYC)", "a"),
        ("to [NYC](city)", "a"),
        ("to [nyc](city:New York City)", "a"),
        ("to [LA](city:Los Angeles)", "a"),
    )
    listed = NluData(given, (listing("synonym", "New York City", "NYC"),))
    other, small = faulty_listings(listed)
    assert (other.severity, other.place, small.place) == ("warning", Place(FILE, 1), Place(FILE, 3))
    assert "'NYC' has the value New York here and is a synonym of New York City" in other.message
    assert [each.place for each in other.also] == [Place(FILE, 51)]


def test_a_broken_pattern_is_an_error_at_its_line() -> None:
    (found,) = faulty_listings(NluData(BOOKING, (listing("regex", "city", r"\d+", "(unclosed"),)))
    assert (found.severity, found.kind, found.place) == ("error", "broken-regex", Place(FILE, 52))
