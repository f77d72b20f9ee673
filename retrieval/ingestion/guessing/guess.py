"""Guesses what the columns of a table mean: the kind of thing its rows describe, and what each column is taken as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.document import FAQ, POLICY, PRODUCT, REVIEW
from retrieval.ingestion.guessing.column_names import VARIANT_LISTS, spellings, squeezed
from retrieval.ingestion.guessing.column_values import MOST, Profile
from retrieval.ingestion.guessing.field_checks import FITS
from retrieval.ingestion.guessing.grouping import Grouping, grouping_of, is_row_type
from retrieval.ingestion.guessing.known_names import GROUP_NAMES, INTERNAL_NAMES, KNOWN_NAMES
from retrieval.ingestion.guessing.spec_columns import Taken, spec_columns
from retrieval.ingestion.rows.transforms import Transform
from retrieval.language.money import currency_of

_SEVERAL = ("price", "description", "brand")  # fields whose next column helps out where the first is empty
_STEPS = {
    "price": (Transform("price"),),
    "stock": (Transform("number"),),
    "rating": (Transform("stars"),),
    "rating_count": (Transform("number"),),
    "category": (Transform("path"),),
}
_NEEDS = {FAQ: ("question", "answer"), REVIEW: ("rating", "text"), POLICY: ("title", "text")}
_PLAIN_IDS = frozenset({"id", "productid", "itemid", "uniqid", "uniqueid", "handle", "slug", "urlkey", "variantid"})
_VAGUE = frozenset({"name", "title", "id", "value", "amount", "label", "type", "code", "description", "text", "slug"})
_OF_GOODS = ("price", "brand", "stock", "category")


@dataclass(frozen=True)
class Guess:
    """What the rows of a table are and what each column is taken as; every column is in `taken` or in `unused`.

    `unused` has the reason of each column that is left out.
    """

    kind: str
    taken: tuple[Taken, ...]
    unused: Mapping[str, str]
    grouping: Grouping | None = None

    def columns_of(self, name: str) -> tuple[str, ...]:
        """The columns that feed the field called `name`."""
        return next((taken.columns for taken in self.taken if taken.field == name), ())


@dataclass
class _Open:
    """The columns that nothing is known of yet, and what was found out about the others."""

    profiles: Mapping[str, Profile]
    taken: list[Taken] = field(default_factory=list)
    unused: dict[str, str] = field(default_factory=dict)

    def left(self) -> list[str]:
        """The columns that are neither taken nor unused, in their order."""
        known = self.unused.keys() | {name for taken in self.taken for name in taken.columns}
        return [name for name in self.profiles if name not in known]

    def has(self, name: str) -> bool:
        """Whether a field has a column."""
        return any(taken.field == name for taken in self.taken)

    def take(self, name: str, *columns: str, steps: tuple[Transform, ...] | None = None) -> None:
        """Let columns feed a field."""
        self.taken.append(Taken(name, columns, steps=_STEPS.get(name, ()) if steps is None else steps))


def guess(profiles: Mapping[str, Profile], hint: str = "") -> Guess:
    """What a table with these columns holds; `hint` is the kind that its file is named after, empty for none."""
    if spoken := _conversation(profiles):
        return Guess(
            FAQ,
            spoken,
            dict.fromkeys((name for name in profiles if name != "messages"), "an FAQ entry has no such field"),
        )
    kind = kind_of(profiles, hint)
    found = _Open(profiles)
    for name, profile in profiles.items():
        if profile.is_empty:
            found.unused[name] = "empty in every row that was looked at"
    if kind != PRODUCT:
        return _of_texts(kind, found)
    grouping = grouping_of(profiles, candidates(profiles, PRODUCT, "id"))
    _product_fields(found, grouping)
    by = grouping.by if grouping else ""
    for name in found.left():
        if name == by:
            continue
        if reason := _reason(name, profiles[name], found):
            found.unused[name] = reason
    specs, odd = spec_columns({name: profiles[name] for name in found.left() if name != by})
    taken = [*found.taken, *specs]
    if grouping and by and by not in {column for each in taken for column in each.columns}:
        taken.append(Taken("variants", (by,)))
    return Guess(PRODUCT, tuple(taken), {**found.unused, **odd}, grouping)


def candidates(profiles: Mapping[str, Profile], kind: str, name: str) -> list[str]:
    """The columns that may feed a field, by their names and values, the likeliest first."""
    known, fits = KNOWN_NAMES[kind][name], FITS.get(name, _any)
    places: dict[str, tuple[int, int]] = {}
    for column, profile in profiles.items():
        for nth, spelling in enumerate(_spellings(column)):
            if spelling in known and not profile.is_empty and fits(profile):
                places.setdefault(column, (known[spelling], nth))
    return sorted(places, key=lambda column: places[column])


def _any(_: Profile) -> bool:
    return True


def _spellings(column: str) -> tuple[str, ...]:
    """How a column's name compares with known ones: also without the currency at its end, or what it lies inside."""
    outer, dot, inner = column.rpartition(".")
    if dot and squeezed(inner) in ("name", "title", "value", "amount", "label"):
        column = outer
    words = column.replace("_", " ").replace("(", " ").replace(")", " ").split()
    without = " ".join(words[:-1]) if len(words) > 1 and len(words[-1]) < 4 and currency_of(words[-1]) else ""
    is_outer = outer in (*VARIANT_LISTS, "product", "item", "node", "data")
    prefixed = inner if dot and (is_outer or squeezed(inner) not in _VAGUE) else ""
    last = inner if dot and squeezed(inner).startswith("currency") else ""
    names = [spelling for name in (column, prefixed, without, last) if name for spelling in spellings(name)]
    return tuple(dict.fromkeys(names))


