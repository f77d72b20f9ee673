"""Several properties that one question calls by their names."""

import pytest

from retrieval.document import PRODUCT, Document, Fact
from retrieval.language.concepts import Concept
from retrieval.properties.enumeration import listed_in

INN = Document(
    "product:inn",
    PRODUCT,
    "Old Inn",
    "",
    facts=(
        Fact("address", "address", "1 Mill Lane"),
        Fact("zip-code", "zip code", "94133"),
        Fact("phone", "phone", "555 0199"),
        Fact("stars", "stars", "3"),
    ),
)
CONCEPTS = [
    Concept("phone", ("phone", "phone number", "telephone"), is_general=True),
    Concept("postcode", ("postcode", "zip code"), is_general=True),
    Concept("star rating", ("star rating", "stars"), is_general=True),
    Concept("pool", ("pool", "swimming pool"), is_general=True),
]


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("the address, postcode and phone number please", ["address", "zip-code", "phone"]),
        ("What is the telephone? And the address?", ["phone", "address"]),
        ("the address of the inn including the postcode", ["address", "zip-code"]),
        ("what the star rating is for this in the zip code", ["stars", "zip-code"]),
        ("how many stars, phone, stars and address", ["stars", "phone", "address"]),
    ],
)
def test_lists_what_is_named_in_its_order(question: str, slugs: list[str]) -> None:
    assert [named.fact.slug for named in listed_in(question, INN, CONCEPTS)] == slugs


@pytest.mark.parametrize(
    "question",
    [
        "what is the phone number",
        "is the telephone number the phone number",  # two names of the same
        "the pool and the phone",  # the record has no pool
        "the phone number to ring when nobody opens the door at your address",
    ],
)
def test_one_name_is_no_list(question: str) -> None:
    assert listed_in(question, INN, CONCEPTS) == []
