"""Foreign values in our own types."""

import pytest

from retrieval.errors import CorpusError
from retrieval.ingestion.rows.fields import described, house_row, table_values, without_product


def fields(**values: object) -> dict[str, object]:
    return house_row(values, "a.csv:1").fields


def test_every_field_gets_its_type() -> None:
    assert fields(id="http://shop/p?7", name=" <b>Kettle</b> ", price="1.299,00 €", stock="1,200", rating="4.5") == {
        "id": "http-shop-p-7",
        "name": "Kettle",
        "price": 1299,
        "currency": "EUR",
        "stock": 1200,
        "rating": 4.5,
    }
    assert fields(aliases="one | two;one", alternatives=["a", "", 2]) == {
        "aliases": ["one", "two"],
        "alternatives": ["a", "2"],
    }


def test_what_is_empty_is_left_out() -> None:
    assert fields(name="", brand=None, aliases=[], specs={}, description="<br>", category=" > ") == {}


@pytest.mark.parametrize(
    ("price", "currency", "expected"),
    [("$5", "INR", "USD"), ("5", "Rs.", "INR"), ("₹5", None, "INR"), (5, "eur", "EUR"), (5.5, None, None)],
)
def test_the_currency_at_the_price_wins(price: object, currency: str | None, expected: str | None) -> None:
    assert fields(price=price, currency=currency).get("currency") == expected


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("https://schema.org/InStock", "in stock"),
        ("http://schema.org/OutOfStock/", "out of stock"),
        ("In Stock", "in stock"),
        (False, "out of stock"),
        ("Sold out", "out of stock"),
        ("LimitedAvailability", "low in stock"),
        ("Ships in May", "ships in may"),
    ],
)
def test_availability_is_said_in_one_way(said: object, meant: str) -> None:
    assert fields(availability=said) == {"availability": meant}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["Home", "Kettles", "Harbor Kettle (1 l)"], "Home > Kettles"),
        ("Home >> Kettles >> Harbor Ket...", "Home > Kettles"),
        ("Harbor Ket...", None),
        ("Audio > Earbuds", "Audio > Earbuds"),
        ("Toys & Games", "Toys & Games"),
    ],
)
def test_a_category_is_a_path_without_the_product_itself(path: object, expected: str | None) -> None:
    row = without_product(house_row({"name": "Harbor Kettle", "category": path}, "a:1"))
    assert (row.fields["category"] or None) == expected


def test_specs_are_texts_with_units_written_out_and_names_of_their_own() -> None:
    specs = {
        "Weight:": "500gm",
        "weight": "1 kg",
        "WEIGHT": "1kg",
        "Price": 5,
        "Wireless": True,
        "Box": {"w": "2 cm"},
        "重さ": "1kg",
    }
    assert fields(specs=specs)["specs"] == {
        "Weight": "500 grams, 1 kilogram",
        "Price as listed": "5",
        "Wireless": "yes",
        "Box": "w 2 centimetres",
        "重さ (spec 5)": "1 kilogram",
    }


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("price", "cheap", "price is 'cheap'"),
        ("price", -5, "price is -5"),
        ("stock", "many", "stock is 'many'"),
        ("rating", 7, "rating is 7, .*0 and 5"),
        ("currency", "shells", "currency is 'shells'"),
        ("name", {"a": 1}, "name is {'a': 1}, a dict"),
        ("specs", "light", "specs is 'light'"),
        ("sections", "text", "sections is 'text'"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_its_place(name: str, value: object, message: str) -> None:
    with pytest.raises(CorpusError, match=message) as refused:
        fields(**{name: value})
    assert (refused.value.place, refused.value.reason) == ("a.csv:1", f"{name} is not usable")


def test_columns_of_a_table_may_be_specs() -> None:
    assert table_values({"name": "A", "brand": " ", "specs.weight": "5 g", "specs.size": ""}) == {
        "name": "A",
        "specs": {"weight": "5 g", "size": ""},
    }
    assert table_values({"name": "A", "specs.size": ""}) == {"name": "A"}


def test_a_product_without_description_gets_one_from_what_is_known() -> None:
    made = described(house_row({"name": "Kettle", "brand": "Harbor", "category": "Home > Kettles"}, "a:1"))
    assert made.fields["description"] == "By Harbor. In Home, Kettles."
    assert described(house_row({"name": "Kettle"}, "a:1")).fields["description"] == "Kettle."
    own = house_row({"name": "Kettle", "description": "Boils."}, "a:1")
    assert described(own) is own