def kind_of(profiles: Mapping[str, Profile], hint: str = "") -> str:
    """The kind of document that rows with these columns are."""
    has = {kind: all(candidates(profiles, kind, name) for name in needs) for kind, needs in _NEEDS.items()}
    of_goods = any(candidates(profiles, PRODUCT, name) for name in _OF_GOODS)
    if hint in has and has[hint]:
        return hint
    if has[FAQ] and not candidates(profiles, PRODUCT, "price"):
        return FAQ
    if has[REVIEW] and not of_goods and hint != PRODUCT:
        return REVIEW
    text = candidates(profiles, POLICY, "text")
    is_text = bool(text) and profiles[text[0]].are_long
    return POLICY if has[POLICY] and is_text and not of_goods and hint != PRODUCT else PRODUCT


def _of_texts(kind: str, found: _Open) -> Guess:
    """The fields of an FAQ entry, a review or a text, which has no specs."""
    for name in KNOWN_NAMES[kind]:
        left = {column: found.profiles[column] for column in found.left()}
        fitting = candidates(left, kind, name)
        if name == "id":
            fitting = [column for column in fitting if left[column].is_unique]
        if fitting:
            steps = (Transform("stars"), Transform("round")) if name == "rating" else ()
            found.take(name, fitting[0], steps=steps)
    what = {FAQ: "an FAQ entry", REVIEW: "a review", POLICY: "a text"}[kind]
    unused = {**found.unused, **dict.fromkeys(found.left(), f"{what} has no such field")}
    return Guess(kind, tuple(found.taken), unused)


def _product_fields(found: _Open, grouping: Grouping | None) -> None:
    profiles = found.profiles
    ids = candidates(profiles, PRODUCT, "id")
    unique = [name for name in ids if profiles[name].tells_rows_apart]
    chosen = unique or (ids if grouping else [])
    if grouping and grouping.each:
        outer = [name for name in ids if not name.startswith(f"{grouping.each}.")]
        chosen = [*outer[:1], *[name for name in ids if name not in outer][:1]]
        found.take("id", *chosen, steps=())
    elif chosen:
        found.take("id", chosen[0], steps=())
    for name in KNOWN_NAMES[PRODUCT]:
        left = {column: profiles[column] for column in found.left() if squeezed(column) not in INTERNAL_NAMES}
        columns = candidates(left, PRODUCT, name)
        if name == "category":
            columns = sorted(columns, key=lambda column: not profiles[column].are_paths)
        if name == "id" or not columns:
            continue
        found.take(name, *(columns if name in _SEVERAL else columns[:1]))
        found.taken.extend(_told_apart(name, columns, profiles))
    _by_values(found)
    if not found.has("currency") and (code := _currency_in_names(found)):
        found.taken.append(Taken("currency", (), constant=code))


