"""The notation of entities, against Rasa's own reading of it."""

import re

import pytest

from dialogue.quiet import quiet_imports
from nlu.data.entity_markup import MarkupError, parse_markup
from nlu.interpretation import Entity

with quiet_imports():
    from rasa.shared.nlu.training_data.entities_parser import find_entities_in_training_example, replace_entities

EXAMPLES = [
    "no entity here",
    "to [Paris](city)",
    "to [the big apple](city:New York) please",
    'from [Rome]{"entity": "city", "role": "from"} to [Paris]{"entity": "city", "role": "to", "group": "1"}',
    '[NYC]{"entity": "city", "value": "New York"}',
    '[two]{"entity": "count", "value": 2} seats',
    'in [Berlin][{"entity": "city"}, {"entity": "capital", "value": "BER"}] today',
    "an [unfinished annotation",
    "[brackets] alone and (parentheses)",
    "[a](x)[b](y)",
    "",
]


@pytest.mark.parametrize("annotated", EXAMPLES)
def test_it_is_read_as_rasa_reads_it(annotated: str) -> None:
    text, entities = parse_markup(annotated)
    theirs = [
        Entity(
            each["entity"],
            str(each["value"]),
            each["start"],
            each["end"],
            "",
            role=each.get("role"),
            group=each.get("group"),
        )
        for each in find_entities_in_training_example(annotated)
    ]
    assert text == replace_entities(annotated)
    assert list(entities) == theirs


def test_spans_count_from_the_text_without_annotations() -> None:
    text, (first, second) = parse_markup("from [Rome](city) to [Paris](city:PAR)")
    assert text == "from Rome to Paris"
    assert [text[each.start : each.end] for each in (first, second)] == ["Rome", "Paris"]
    assert (first.value, second.value) == ("Rome", "PAR")


@pytest.mark.parametrize("braces", ["{entity: city}", '{"role": "to"}', '{"entity": 3}'])
def test_braces_that_name_no_entity_are_quoted_with_the_cure(braces: str) -> None:
    with pytest.raises(MarkupError, match=re.escape(braces)):
        parse_markup(f"to [Paris]{braces}")
