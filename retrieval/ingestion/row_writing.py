"""Writes documents as rows in our own fields, so that what was read can be read again."""

import re

from retrieval.document import FAQ, POLICY, PRODUCT, REVIEW, Document
from retrieval.errors import RetrievalError
from retrieval.language.money import money_of

_RATING = re.compile(r"(?P<stars>[\d.]+) out of 5(?: by (?P<count>[\d,]+) customers?)?")


def house_fields(document: Document) -> dict[str, object]:
    """The fields of a row that `document_of` makes this document of; raises RetrievalError for concepts."""
    name = document.id.partition(":")[2]
    fields: dict[str, object] = {"kind": document.kind, "id": name}
    if document.kind == PRODUCT:
        fields |= _product(document)
    elif document.kind == REVIEW:
        product = document.about.partition(":")[2]
        fields |= {"product_id": product, "rating": document.rating, "title": document.title, "text": document.text}
    elif document.kind == FAQ:
        fields |= {"product_id": document.about.partition(":")[2], "question": document.title}
        fields |= {"alternatives": list(document.aliases), "answer": document.text}
    elif document.kind == POLICY:
        sections = {fact.label: fact.text for fact in document.facts}
        fields |= {"title": document.title, "text": document.text, "sections": sections}
    else:
        raise RetrievalError(f"{document.id} is no product, review, FAQ entry or policy; keep its file as it is")
    return {field: value for field, value in fields.items() if value not in ("", [], {})}


def _product(document: Document) -> dict[str, object]:
    fields: dict[str, object] = {
        "name": document.title,
        "brand": document.brand,
        "category": document.category,
        "description": document.text,
        "aliases": list(document.aliases),
    }
    specs: dict[str, str] = {}
    for fact in document.facts:
        rating = _RATING.fullmatch(fact.text) if fact.slug == "rating" else None
        if fact.slug == "price":
            lowest, *highest = map(money_of, fact.text.split(" to "))
            fields |= {"price": fact.number, "currency": lowest.currency if lowest and lowest.currency else "USD"}
            if highest and highest[0]:
                fields["highest_price"] = highest[0].amount
        elif fact.slug == "stock":
            fields |= {"stock": fact.number} if fact.number is not None else {"availability": fact.text}
        elif rating:
            fields |= {"rating": float(rating["stars"])}
            fields |= {"rating_count": int(rating["count"].replace(",", ""))} if rating["count"] else {}
        else:
            specs[fact.label] = fact.text
    return {**fields, "specs": specs}
