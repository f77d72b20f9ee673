"""Amounts of money as people and programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.money import Money, currency_of, format_price, money_of


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$1,299.00", 1299, "USD"),
        ("Rs. 1,299", 1299, "INR"),
        ("Rs.379", 379, "INR"),
        ("₹ 1,49,999", 149_999, "INR"),
        ("1299/-", 1299, None),
        ("1.299,00 €", 1299, "EUR"),
        ("1.299 €", 1299, "EUR"),
        ("EUR 45", 45, "EUR"),
        ("45 eur", 45, "EUR"),
        ("12,5", 12.5, None),
        ("1,299", 1299, None),
        ("1.299", 1.299, None),
        ("0.99", 0.99, None),
        ("12.345.678", 12_345_678, None),
        ("1\u00a0299,50 Kč", 1299.5, "CZK"),
        ("CHF 1'299.50", 1299.5, "CHF"),
        (" 5 ", 5, None),
    ],
)
def test_reads_one_amount(text: str, amount: float, currency: str | None) -> None:
    assert money_of(text) == Money(amount, currency)


@pytest.mark.parametrize(
    "text",
    ["", "free", "$5 - $9", "from $5", "-5", "5 pcs", "1,2,3", "1.2.3", "USD 5 EUR", "5 6", "$", "12.34.567,8.9"],
)
def test_what_is_no_single_amount_is_none(text: str) -> None:
    assert money_of(text) is None


@given(st.integers(0, 10**9), st.sampled_from(["USD", "EUR", "GBP", "CHF"]))
def test_what_is_written_is_read_again(cents: int, currency: str) -> None:
    assert money_of(format_price(cents / 100, currency)) == Money(cents / 100, currency)


def test_knows_codes_and_signs() -> None:
    assert [currency_of(mark) for mark in ("usd", "€", "Rs", "XYZ", "")] == ["USD", "EUR", "INR", None, None]
