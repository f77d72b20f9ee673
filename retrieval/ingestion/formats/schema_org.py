"""What schema.org calls a product, a review or a question, in our own fields. https://schema.org/Product"""

from collections.abc import Iterator, Mapping

_SPECS = {
    "model": "model", "color": "colour", "material": "material", "size": "size", "pattern": "pattern",
    "mpn": "part number", "weight": "weight", "width": "width", "height": "height", "depth": "depth",
    "countryOfOrigin": "country of origin",
}  # fmt: skip
_IDS = ("sku", "productID", "mpn", "gtin13", "gtin", "gtin12", "gtin14", "gtin8", "@id")
# UN/CEFACT codes of units, as QuantitativeValue.unitCode has them.
_UNIT_CODES = {
    "GRM": "g", "KGM": "kg", "MGM": "mg", "LBR": "lb", "ONZ": "oz", "MMT": "mm", "CMT": "cm", "MTR": "m", "INH": "in",
    "FOT": "ft", "MLT": "ml", "LTR": "l", "WTT": "W", "KWT": "kW", "VLT": "V", "HUR": "h", "MIN": "min",
}  # fmt: skip


def is_a(item: Mapping[str, object], *types: str) -> bool:
    """Whether an item's `@type` is one of `types`, with or without schema.org's address before it."""
    return any(str(kind).rpartition("/")[2] in types for kind in _all(item.get("@type")))


def product_fields(item: Mapping[str, object]) -> dict[str, object]:
    """A product's fields; those it lacks are None."""
    offer = _offer(item)
    rating = _one(item.get("aggregateRating"))
    rating = rating if isinstance(rating, Mapping) else {}
    prices = _one(offer.get("priceSpecification"))
    prices = prices if isinstance(prices, Mapping) else {}
    return {
        "id": next((name for key in _IDS if (name := _short(_name(item.get(key))))), None),
        "name": _name(item.get("name")),
        "brand": _name(item.get("brand")) or _name(item.get("manufacturer")),
        "category": _category(item.get("category")),
        "price": _first(offer.get("price"), offer.get("lowPrice"), prices.get("price")),
        "currency": _first(offer.get("priceCurrency"), prices.get("priceCurrency")),
        "availability": _name(offer.get("availability")),
        "description": _name(item.get("description")),
        "aliases": [text for value in _all(item.get("alternateName")) if (text := _name(value))],
        "rating": _on_five(rating),
        "rating_count": _first(rating.get("ratingCount"), rating.get("reviewCount")),
        "specs": dict(_specs(item)),
    }


def _offer(item: Mapping[str, object]) -> Mapping[str, object]:
    """The offer to quote: the cheapest where there are several."""
    offers = [offer for offer in _all(item.get("offers")) if isinstance(offer, Mapping)]
    inner = [each for offer in offers for each in _all(offer.get("offers")) if isinstance(each, Mapping)]
    priced = [offer for offer in (*offers, *inner) if _first(offer.get("price"), offer.get("lowPrice")) is not None]
    return min(priced or offers, key=_amount, default={})


def _amount(offer: Mapping[str, object]) -> float:
    try:
        return float(str(_first(offer.get("price"), offer.get("lowPrice"))).replace(",", ""))
    except ValueError:
        return float("inf")


def _specs(item: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, label in _SPECS.items():
        if text := _quantity(item.get(key)):
            yield label, text
    for each in _all(item.get("additionalProperty")):
        label = _name(each.get("name")) if isinstance(each, Mapping) else ""
        text = _quantity(each)
        if label and text:
            yield label, text


def _quantity(value: object) -> str:
    """A value with its unit: `5 kg` of a QuantitativeValue or PropertyValue."""
    value = _one(value)
    if not isinstance(value, Mapping) or "value" not in value:
        return _name(value)
    code = _name(value.get("unitCode"))
    return f"{_name(value['value'])} {_name(value.get('unitText')) or _UNIT_CODES.get(code, code)}".strip()


def _category(value: object) -> object:
    parts = [text for item in _all(value) if (text := _name(item))]
    return parts[0] if len(parts) == 1 else parts


def _on_five(rating: Mapping[str, object]) -> object:
    """A rating on the scale to five that ours has."""
    value, best = rating.get("ratingValue"), rating.get("bestRating") or 5
    try:
        return round(float(str(value)) * 5 / float(str(best)), 2) if value is not None else None
    except (ValueError, ZeroDivisionError):
        return value


def review_rows(item: Mapping[str, object], product_id: str) -> Iterator[dict[str, object]]:
    """The reviews of a product that have a rating and a text; ids count from 1."""
    reviews = (*_all(item.get("review")), *_all(item.get("reviews")))
    for number, review in enumerate(reviews, start=1):
        rating = _one(review.get("reviewRating")) if isinstance(review, Mapping) else None
        if isinstance(review, Mapping):
            yield {
                "id": f"{product_id}-{number}",
                "product_id": product_id,
                "rating": _whole(_on_five(rating)) if isinstance(rating, Mapping) else None,
                "title": _name(review.get("name")) or _name(review.get("headline")),
                "text": _name(review.get("reviewBody")) or _name(review.get("description")),
            }


def _whole(value: object) -> object:
    return int(value + 0.5) if isinstance(value, float) else value


def faq_entries(item: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """The questions of a page of questions, each with the answer that is accepted or else suggested first."""
    for question in _all(item.get("mainEntity")):
        if isinstance(question, Mapping):
            answer = _one(question.get("acceptedAnswer")) or _one(question.get("suggestedAnswer"))
            text = answer.get("text") if isinstance(answer, Mapping) else answer
            yield {"question": _name(question.get("name")), "answer": _name(text)}


def _all(value: object) -> list[object]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _one(value: object) -> object:
    return next(iter(_all(value)), None)


def _first(*values: object) -> object:
    return next((value for value in values if value not in (None, "")), None)


def _name(value: object) -> str:
    """A text, or what an item that stands in a text's place is called."""
    value = _one(value)
    if isinstance(value, Mapping):
        return _name(_first(value.get("name"), value.get("@value"), value.get("@id")))
    if isinstance(value, bool) or value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _short(name: str) -> str:
    """The last part of an address, an id as it is."""
    return name.rstrip("/").rpartition("/")[2].rpartition("#")[2]
