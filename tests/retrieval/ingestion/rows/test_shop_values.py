"""Values as shops write them."""

import pytest

from retrieval.ingestion.rows import shop_values


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("ab 12,50 EUR inkl. MwSt.", "12,50 EUR"), ("From $5", "5 USD"), ("$5 - $9", "5 USD"),
        ("1.299,- €", "1.299 EUR"),
        ("12.50", "12.50"), ("Rs. 1,299/-", "1,299 INR"), (5, 5),
    ],
)  # fmt: skip
def test_the_first_amount_of_money(text: object, price: object) -> None:
    assert shop_values.price(text) == price


@pytest.mark.parametrize(
    ("text", "stars"), [("4,5", 4.5), ("9/10", 4.5), ("4.5 out of 5 stars", 4.5), ("★★★", 3), (4, 4)]
)
def test_ratings_on_the_scale_to_five(text: object, stars: object) -> None:
    assert shop_values.stars(text) == stars


@pytest.mark.parametrize(("read", "text"), [(shop_values.price, "on request"), (shop_values.stars, "superb")])
def test_a_text_without_a_number_is_refused(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match="no|0"):
        read(text)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("A > B > C", ["A", "B", "C"]), ("A|B", ["A", "B"]), ('["A >> B, C >> D"]', ["A", "B, C", "D"]),
        ("Clothing > Hoodies, Clothing", ["Clothing", "Hoodies"]), ("home-decor", ["Home decor"]),
        ("Default Category/Men/Tops,Default Category/Men", ["Men", "Tops"]), (["A", "B"], ["A", "B"]),
        ("Audio/Video", ["Audio/Video"]), ({"name": "A > B"}, ["A", "B"]), ("Bed & Bath, Home", ["Bed & Bath, Home"]),
    ],
)  # fmt: skip
def test_the_steps_of_a_category(value: object, path: list[str]) -> None:
    assert shop_values.path(value) == path


@pytest.mark.parametrize(
    "value",
    [
        {"Colour": "red", "Size": "M, L"}, '{"Colour": "red", "Size": ["M", "L"]}', "{'Colour': 'red', 'Size': 'M, L'}",
        '{"specs"=>[{"key"=>"Colour", "value"=>"red"}, {"key"=>"Size", "value"=>"M, L"}]}', "Colour=red,Size=M|L",
        "Colour: red; Size: M, L", [{"name": "Colour", "value": "red"}, {"name": "Size", "values": ["M", "L"]}],
    ],
)  # fmt: skip
def test_labels_in_any_notation(value: object) -> None:
    assert shop_values.labels(value) == {"Colour": "red", "Size": "M, L"}


def test_what_has_no_labels_stays() -> None:
    assert shop_values.labels("just a text") == "just a text"


def test_yes_no_and_measures() -> None:
    assert [shop_values.yes_no(value) for value in ("Ja", False, "TRUE", "maybe")] == ["yes", "no", "yes", "maybe"]
    assert [shop_values.measure(value, "kg") for value in ("1,5", 2, "3 lb", "1")] == [
        "1.5 kilograms", "2 kilograms", "3 lb", "1 kilogram",
    ]  # fmt: skip
    assert shop_values.measure("80", "%") == "80 %"


@pytest.mark.parametrize(
    ("text", "written"), [("1,5 kg", "1.5 kilograms"), ("38,40", "38,40"), ("1,200 kg", "1,200 kilograms")]
)
def test_decimal_commas_before_units(text: str, written: str) -> None:
    assert shop_values.with_points(text) == written


def test_who_says_what_in_a_chat() -> None:
    chat = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    assert (shop_values.said_by(chat, "assistant"), shop_values.said_by(chat, "system")) == ("So.", None)
