"""Brings values as other people write them into the types of the house's own fields."""

import re
from collections.abc import Callable, Mapping

from retrieval.errors import CorpusError
from retrieval.ingestion.rows.cleansing import cleansed, cleansed_value
from retrieval.ingestion.rows.row import NAME, Row, shown
from retrieval.ingestion.rows.shop_values import with_points
from retrieval.language.money import currency_of, money_of
from retrieval.language.units import written_out
from retrieval.language.wording import slug_of

_LIST_MARK = re.compile(r"\s*[|;\n]\s*")
_PATH_MARK = re.compile(r"\s*(?:>+|»|\|)\s*")
_AVAILABILITY = {
    "in stock": "instock available true yes 1 instoreonly onlineonly",
    "low in stock": "lowstock limitedavailability",
    "out of stock": "outofstock soldout unavailable discontinued false no 0",
    "on pre-order": "preorder presale",
    "on back order": "backorder",
}
_AVAILABILITY_OF = {word: said for said, words in _AVAILABILITY.items() for word in words.split()}
_OWN_LABELS = ("price", "stock", "rating")
MAX_RATING = 5


def house_row(values: Mapping[str, object], place: str, *, is_forgiving: bool = False) -> Row:
    """A row in house fields out of values of any type; what is empty is left out.

    Raises CorpusError when a value cannot be brought into its field's type; where `is_forgiving`, the value of a
    product's field becomes the spec `price as listed` instead.
    """
    fields: dict[str, object] = {}
    odd: dict[str, object] = {}
    for name, value in values.items():
        clean = cleansed_value(value)
        if clean in (None, "", [], {}):
            continue
        try:
            typed = _TYPES.get(name, text_of)(clean)
        except ValueError as error:
            if is_forgiving and name != "specs":
                odd[f"{name.replace('_', ' ')} as listed"] = shown(clean) if isinstance(clean, list | dict) else clean
                continue
            problem = f"{name} is {shown(value)}, {error}; correct it, or map the column another way"
            raise CorpusError(place, problem, f"{name} is not usable") from error
        if typed not in ("", [], {}):
            fields[name] = typed
    if odd:
        specs = fields.get("specs")
        fields["specs"] = {**_labels(odd), **(specs if isinstance(specs, dict) else {})}
    _settle_currency(fields, cleansed(str(values.get("price", ""))))
    return Row(fields, place)


def text_of(value: object) -> str:
    """A text or a number as text, a list of them joined by commas. Raises ValueError for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, list):
        return ", ".join(text_of(item) for item in value if item not in (None, ""))
    raise ValueError(f"a {type(value).__name__} where a text is wanted")


def _id(value: object) -> str:
    text = text_of(value)
    return text if NAME.fullmatch(text) else slug_of(text)


def _price(value: object) -> float:
    money = money_of(text_of(value)) if isinstance(value, str) else None
    return money.amount if money else _number(value, "amount of money")


def _number(value: object, what: str = "number") -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
        return float(value)
    text = text_of(value).replace(",", "")
    if not re.fullmatch(r"\d+(?:\.\d+)?", text):
        raise ValueError(f"which is no {what}")
    return float(text)


def _rating(value: object) -> float:
    number = _number(value)
    if not 0 <= number <= MAX_RATING:
        raise ValueError(f"which is not between 0 and {MAX_RATING}")
    return number


def _availability(value: object) -> str:
    """`in stock`, `out of stock` and the like, also from schema.org's addresses; other texts in lower case."""
    said = text_of(value)
    word = re.sub(r"[\W_]", "", said.rstrip("/").rpartition("/")[2]).lower()
    return _AVAILABILITY_OF.get(word, said.lower())


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else _LIST_MARK.split(text_of(value))
    return list(dict.fromkeys(text for item in items if (text := text_of(item))))


def _path(value: object) -> str:
    parts = value if isinstance(value, list) else _PATH_MARK.split(text_of(value))
    return " > ".join(text for item in parts if (text := text_of(item)))


