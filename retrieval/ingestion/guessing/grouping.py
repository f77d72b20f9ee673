"""Finds out which rows of a table are variants of one product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.ingestion.guessing.column_names import VARIANT_LISTS, spellings
from retrieval.ingestion.guessing.column_values import Profile
from retrieval.ingestion.guessing.known_names import GROUP_NAMES
from retrieval.language.wording import word_set

_CHILDREN = frozenset({"configurablevariations", "groupedskus", "bundleskus"})
_ROW_TYPES = word_set(
    """
    simple variable variation grouped external virtual downloadable configurable bundle configurable_product product
    variant parent child giftcard physical digital
    """
)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which column names the product that a row is a variant of (`by`), which name the row itself (`own`), which lists
    its variants (`children`), and which is a list of variants inside the row (`each`); empty for none.
    """

    by: str = ""
    own: tuple[str, ...] = ()
    children: str = ""
    each: str = ""


def is_row_type(profile: Profile) -> bool:
    """Whether a column says what its row is for a shop's software, such as `simple`, `variable`, `variation`."""
    return bool(profile.texts) and profile.share(lambda text: set(text.lower().split(", ")) <= _ROW_TYPES) == 1


def grouping_of(profiles: Mapping[str, Profile], ids: Sequence[str]) -> Grouping | None:
    """How rows belong together, by the columns and those that may be ids; None where each is a product of its own."""
    each = next(
        (name.partition(".")[0] for name in profiles if name.partition(".")[0] in VARIANT_LISTS and "." in name), ""
    )
    if each:
        return Grouping(each=each)
    children = next((n for n in profiles if set(spellings(n)) & _CHILDREN and not profiles[n].is_empty), "")
    for name, profile in profiles.items():
        if profile.is_empty or not set(spellings(name)) & GROUP_NAMES:
            continue
        is_parent = "parent" in name.lower() or "vater" in name.lower()
        own = tuple(other for other in ids if other != name)
        if is_parent:
            return Grouping(name, own, children)
        if profile.distinct < len(profile.texts) or (len(profile.texts) < profile.rows and profile.rows > 1):
            return Grouping(name, (), children)
    if children:
        return Grouping("", tuple(ids), children)
    return _by_shared_id(profiles, ids)


def _by_shared_id(profiles: Mapping[str, Profile], ids: Sequence[str]) -> Grouping | None:
    """Rows that share an id are variants: sizes with an SKU each, or without any id of their own."""
    shared = [name for name in ids if {"productid", "itemid", "articlenumber", "handle"} & set(spellings(name))]
    shared = [name for name in shared if profiles[name].distinct > 1 and not profiles[name].tells_rows_apart]
    return Grouping(shared[0]) if shared else None
