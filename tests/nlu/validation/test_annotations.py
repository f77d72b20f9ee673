"""Entities annotated in different ways."""

from pathlib import Path

from nlu.data.entity_markup import parse_markup
from nlu.data.examples import Example, Place
from nlu.validation.annotations import inconsistent_annotations
from nlu.validation.findings import Finding

FILE = Path("nlu.yml")


def findings(*annotated: str, intents: str = "") -> list[Finding]:
    """What is found in the examples, one a line; `intents` has a letter for each, else all are of one."""
    examples = []
    for line, text in enumerate(annotated, 1):
        plain, entities = parse_markup(text)
        examples.append(Example(plain, intents[line - 1] if intents else "a", Place(FILE, line), entities))
    return list(inconsistent_annotations(examples))


def test_consistent_annotations_are_fine() -> None:
    assert findings("to [Rome](city)", "from [rome](city)", 'to [Oslo]{"entity": "city", "role": "to"}', "hello") == []
    assert findings("[2](number)", "[2](number:two)") == []  # the words themselves are no second value


def test_two_types_for_the_same_words_are_told_at_the_rarer() -> None:
    (found,) = findings("to [Rome](city)", "from [rome](city)", "like [Rome](team)")
    assert (found.severity, found.kind, found.place) == ("warning", "entity-types", Place(FILE, 3))
    assert "city (2 times) and team (1 times)" in found.message
    assert [each.place.line for each in found.also] == [1]


def test_two_types_at_once_everywhere_are_meant() -> None:
    both = '[Berlin][{"entity": "city"}, {"entity": "capital"}]'
    assert findings(f"to {both}", f"from {both}") == []
    (found,) = findings(f"to {both}", f"from {both}", "in [Berlin](city)")
    assert found.place == Place(FILE, 3)


def test_two_values_for_the_same_words_are_told() -> None:
    (found,) = findings("[NYC](city:New York)", "[nyc](city:NY)", "in [NYC](city:New York)")
    assert (found.severity, found.kind, found.place) == ("warning", "entity-values", Place(FILE, 2))


def test_words_left_plain_in_the_same_intent_are_told_where_they_stand() -> None:
    (found,) = findings("to [New York](city)", "new york please", "a ticket to New York", "new yorkers")
    assert (found.severity, found.kind, found.place) == ("warning", "left-plain", Place(FILE, 2))
    assert "nlu.yml:1 and left plain in 2 other examples" in found.message
    assert [each.place.line for each in found.also] == [2, 3]


def test_words_plain_in_another_intent_or_within_another_entity_are_fine() -> None:
    assert findings("to [Rome](city)", "i love rome", intents="ab") == []
    assert findings("to [York](city)", "to [New York](city)") == []


def test_words_plain_beside_another_entity_of_the_type_are_only_a_hint() -> None:
    (found,) = findings("a [phone](thing)", "a [charger](thing) for my phone")
    assert found.severity == "hint"
