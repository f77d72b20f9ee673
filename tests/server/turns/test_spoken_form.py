"""Sentences as a voice reads them."""

import pytest

from dialogue.reply import Reply
from server.turns.spoken_form import spoken_form, with_choices


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Order 48213, Pulse Buds 2, is on its way.", "Order 4 8 2 1 3, Pulse Buds 2, is on its way."),
        ("I cannot find an order 9999.", "I cannot find an order 9 9 9 9."),
        ("Your order number is 48213.", "Your order number is 4 8 2 1 3."),
        ("It is rated IPX4.", "It is rated I P X 4."),
        ("IP68, for half an hour.", "I P 6 8, for half an hour."),
        ("An OLED panel.", "An O L E D panel."),
        ("The model is SM-1234.", "The model is S M 1 2 3 4."),
    ],
)
def test_codes_and_numbers_of_things_are_spelled(written: str, spoken: str) -> None:
    assert spoken_form(written) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It costs $1,299.99.",
        "Up to 1200 square metres.",
        "In 2026.",
        "Pulse Buds 2 have HDMI.",
        "5G and 4K",
        "10:30",
    ],
)
def test_amounts_and_words_stay_as_they_are(text: str) -> None:
    assert spoken_form(text) == text


@pytest.mark.parametrize(
    ("text", "titles", "spoken"),
    [
        ("How are you?", ["Great", "Super sad"], "How are you? Great, Super sad?"),
        ("Yes or no?", ["Yes", "No"], "Yes or no?"),
        ("Note it?", ["No", "Yes"], "Note it? No, Yes?"),
        ("", ["Great", " "], "Great?"),
        ("Fine.", [], "Fine."),
    ],
)
def test_choices_that_are_not_named_are_said(text: str, titles: list[str], spoken: str) -> None:
    buttons = [{"title": title, "payload": f"/{title}"} for title in titles]
    reply = Reply((text,) if text else (), messages=({"buttons": buttons},))
    assert with_choices(reply) == spoken
