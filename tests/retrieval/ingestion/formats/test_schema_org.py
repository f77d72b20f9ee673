"""Items of schema.org in our own fields."""

import pytest

from retrieval.ingestion.formats.schema_org import faq_entries, is_a, product_fields, review_rows


def product(**item: object) -> dict[str, object]:
    """The fields that are set for a product called Lamp."""
    fields = product_fields({"@type": "Product", "name": "Lamp", **item})
    return {name: value for name, value in fields.items() if value not in (None, "", [], {}) and name != "name"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Product", True),
        ("https://schema.org/Product", True),
        (["Thing", "http://schema.org/Product"], True),
        ("ProductGroup", False),
        (None, False),
    ],
)
def test_a_type_may_have_its_address_and_others_beside_it(kind: object, expected: bool) -> None:
    assert is_a({"@type": kind}, "Product", "Offer") is expected


def test_what_a_product_lacks_is_left_open() -> None:
    assert product() == {}
    assert product_fields({})["name"] == ""


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"sku": "A-1", "gtin": "123"}, "A-1"),
        ({"mpn": 17}, "17"),
        ({"gtin13": "", "gtin": ["123", "456"]}, "123"),
        ({"@id": "https://shop.org/p/lamp-2/"}, "lamp-2"),
        ({"@id": "https://shop.org/page#lamp"}, "lamp"),
        ({"productID": {"@value": "X9"}}, "X9"),
    ],
)
def test_the_id_is_the_first_that_the_product_has(item: dict[str, object], expected: str) -> None:
    assert product(**item)["id"] == expected


def test_names_may_be_texts_or_items() -> None:
    assert product(brand="Oak") == product(brand={"name": "Oak"}) == product(brand=[{"name": "Oak"}, "Elm"])
    assert product(brand={"@id": "Oak"}) == product(manufacturer={"name": "Oak"}) == {"brand": "Oak"}
    assert product(alternateName=["Light", {"name": "Glow"}, ""]) == {"aliases": ["Light", "Glow"]}
    assert product(brand=True) == {}


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("Home > Lamps", "Home > Lamps"),
        (["Home", {"name": "Lamps"}], ["Home", "Lamps"]),
        ({"name": "Lamps"}, "Lamps"),
    ],
)
def test_a_category_is_a_text_or_a_path(category: object, expected: object) -> None:
    assert product(category=category) == {"category": expected}


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"price": 5, "priceCurrency": "EUR"}, {"price": 5, "currency": "EUR"}),
        ([{"price": "1,000"}, {"price": "20.5"}, {"price": "9", "availability": "InStock"}],
         {"price": "9", "availability": "InStock"}),
        ({"lowPrice": 7, "highPrice": 9, "priceCurrency": "USD"}, {"price": 7, "currency": "USD"}),
        ({"offers": [{"price": 8}, {"price": 6}]}, {"price": 6}),
        ({"priceSpecification": [{"price": 4, "priceCurrency": "GBP"}]}, {"price": 4, "currency": "GBP"}),
        ([{"price": "ask us"}, {"price": "9"}], {"price": "9"}),
        ({"price": "ask us"}, {"price": "ask us"}),
        ([{"availability": "OutOfStock"}, "no offer"], {"availability": "OutOfStock"}),
        ("no offer", {}),
    ],
)  # fmt: skip
def test_the_cheapest_offer_is_quoted(offers: object, expected: dict[str, object]) -> None:
    assert product(offers=offers) == expected


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ({"ratingValue": "4.5", "ratingCount": 12}, {"rating": 4.5, "rating_count": 12}),
        ({"ratingValue": 9, "bestRating": "10", "reviewCount": 3}, {"rating": 4.5, "rating_count": 3}),
        ({"ratingValue": 80, "bestRating": 100}, {"rating": 4.0}),
        ({"ratingValue": 1, "bestRating": 3}, {"rating": 1.67}),
        ({"ratingValue": "good"}, {"rating": "good"}),
        ({"ratingValue": 4, "bestRating": "five"}, {"rating": 4}),
        ({"ratingCount": 3}, {"rating_count": 3}),
        ("4.5", {}),
    ],
)
def test_a_rating_is_brought_onto_five_stars(rating: object, expected: dict[str, object]) -> None:
    assert product(aggregateRating=rating) == expected


def test_properties_become_specs_with_their_units() -> None:
    specs = product(
        color="black",
        material=["oak", "steel"],
        weight={"value": 1.2, "unitCode": "KGM"},
        width={"value": "5", "unitText": "cm", "unitCode": "INH"},
        height={"value": 3, "unitCode": "XYZ"},
        depth={"name": "deep"},
        additionalProperty=[
            {"name": "Cord", "value": 2, "unitText": "m"},
            {"name": "Bulb", "value": {"name": "LED"}},
            {"value": "no name"},
            {"name": "No value", "value": ""},
            "no property",
        ],
    )["specs"]
    assert specs == {
        "colour": "black",
        "material": "oak",
        "weight": "1.2 kg",
        "width": "5 cm",
        "height": "3 XYZ",
        "depth": "deep",
        "Cord": "2 m",
        "Bulb": "LED",
    }


def test_reviews_are_counted_from_one_and_say_what_they_are_about() -> None:
    item = {
        "review": {"reviewRating": {"ratingValue": 7, "bestRating": 10}, "headline": "Good", "description": "Works."},
        "reviews": ["no review", {"name": "So", "reviewBody": "Dim."}, {"reviewRating": [{"ratingValue": "bad"}]}],
    }
    first, second, third = review_rows(item, "lamp")
    assert first == {"id": "lamp-1", "product_id": "lamp", "rating": 4, "title": "Good", "text": "Works."}
    assert second == {"id": "lamp-3", "product_id": "lamp", "rating": None, "title": "So", "text": "Dim."}
    assert (third["id"], third["rating"]) == ("lamp-4", "bad")


def test_a_question_has_the_accepted_answer_or_else_the_first_suggested() -> None:
    item = {
        "mainEntity": [
            {"name": "A?", "acceptedAnswer": {"text": "Yes."}, "suggestedAnswer": [{"text": "No."}]},
            {"name": "B?", "suggestedAnswer": [{"text": "No."}, {"text": "Yes."}]},
            {"name": "C?", "acceptedAnswer": "Perhaps."},
            {"name": "D?"},
            "no question",
        ]
    }
    assert list(faq_entries(item)) == [
        {"question": "A?", "answer": "Yes."},
        {"question": "B?", "answer": "No."},
        {"question": "C?", "answer": "Perhaps."},
        {"question": "D?", "answer": ""},
    ]
    assert list(faq_entries({})) == []
