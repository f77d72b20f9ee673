"""Makes one product of the rows of its variants: a range of prices, its choices, and what they differ in."""

from collections.abc import Collection, Mapping, Sequence

from retrieval.ingestion.rows.row import NAME, Row
from retrieval.language.money import format_price
from retrieval.language.wording import slug_of, word_set

MOST_DETAILS = 60
"""Prices or stocks of single variants; with more, only their range and sum are told."""
_MOST_VALUES = 40  # of a label that differs between variants
_USUAL = word_set(
    """
    size colour color material pattern style flavour flavor capacity storage scent pack finish farbe größe talla taille
    couleur taglia colore maat kleur storlek färg størrelse farve koko väri rozmiar kolor velikost barva tamanho cor
    edition shade memory fit
    """
)  # what variants of one product differ in, as a rule
_OWN = frozenset({"id", "price", "currency", "stock", "availability", "specs", "name", "highest_price"})


def merged(key: str, rows: Sequence[Row], parent: int | None, options: Collection[str]) -> Row:
    """One row of a product out of those of its variants, in our own fields.

    `parent` is the place of the row that stands for the product itself, None for none. `options` are labels that
    variants differ in, besides the usual ones; where none of these differs, the short ones that do. Prices and stocks
    that differ become specs (`price in M, red`).
    """
    head = rows[parent] if parent is not None else rows[0]
    children = _sellable([row for at, row in enumerate(rows) if at != parent] or [head])
    own = str(head.fields.get("id") or "")
    shared = key if NAME.fullmatch(key) else slug_of(key)
    fields: dict[str, object] = {"id": own or shared if parent is not None else shared or own}
    fields["name"] = head.fields.get("name") if parent is not None else _common_name(rows)
    for row in (head, *rows):
        for name, value in row.fields.items():
            if name not in _OWN or name == "currency":
                fields.setdefault(name, value)
    specs, chosen = _joined_specs(head, children, options)
    fields |= _offers(head, children)
    details = [*_details("price", children, chosen), *_details("stock", children, chosen)]
    if len(details) <= MOST_DETAILS:
        specs |= dict(details)
    ids = list(dict.fromkeys(str(row.fields["id"]) for row in children if row.fields.get("id")))
    if len(children) > 1 and ids and ids != [fields["id"]] and len(ids) <= _MOST_VALUES:
        specs.setdefault("article numbers", ", ".join(ids))
    return Row(
        {name: value for name, value in {**fields, "specs": specs}.items() if value not in (None, "", {})}, head.place
    )


def _sellable(rows: Sequence[Row]) -> list[Row]:
    """The rows that can be bought: those with a price, where any has one; else those that tell stock."""
    for names in (("price",), ("stock", "availability")):
        having = [row for row in rows if any(name in row.fields for name in names)]
        if having:
            return having
    return list(rows)


def _common_name(rows: Sequence[Row]) -> object:
    """The words that all names begin with, where they make a name; else the first name."""
    names = list(dict.fromkeys(str(row.fields["name"]) for row in rows if row.fields.get("name")))
    if len(names) < 2:
        return names[0] if names else None
    words = [name.split() for name in names]
    shared = 0
    while all(len(each) > shared and each[shared] == words[0][shared] for each in words):
        shared += 1
    common = " ".join(words[0][:shared]).rstrip(" -–—,/|(:")
    return common if len(common) > 2 else names[0]


def _specs_of(row: Row) -> Mapping[str, str]:
    specs = row.fields.get("specs")
    return specs if isinstance(specs, Mapping) else {}


def _value(row: Row, slug: str) -> str:
    return next((text for label, text in _specs_of(row).items() if slug_of(label) == slug), "")


def _joined_specs(head: Row, children: Sequence[Row], usual: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """Every label with its values in the variants, and the labels that are choices."""
    specs: dict[str, str] = {}
    differing: list[str] = []
    labels: dict[str, str] = {}
    for label in (label for row in (head, *children) for label in _specs_of(row)):
        labels.setdefault(slug_of(label), label)
    for slug, label in labels.items():
        values = list(dict.fromkeys(text for row in children if (text := _value(row, slug))))
        if len(values) > 1:
            differing.append(label)
        values = values or [_value(head, slug)]
        specs[label] = ", ".join(values[:_MOST_VALUES]) + (" and more" if len(values) > _MOST_VALUES else "")
    options = [label for label in differing if label.lower() in _USUAL | {name.lower() for name in usual}] or [
        label for label in differing if all(len(_value(row, slug_of(label))) < 30 for row in children)
    ]
    return specs, options[:3]


def _offers(head: Row, children: Sequence[Row]) -> dict[str, object]:
    """The lowest and the highest price, the pieces of all variants together, and whether any is there."""
    prices = [price for row in children if isinstance(price := row.fields.get("price"), float | int)]
    stocks = [stock for row in children if isinstance(stock := row.fields.get("stock"), float | int)]
    said = [str(row.fields["availability"]) for row in (*children, head) if row.fields.get("availability")]
    found: dict[str, object] = {}
    if prices:
        found["price"] = min(prices)
        if max(prices) > min(prices):
            found["highest_price"] = max(prices)
    elif "price" in head.fields:
        found["price"] = head.fields["price"]
    if stocks and len(stocks) == len(children):
        found["stock"] = sum(stocks)
    elif "stock" in head.fields and not stocks:
        found["stock"] = head.fields["stock"]
    if said:
        found["availability"] = "in stock" if "in stock" in said else said[0]
    return found


def _details(field: str, children: Sequence[Row], options: Sequence[str]) -> list[tuple[str, str]]:
    """What each choice costs or how many there are, where that differs; by one option where that decides it."""
    told = [_told(field, row) for row in children]
    if len(set(told)) < 2 or not options:
        return []
    for deciding in (*([option] for option in options), list(options)):
        by_choice: dict[str, set[str]] = {}
        for row, text in zip(children, told, strict=True):
            choice = ", ".join(filter(None, (_value(row, slug_of(option)) for option in deciding)))
            by_choice.setdefault(choice, set()).add(text)
        if all(len(texts) == 1 for texts in by_choice.values()):
            return [(f"{field} in {choice}", text) for choice, (text,) in by_choice.items() if choice and text]
    return []


def _told(field: str, row: Row) -> str:
    value = row.fields.get(field)
    if field == "price":
        return format_price(value, str(row.fields.get("currency") or "USD")) if isinstance(value, float | int) else ""
    if isinstance(value, float | int):
        return f"{value:.0f} in stock" if value else "out of stock"
    return str(row.fields.get("availability") or "")
