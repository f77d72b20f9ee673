"""The order book of the demo shop, and what to say of an order."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ORDERS_FILE = Path(__file__).with_name("orders.json")


@dataclass(frozen=True)
class Order:
    """One order; dates are ISO 8601 texts, absent ones empty."""

    placed: str
    status: str
    items: list[str] = field(default_factory=list)
    carrier: str = ""
    expected: str = ""
    delivered: str = ""
    refund: str = ""
    store: str = ""


def read_orders(path: Path = ORDERS_FILE) -> dict[str, Order]:
    """All orders by their number."""
    values: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {number: Order(**order) for number, order in values.items()}


def describe_order(number: str, order: Order) -> str:
    """One or two sentences about the order, to be read aloud."""
    items = " and ".join(order.items)
    said = {
        "shipped": f"is on its way by {order.carrier} and should arrive on {spoken_date(order.expected)}",
        "processing": f"is being packed and should arrive on {spoken_date(order.expected)}",
        "delivered": f"was delivered on {spoken_date(order.delivered)}",
        "waiting for payment": "is waiting for your payment",
        "cancelled": f"was cancelled. We have refunded {order.refund}",
        "returned": f"came back to us. We have refunded {order.refund}",
        "ready for pickup": f"is ready for pickup at the {order.store}",
        "back ordered": f"waits for new stock, which we expect on {spoken_date(order.expected)}",
        "lost": "was lost on its way. We will send a new one or refund you, as you like: please call us",
    }[order.status]
    return f"Order {number}, {items}, {said}."


def product_id(item: str) -> str:
    """`Silk Book` as the id that the catalogue gives it: "silk-book"."""
    return item.lower().replace(" ", "-")


def spoken_date(iso_date: str) -> str:
    """`2025-03-07` as "March 7"."""
    if not iso_date:
        return "a date we will send you"
    day = date.fromisoformat(iso_date)
    return f"{day:%B} {day.day}"
