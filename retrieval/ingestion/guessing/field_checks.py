"""Whether the values of a column can be those of a field, whatever the column is called."""

from collections.abc import Callable, Mapping

from retrieval.ingestion.guessing.column_values import MOST, Profile
from retrieval.ingestion.guessing.grouping import is_row_type

_MOST_IN_BRAND = 60  # characters on average


def _is_name(profile: Profile) -> bool:
    is_text = profile.share(lambda text: any(map(str.isalpha, text)) and len(text) < 500) >= MOST
    return is_text and not profile.are_addresses and not profile.are_moments and not profile.are_yes_or_no


def _is_category(profile: Profile) -> bool:
    if any(isinstance(value, list) for value in profile.values):
        return not profile.are_listed_addresses and not any(isinstance(v, Mapping) for v in _items(profile))
    return not profile.are_numbers and not profile.are_addresses and not is_row_type(profile) and profile.length < 500


def _items(profile: Profile) -> list[object]:
    return [item for value in profile.values if isinstance(value, list) for item in value]


def _is_text(profile: Profile) -> bool:
    return profile.share(lambda text: any(map(str.isalpha, text))) >= 0.5 and not profile.are_addresses


def _is_stock(profile: Profile) -> bool:
    if profile.are_yes_or_no or (profile.distinct <= 2 and set(profile.texts) <= {"0", "1"} and len(profile.texts) > 2):
        return False
    return (
        profile.are_numbers or profile.share(lambda text: len(text) < 20 and text.strip("><+~ ")[:1].isdigit()) >= MOST
    )


def _is_availability(profile: Profile) -> bool:
    return profile.are_yes_or_no or profile.say_availability


FITS: Mapping[str, Callable[[Profile], bool]] = {
    "name": _is_name,
    "brand": lambda profile: _is_text(profile) and profile.length < _MOST_IN_BRAND,
    "category": _is_category,
    "price": lambda profile: profile.are_prices,
    "currency": lambda profile: profile.are_currencies,
    "stock": _is_stock,
    "availability": _is_availability,
    "description": _is_text,
    "rating": lambda profile: (
        profile.within(0, 5) or profile.share(lambda text: "out of 5" in text or "/5" in text) > 0
    ),
    "rating_count": lambda profile: profile.are_numbers,
    "question": _is_text,
    "answer": _is_text,
    "text": _is_text,
    "title": _is_text,
}
"""By field; a field that is not here takes any values."""