def _told_apart(name: str, columns: Sequence[str], profiles: Mapping[str, Profile]) -> list[Taken]:
    """The second and later columns of a field as specs too, where they say something of their own."""
    if name not in _SEVERAL or len(columns) < 2:
        return []
    specs, _ = spec_columns({column: profiles[column] for column in columns[1:]})
    return specs


def _by_values(found: _Open) -> None:
    """Fields that no name gave away, by what the values look like."""
    profiles = found.profiles

    def first(test: str) -> str | None:
        free = (name for name in found.left() if squeezed(name) not in INTERNAL_NAMES)
        return next((name for name in free if getattr(profiles[name], test)), None)

    for name, test in (("price", "have_currency"), ("currency", "are_currencies"), ("category", "are_paths")):
        if not found.has(name) and (column := first(test)):
            found.take(name, column)
    if not found.has("description") and (column := first("are_long")):
        found.take("description", column)
    if not found.has("id"):
        column = next((name for name in found.left() if profiles[name].are_codes), None)
        if column:
            found.take("id", column, steps=())
    if not found.has("name"):
        texts = [name for name in found.left() if _may_be_name(name, profiles[name])]
        best = max(texts, key=lambda name: profiles[name].distinct, default=None)
        ids = next((taken.columns for taken in found.taken if taken.field == "id"), ())
        if best or (ids and any(map(found.has, _OF_GOODS))):
            found.take("name", best or ids[0])


def _may_be_name(name: str, profile: Profile) -> bool:
    is_text = profile.share(lambda text: 2 < len(text) < 200 and any(map(str.isalpha, text))) >= MOST
    is_text = is_text and profile.distinct > len(profile.values) / 2
    is_known = squeezed(name) in INTERNAL_NAMES or squeezed(name) in GROUP_NAMES
    return is_text and not is_known and not profile.are_addresses and not profile.are_moments


def _currency_in_names(found: _Open) -> str:
    """The currency that a column of prices has in its name: `Price (EUR)`, `price_usd`."""
    columns = next((taken.columns for taken in found.taken if taken.field == "price"), ())
    words = (
        word for column in columns for word in column.replace("_", " ").replace("(", " ").replace(")", " ").split()
    )
    return next((code for word in words if len(word) < 4 and (code := currency_of(word))), "")


def _reason(name: str, profile: Profile, found: _Open) -> str:
    """Why a column is of no use as a spec; empty where it is of use."""
    plain = next((spelling for spelling in _spellings(name) if spelling in INTERNAL_NAMES), "")
    if plain:
        return INTERNAL_NAMES[plain]
    if profile.are_addresses or profile.are_listed_addresses:
        return "addresses of pages or pictures"
    if is_row_type(profile):
        return "says what the row is for the shop's software"
    if profile.are_moments:
        return "moments in time, as programs keep them"
    if found.has("id") and _PLAIN_IDS & set(_spellings(name)):
        return "another id; the product has one"
    if squeezed(name) in GROUP_NAMES:
        return "names other rows"
    return ""


def _conversation(profiles: Mapping[str, Profile]) -> tuple[Taken, ...]:
    """Question and answer of rows that are chats of two turns, as files to train chat models with have them."""
    held = profiles.get("messages")
    if held is None or not held.values:
        return ()
    turns = held.values[0]
    if not isinstance(turns, list) or not all(isinstance(turn, Mapping) and "role" in turn for turn in turns):
        return ()
    return tuple(
        Taken(name, ("messages",), steps=(Transform("said_by", role),))
        for name, role in (("question", "user"), ("answer", "assistant"))
    )
