"""Builds documents from rows in the house's own fields."""

from collections.abc import Callable, Mapping

from retrieval.document import CONCEPT, FAQ, POLICY, PRODUCT, REVIEW, Document, Fact
from retrieval.errors import CorpusError
from retrieval.ingestion.rows.row import Row
from retrieval.language.concepts import LABEL, LESS, MORE
from retrieval.language.money import format_price
from retrieval.language.wording import slug_of

FIELDS = {
    PRODUCT: ("id", "name", "brand", "category", "price", "highest_price",
              "currency", "stock", "availability", "description", "specs",
              "aliases", "rating", "rating_count"),
    FAQ: ("id", "product_id", "question", "alternatives", "answer"),
    POLICY: ("id", "title", "text", "sections"),
    REVIEW: ("id", "product_id", "rating", "title", "text"),
    CONCEPT: ("name", "labels", MORE, LESS, "questions"),
}  # fmt: skip
"""The fields that each kind of document has."""
MAX_SLUG = 80
_OWN_FACTS = ("price", "stock")


def document_of(row: Row, kind: str = "") -> Document:
    """The document that `row` describes: of the kind it names itself, else `kind`, else what its fields look like.

    Raises CorpusError when a field is missing, unknown or cannot have its value, or when no kind fits.
    """
    if not any(value not in (None, "", [], {}) for name, value in row.fields.items() if name != "kind"):
        raise CorpusError(row.place, "an empty row; fill it or remove it", "empty row")
    named = str(row.fields.get("kind") or kind) or _kind_like(row.fields)
    build = _BUILDERS.get(named)
    if build is None:
        known = ", ".join(_BUILDERS)
        problem = f"of no known kind ({named or 'its fields fit none'}); name the file after one of {known}, or map it"
        raise CorpusError(row.place, problem, "of no known kind")
    return build(Row({name: value for name, value in row.fields.items() if name != "kind"}, row.place))


def _kind_like(fields: Mapping[str, object]) -> str:
    """The kind whose own fields a row has."""
    has = fields.keys()
    if {"question", "answer"} <= has:
        return FAQ
    if {"product_id", "rating", "text"} <= has:
        return REVIEW
    if {"title", "sections"} <= has or has == {"id", "title", "text"}:
        return POLICY
    return PRODUCT if "name" in has and "questions" not in has else ""


def _product(row: Row) -> Document:
    row.allow(*FIELDS[PRODUCT])
    facts = [*_price(row), *_stock(row), *_rating(row)]
    for label, text in row.labels("specs"):
        slug = slug_of(label)
        if not slug or slug in _OWN_FACTS or any(fact.slug == slug for fact in facts):
            problem = f"the spec {label!r} has no name of its own; rename it"
            raise CorpusError(row.place, problem, "spec without a name of its own")
        facts.append(Fact(slug, label, text))
    return Document(
        id=f"{PRODUCT}:{_name(row, 'name')}",
        kind=PRODUCT,
        title=row.text("name"),
        text=row.text("description"),
        aliases=row.texts("aliases"),
        facts=tuple(facts),
        brand=row.text("brand", default=""),
        category=row.text("category", default=""),
    )


def _name(row: Row, titled: str) -> str:
    """The row's id, or one made of its title when it has none."""
    if row.fields.get("id") is not None:
        return row.name("id")
    made = slug_of(row.text(titled))[:MAX_SLUG].strip("-")
    if not made:
        problem = f"id is missing, and {row.text(titled)!r} has no letters to make one of; add it"
        raise CorpusError(row.place, problem, "id is missing")
    return made


def _price(row: Row) -> list[Fact]:
    amount = row.number("price")
    if amount is None:
        return []
    currency, highest = row.text("currency", default="USD"), row.number("highest_price")
    text = format_price(amount, currency)
    return [Fact("price", "price", f"{text} to {format_price(highest, currency)}" if highest else text, amount)]


def _stock(row: Row) -> list[Fact]:
    pieces = row.number("stock")
    if pieces is not None:
        return [Fact("stock", "stock", f"{pieces:.0f} in stock" if pieces else "out of stock", pieces)]
    said = row.text("availability", default="")
    return [Fact("stock", "stock", said, 0.0 if said == "out of stock" else None)] if said else []


def _rating(row: Row) -> list[Fact]:
    stars, count = row.number("rating"), row.number("rating_count")
    if stars is None:
        return []
    by = f" by {count:,.0f} {'customer' if count == 1 else 'customers'}" if count else ""
    return [Fact("rating", "rating", f"{stars:.3g} out of 5{by}")]


def _review(row: Row) -> Document:
    row.allow(*FIELDS[REVIEW])
    rating = row.number("rating")
    if rating not in (1, 2, 3, 4, 5):
        raise row.wrong("rating", row.fields.get("rating"), "write a whole number from 1 to 5")
    return Document(
        id=f"{REVIEW}:{row.name('id')}",
        kind=REVIEW,
        title=row.text("title", default=""),
        text=row.text("text"),
        about=f"{PRODUCT}:{row.name('product_id')}",
        rating=int(rating),
    )


def _faq_entry(row: Row) -> Document:
    row.allow(*FIELDS[FAQ])
    return Document(
        id=f"{FAQ}:{_name(row, 'question')}",
        kind=FAQ,
        title=row.text("question"),
        text=" ".join(row.text("answer").split()),
        aliases=row.texts("alternatives"),
        about=f"{PRODUCT}:{row.name('product_id')}" if row.fields.get("product_id") else "",
    )


def _concept(row: Row) -> Document:
    row.allow(*FIELDS[CONCEPT])
    name, questions = row.text("name"), row.texts("questions")
    if not slug_of(name) or not questions:
        problem = f"the concept {name!r} needs a name in letters and at least one question"
        raise CorpusError(row.place, problem, "concept without name or question")
    texts = {LABEL: row.texts("labels"), MORE: row.texts(MORE), LESS: row.texts(LESS)}
    facts = [
        Fact(f"{label}-{number}", label, text)
        for label, found in texts.items()
        for number, text in enumerate(found, start=1)
    ]
    return Document(f"{CONCEPT}:{slug_of(name)}", CONCEPT, name, "", questions, tuple(facts))


def _policy(row: Row) -> Document:
    row.allow(*FIELDS[POLICY])
    title, opening = row.text("title"), row.text("text", default="")
    facts = tuple(Fact(slug_of(label), label, text) for label, text in row.labels("sections"))
    if not opening and not facts:
        raise CorpusError(row.place, "nothing under the title; write the policy below it", "text is missing")
    if any(not fact.slug for fact in facts) or len({fact.slug for fact in facts}) < len(facts):
        labels = ", ".join(fact.label for fact in facts)
        raise CorpusError(row.place, f"two sections share a name or have none ({labels}); rename one", "section name")
    return Document(id=f"{POLICY}:{_name(row, 'title')}", kind=POLICY, title=title, text=opening, facts=facts)


_BUILDERS: dict[str, Callable[[Row], Document]] = {
    PRODUCT: _product,
    FAQ: _faq_entry,
    POLICY: _policy,
    REVIEW: _review,
    CONCEPT: _concept,
}
