"""A project's training data as sentences that are expected."""

from pathlib import Path

from asr.expected_sentences import Gap
from nlu.data.examples import Example, Listed, Listing, NluData, Place
from nlu.interpretation import Entity
from server.expected_sentences import MOST_ENTRIES, MOST_SENTENCES, expected_sentences, words_of

PLACE = Place(Path("nlu.yml"), 1)


def entity(kind: str, text: str, part: str) -> Entity:
    start = text.index(part)
    return Entity(kind, part, start, start + len(part), "")


def example(text: str, *entities: Entity) -> Example:
    return Example(text, "order", PLACE, entities)


def table(kind: str, *entries: str) -> Listing:
    return Listing("lookup", kind, tuple(Listed(entry, PLACE) for entry in entries), PLACE)


def test_entities_are_gaps_and_words_are_small() -> None:
    text = "I\u2019d like a Twelve Ounce mocha, please!"
    data = NluData((example(text, entity("drink", text, "mocha"), entity("size", text, "Twelve Ounce")),))
    expected = expected_sentences(data)
    assert expected.sentences == (("i'd", "like", "a", Gap("size"), Gap("drink"), "please"),)
    assert expected.entries == {"drink": {("mocha",): 1}, "size": {("twelve", "ounce"): 1}}


def test_entries_of_tables_weigh_by_how_often_they_are_said() -> None:
    data = NluData(
        (example("a mocha", entity("drink", "a mocha", "mocha")),),
        (table("drink", "mocha", "latte", "!"), Listing("synonym", "x", (Listed("y", PLACE),), PLACE)),
    )
    assert expected_sentences(data).entries == {"drink": {("mocha",): 2, ("latte",): 1}}


def test_of_entities_in_one_place_the_first_is_the_gap() -> None:
    text = "iced mocha"
    data = NluData((example(text, entity("drink", text, "iced mocha"), entity("kind", text, "mocha")),))
    assert expected_sentences(data).sentences == ((Gap("drink"),),)


def test_numbers_are_written_in_words_or_figures() -> None:
    spellings = expected_sentences(NluData()).spellings
    assert spellings["twelve"] == ("12",)
    assert spellings["twenty"] == ("20",)


def test_of_many_sentences_and_entries_a_part_is_taken() -> None:
    many = NluData(
        tuple(example(f"say {number}") for number in range(2 * MOST_SENTENCES)),
        (table("city", *(f"city {number}" for number in range(MOST_ENTRIES + 5))),),
    )
    expected = expected_sentences(many)
    assert 0 < len(expected.sentences) <= MOST_SENTENCES
    assert len(expected.entries["city"]) == MOST_ENTRIES


def test_words_are_parted_by_signs() -> None:
    assert words_of("12-ounce, Joe's!") == ("12", "ounce", "joe's")
