"""What is promised of training data that was read."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nlu.data.examples import Example, Listed, Listing, NluData, Place

HERE = Place(Path("data/nlu.yml"), 7)

examples = st.lists(st.sampled_from("abc").map(lambda text: Example(text, "greet", HERE)), max_size=3).map(tuple)
listings = st.lists(
    st.sampled_from("abc").map(lambda name: Listing("lookup", name, (Listed("x", HERE),), HERE)), max_size=3
).map(tuple)
data = st.builds(NluData, examples, listings)


def test_a_place_is_written_as_editors_open_it() -> None:
    assert str(HERE) == "data/nlu.yml:7"


def test_places_are_ordered_by_file_then_by_line_as_a_number() -> None:
    other = Place(Path("data/stories.yml"), 1)
    assert sorted([other, Place(HERE.file, 10), HERE]) == [HERE, Place(HERE.file, 10), other]


def test_the_label_of_a_retrieval_intent_has_its_response_key() -> None:
    assert Example("hi", "greet", HERE).label == "greet"
    assert Example("hi", "faq", HERE, response_key="opening_hours").label == "faq/opening_hours"


@given(data, data, data)
def test_data_of_several_files_is_joined_in_their_order(first: NluData, second: NluData, third: NluData) -> None:
    joined = first + second + third
    assert joined == first + (second + third)
    assert joined.examples == first.examples + second.examples + third.examples
    assert joined.listings == first.listings + second.listings + third.listings
    assert first + NluData() == NluData() + first == first
