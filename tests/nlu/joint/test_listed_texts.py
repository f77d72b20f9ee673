import pytest

from nlu.joint.entity_head import AnnotatedText, EntityKind
from nlu.joint.listed_texts import EXAMPLES_EACH, MOST_OF_A_NAME, listed_texts

PRIORITY, CITY = EntityKind("priority"), EntityKind("city", role="to")
EXAMPLES = [
    AnnotatedText("it is urgent", "tell", ((PRIORITY, (6, 12)),)),
    AnnotatedText("low", "tell", ((PRIORITY, (0, 3)),)),
    AnnotatedText("hi", "greet"),
    AnnotatedText(
        "from Rome to Heathrow, urgent", "fly", ((EntityKind("start"), (5, 9)), (CITY, (13, 21)), (PRIORITY, (23, 29)))
    ),
]
VALUES = [("priority", "high"), ("priority", "low"), ("start", "Rome"), ("city", "LHR")]


def said(tables: list[tuple[str, str]], synonyms: list[tuple[str, str]]) -> list[str]:
    return [text.text for text in listed_texts(EXAMPLES, VALUES, tables, synonyms)]


def test_a_synonym_stands_where_what_it_means_may_stand_in_whatever_case() -> None:
    asap, in_a_week = ([f"it is {words}", words, f"from Rome to Heathrow, {words}"] for words in ("asap", "in a week"))
    assert said([], [("asap", "HIGH")]) == asap
    assert said([], [("asap", "high"), ("in a week", "low")]) == asap + in_a_week


def test_an_entry_of_a_table_is_its_entity_and_so_are_its_synonyms() -> None:
    tables, synonyms = [("city", "Oslo"), ("brand", "Roka")], [("Kristiania", "oslo"), ("Rocker", "Roka")]
    assert said(tables, synonyms) == ["from Rome to Oslo, urgent", "from Rome to Kristiania, urgent"]


def test_the_other_entities_move_and_roles_stay() -> None:
    (text,) = listed_texts(EXAMPLES, VALUES, [("city", "New York City")], [])
    assert text.intent == ""
    assert [(kind, text.text[start:end]) for kind, (start, end) in text.entities] == [
        (EntityKind("start"), "Rome"),
        (CITY, "New York City"),
        (PRIORITY, "urgent"),
    ]


def test_a_value_of_two_entities_makes_its_synonym_both() -> None:
    both = [*VALUES, ("start", "LHR")]
    texts = listed_texts(EXAMPLES, both, [], [("the big one", "LHR")])
    assert [text.text for text in texts] == ["from the big one to Heathrow, urgent", "from Rome to the big one, urgent"]


def test_what_an_example_says_is_left_to_it() -> None:
    assert said([("city", "heathrow")], [("Urgent", "high"), ("Low", "low")]) == []
    assert said([("city", "Rome"), ("city", "to  heathrow!")], [("from", "high")]) == []
    assert said([("city", "Romeo")], []) == ["from Rome to Romeo, urgent"]


@pytest.mark.parametrize(("entries", "examples"), [(1, 1), (1, 9), (5, 12), (10, 4), (200, 3), (5000, 40)])
def test_each_stands_in_several_examples_and_all_examples_are_used(entries: int, examples: int) -> None:
    given = [
        AnnotatedText(f"{number}: low", "", ((PRIORITY, (len(f"{number}: "), len(f"{number}: low"))),))
        for number in range(examples)
    ]
    texts = listed_texts(given, [], [("priority", f"entry {number}") for number in range(entries)], [])
    pairs = [text.text.split(": ") for text in texts]
    assert (
        len({text.text for text in texts}) == len(texts) == min(entries * min(EXAMPLES_EACH, examples), MOST_OF_A_NAME)
    )
    assert len({words for _, words in pairs}) == min(entries, MOST_OF_A_NAME)
    assert len({example for example, _ in pairs}) == min(examples, len(texts))
