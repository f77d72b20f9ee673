"""Finds kinds of things by a word of a category, or by the last words of titles, where no category is called so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.conditions import Condition, Kinds
from retrieval.document import PRODUCT
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex
from retrieval.language.wording import STOP_WORDS, stem
from retrieval.selection.goods import Goods

LEAST_SHARED = 0.2  # of all titles must end as others do, for their ends to say what kinds of things they are
MOST_OF_ALL = 0.6  # of all products: a word for so many says nothing
MANY = 200  # products, of which a kind has more than one
# Words for kinds of things that no catalogue agrees on, and the catalogue words for the same.
_OTHER_WORDS = {
    "earphone": ("earbud", "headphone"),
    "bud": ("earbud",),
    "headset": ("headphone", "headset"),
    "mobile": ("phone",),
    "smartphone": ("phone",),
    "cellphone": ("phone",),
    "cell": ("phone",),
    "notebook": ("laptop",),
    "computer": ("laptop",),
    "telly": ("tv",),
    "television": ("tv",),
    "display": ("monitor",),
    "ereader": ("reader",),
    "smartwatch": ("watch",),
    "powerbank": ("charger", "tank"),
    "wearable": ("watch", "wearable"),
    "controller": ("pad", "gaming"),
}


@dataclass(frozen=True, slots=True)
class WordKinds:
    """The words that name kinds, and what they name, None when there are none; and whether categories have them."""

    said: tuple[str, ...] = ()
    kinds: Kinds | None = None
    is_of_category: bool = False


class TitleKinds:
    """Knows the words of categories and titles; thread-safe and without state."""

    def __init__(self, catalogue: Catalogue, names: NameIndex) -> None:
        self._catalogue = catalogue
        self._names = names
        self._count = Goods(catalogue, Filter(PRODUCT)).count()
        self._titles_say_kinds = names.share_of_shared_endings() >= LEAST_SHARED

    def read(self, tokens: Sequence[str], tests: Sequence[Condition] = ()) -> WordKinds:
        """The kinds that single words name, but for a word that here says none: of all that there is, of titles that
        end each in its own way, or of nothing that passes `tests`, as the end of `New York city` is.
        """
        found = self.named(tokens)
        return WordKinds() if found.kinds and self._says_nothing(found, found.kinds, tests) else found

    def count(self, token: str) -> int:
        """Of how many things a word is the kind, as the last word of their titles or a word of their category."""
        names = (stem(token), *_OTHER_WORDS.get(stem(token), ()))
        kinds = Kinds(tuple(self._names.categories_of(names)), tuple(self._names.endings_of(names)))
        if not kinds.categories and not (kinds.endings and self._titles_say_kinds):
            return 0
        return Goods(self._catalogue, Filter(PRODUCT), kinds).count()

    def named(self, tokens: Sequence[str]) -> WordKinds:
        """The kinds that single words name."""
        said: list[str] = []
        categories: list[str] = []
        endings: list[str] = []
        is_of_category = False
        for token in dict.fromkeys(tokens):
            if token in STOP_WORDS or not token.isalpha():
                continue
            names = (stem(token), *_OTHER_WORDS.get(stem(token), ()))
            of_titles, of_categories = self._names.endings_of(names), self._names.categories_of(names)
            if of_titles or of_categories:
                said.append(token)
                is_of_category |= bool(of_categories)
                endings += of_titles
                categories += [each for each in of_categories if not self._is_parted(each, of_titles)]
        kinds = Kinds(tuple(categories), tuple(endings), said=" ".join(said)) if said else None
        return WordKinds(tuple(said), kinds, is_of_category)

    def _says_nothing(self, found: WordKinds, kinds: Kinds, tests: Sequence[Condition]) -> bool:
        if not self._titles_say_kinds and not found.is_of_category:
            return True
        count = Goods(self._catalogue, Filter(PRODUCT), kinds).count()
        if count >= MOST_OF_ALL * self._count or (count == 1 and self._count >= MANY and not found.is_of_category):
            return True
        return bool(tests) and not Goods(self._catalogue, Filter(PRODUCT), kinds, None, tests).count()

    def _is_parted(self, category: str, endings: Sequence[str]) -> bool:
        """Whether titles say which products are meant: "Tablets and Readers" are not all tablets."""
        return bool(endings) and _is_of_several(category) and self._names.is_said_by_titles(category, endings)


def _is_of_several(category: str) -> bool:
    return re.search(r"\band\b|&|,|/", category.split(" > ")[-1]) is not None
