"""One product of the rows of its variants."""

from retrieval.ingestion.rows.row import Row
from retrieval.ingestion.rows.variants import merged


def variant(price: float, stock: float | None = None, name: str = "", sku: str = "", **specs: str) -> Row:
    fields: dict[str, object] = {"price": price, "specs": specs, "name": name, "id": sku, "stock": stock}
    return Row({key: value for key, value in fields.items() if value not in ("", None)}, "f:1")


def specs_of(row: Row) -> dict[str, str]:
    specs = row.fields["specs"]
    assert isinstance(specs, dict)
    return specs


def test_the_price_is_a_range_and_the_option_that_decides_it_is_named() -> None:
    rows = [
        variant(5, 1, "Mug - red, S", "a", colour="red", size="S"),
        variant(5, 2, "Mug - blue, S", "b", colour="blue", size="S"),
        variant(7, 0, "Mug - red, L", "c", colour="red", size="L"),
    ]  # fmt: skip
    made = merged("MUG", rows, None, ())
    assert (made.fields["id"], made.fields["name"]) == ("MUG", "Mug")
    assert (made.fields["price"], made.fields["highest_price"], made.fields["stock"]) == (5, 7, 3)
    assert specs_of(made) == {
        "colour": "red, blue", "size": "S, L", "price in S": "$5", "price in L": "$7", "stock in red, S": "1 in stock",
        "stock in blue, S": "2 in stock", "stock in red, L": "out of stock", "article numbers": "a, b, c",
    }  # fmt: skip


def test_the_products_own_row_gives_its_name_and_is_no_variant() -> None:
    own = Row({"name": "Shirt", "id": "s", "description": "Light.", "specs": {"material": "cotton"}}, "f:1")
    made = merged("key", [own, variant(5, size="S"), variant(5, size="L")], 0, ())
    assert {name: made.fields[name] for name in ("id", "name", "description", "price")} == {
        "id": "s", "name": "Shirt", "description": "Light.", "price": 5,
    }  # fmt: skip
    assert specs_of(made) == {"material": "cotton", "size": "S, L"}


def test_a_single_row_stays_as_it_is() -> None:
    made = merged("", [variant(5, 3, "Mug", "m", colour="red")], None, ())
    assert made.fields == {"id": "m", "name": "Mug", "price": 5, "stock": 3, "specs": {"colour": "red"}}