def _is_name(part: str, name: str) -> bool:
    if not name:
        return False
    part, name = part.lower(), name.lower()
    beginning = part.rstrip(".…").strip()
    is_cut = part.endswith(("...", "…")) and bool(beginning) and name.startswith(beginning)
    return is_cut or f"{part} ".startswith(f"{name} ")


def _sections(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError("which is no mapping of headings to texts")
    return {str(label): text_of(text) for label, text in value.items()}


def _labels(value: object) -> dict[str, str]:
    """Labels with their texts, units written out; a label that stands twice has both texts.

    A label that is one of our own facts, or has no Latin letters for an id, gets words that tell it apart.
    """
    if not isinstance(value, Mapping):
        raise ValueError("which is no mapping of labels to texts")
    found: dict[str, tuple[str, list[str]]] = {}
    for label, item in value.items():
        text = _label_text(item)
        slug = slug_of(str(label))
        if not text:
            continue
        if not slug:
            label, slug = f"{label} (spec {len(found) + 1})", f"spec-{len(found) + 1}"
        if slug in _OWN_LABELS:
            label, slug = f"{label} as listed", f"{slug}-as-listed"
        texts = found.setdefault(slug, (str(label).rstrip(" :"), []))[1]
        if text not in texts:
            texts.append(text)
    return {label: ", ".join(texts) for label, texts in found.values()}


def _label_text(item: object) -> str:
    if isinstance(item, Mapping):
        return ", ".join(f"{label} {_label_text(inner)}" for label, inner in item.items())
    if isinstance(item, list):
        return ", ".join(filter(None, map(_label_text, item)))
    return written_out(with_points(text_of(item))) if item is not None else ""


def _settle_currency(fields: dict[str, object], price: str) -> None:
    """The currency that stands at the price wins over the one that the source has in general."""
    money = money_of(price) if "price" in fields else None
    if money and money.currency:
        fields["currency"] = money.currency


def _currency(value: object) -> str:
    code = currency_of(text_of(value))
    if code is None:
        raise ValueError("which is no currency's code or sign")
    return code


_TYPES: dict[str, Callable[[object], object]] = {
    "id": _id,
    "product_id": _id,
    "category": _path,
    "price": _price,
    "highest_price": _price,
    "currency": _currency,
    "stock": _number,
    "availability": _availability,
    "rating": _rating,
    "rating_count": _number,
    "specs": _labels,
    "sections": _sections,
    "aliases": _texts,
    "alternatives": _texts,
    "questions": _texts,
    "labels": _texts,
    "more": _texts,
    "less": _texts,
}


def table_values(cells: Mapping[str, object]) -> dict[str, object]:
    """The cells of a table in house columns; `specs.weight` is the spec `weight`."""
    values: dict[str, object] = {}
    specs: dict[str, object] = {}
    for name, value in cells.items():
        group, dot, label = name.partition(".")
        if dot and group == "specs":
            specs[label] = value
        elif not (isinstance(value, str) and not value.strip()):
            values[name] = value
    return {**values, "specs": specs} if any(value not in (None, "") for value in specs.values()) else values


def without_product(row: Row) -> Row:
    """A product row whose category's path has no part that is the product itself, in full or cut short by dots."""
    name, path = str(row.fields.get("name", "")), str(row.fields.get("category", ""))
    parts = [part for part in path.split(" > ") if part and not _is_name(part, name)]
    return Row({**row.fields, "category": " > ".join(parts)}, row.place) if path else row


def described(row: Row) -> Row:
    """A product row with a description: its own, or else who makes it and what kind of thing it is."""
    if "description" in row.fields or "name" not in row.fields:
        return row
    name, brand, category = (str(row.fields.get(key, "")) for key in ("name", "brand", "category"))
    made, kind = f"By {brand}." if brand else "", f"In {category.replace(' > ', ', ')}." if category else ""
    return Row({**row.fields, "description": " ".join(filter(None, (made, kind))) or f"{name}."}, row.place)
