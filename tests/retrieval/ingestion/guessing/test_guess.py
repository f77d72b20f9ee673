"""What the columns of a table are taken for."""

import pytest

from retrieval.ingestion.guessing.column_values import Profile, profiles_of
from retrieval.ingestion.guessing.guess import candidates, guess, kind_of


def columns(**values: object) -> dict[str, Profile]:
    held = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    count = max(map(len, held.values()))
    return profiles_of(
        [{name: each[at % len(each)] for name, each in held.items()} for at in range(count)], frozenset({""})
    )


@pytest.mark.parametrize(
    ("row", "hint", "kind"),
    [
        ({"name": "Mug", "price": "5"}, "", "product"),
        ({"q": "Why?", "a": "So."}, "", "faq"),
        ({"stars": "5", "comment": "Good."}, "", "review"),
        ({"title": "Mug", "rating": "4", "text": "Good.", "price": "5"}, "", "product"),
        ({"title": "Terms", "content": "word " * 40}, "", "policy"),
        ({"title": "Mug", "content": "word " * 40}, "product", "product"),
        ({"question": "Why?", "answer": "So."}, "product", "faq"),
    ],
)
def test_the_kind_of_a_table(row: dict[str, object], hint: str, kind: str) -> None:
    assert kind_of(columns(**row), hint) == kind


def test_fields_are_found_without_a_known_name() -> None:
    found = guess(
        columns(nr_x=["k1a4", "k1a5", "k1a6"], what=["Red mug", "Blue mug", "Old mug"], kosten=["5 €", "6 €", "7 €"])
    )
    assert [(each.field, each.columns) for each in found.taken] == [
        ("price", ("kosten",)), ("id", ("nr_x",)), ("name", ("what",)),
    ]  # fmt: skip


def test_of_two_columns_the_values_decide() -> None:
    profiles = columns(category="Home", breadcrumb="Home > Mugs", name="Mug", stock="in stock", type="simple")
    assert {each.field: each.columns for each in guess(profiles).taken if each.field != "specs"} == {
        "name": ("name",), "category": ("breadcrumb",), "availability": ("stock",),
    }  # fmt: skip
    assert guess(profiles).unused == {"type": "says what the row is for the shop's software"}


def test_a_currency_may_stand_in_the_name_of_the_price() -> None:
    found = guess(columns(name="Mug", **{"Price (CHF)": "5"}))
    assert [(each.field, each.constant) for each in found.taken if each.constant] == [("currency", "CHF")]


def test_prices_for_sale_come_before_the_regular_ones() -> None:
    assert candidates(columns(price="5", sale_price="4", cost="2"), "product", "price") == ["sale_price", "price"]


def test_a_chat_of_two_turns_is_question_and_answer() -> None:
    chat = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    found = guess({"messages": Profile([chat], 1), "id": Profile([1], 1)})
    assert (found.kind, [each.field for each in found.taken], list(found.unused)) == (
        "faq",
        ["question", "answer"],
        ["id"],
    )
