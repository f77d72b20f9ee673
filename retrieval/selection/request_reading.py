"""Reads what a search request says: kinds, conditions, limits, an order, and wishes that only facts can grant."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from retrieval.conditions import Conditions, Kinds
from retrieval.document import PRODUCT
from retrieval.filtering import Filter
from retrieval.index.catalogue import Catalogue
from retrieval.index.name_index import NameIndex, tokens_of
from retrieval.language.concepts import Asked
from retrieval.language.wording import STOP_WORDS, stem, word_set
from retrieval.properties.limits import MONEY, Limit, limits_of
from retrieval.properties.verdicts import asks_yes_or_no
from retrieval.questions.wishes import Wishes, Words, wishes_of
from retrieval.selection.condition_reading import LITTLE_WORDS, ConditionReader, FoundConditions, negated_in
from retrieval.selection.goods import Goods
from retrieval.selection.kinds import KindReader, together
from retrieval.selection.same_words import thesaurus
from retrieval.selection.title_kinds import TitleKinds
from retrieval.values.value_index import ValueIndex
from retrieval.values.value_keys import form_of

LEFT_OUT = ","  # in the place of a word that was read as a kind or a condition
_POINTS_AT_ONE = word_set("it its this that")
_REQUEST = re.compile(
    r"\b(?:do you (?:have|sell|carry|stock|offer)|have you got|show me|looking for|i (?:want|need)|i'd like|find me|"
    r"i'm after|recommend|suggest|which|what|any|anything|list|search(?:ing)?|got any|are there|is there|give me|buy|"
    r"sell|find|visit|see an?|appointment|(?:would|i'd) (?:like|love|prefer)|hoping|wish)\b"
)
OF_ANY_KIND = re.compile(
    r"\b(?:do you (?:have|sell|carry|stock|offer)|have you got|show me|looking for|find me|list|got any|are there|"
    r"any|anything|something|which)\b"
)
_OF_ANY_THING = re.compile(
    rf"{OF_ANY_KIND.pattern}|\bis there\b"
    r"|\b(?:1|ones|another|somewhere|someone|somebody|anyone|anybody|anywhere|some|other|others)\b"
)
_CHOICE = re.compile(r"\bthe \w+ (?:\w+ )?1\b")  # "I'll take the green one" chooses among things said before
_ANY_THING = re.compile(r"\b(?:some|any)(?:thing|where|one|body)\b")
_DIRECTS = re.compile(
    r"\b(?:can|could|would|will) (?:you|we|i) (?:please |also |maybe )*"
    r"(?:find|search|look|check|try|show|recommend|suggest|list|see)\b"
)
_QUESTION = re.compile(r"(?:what(?! (?:can|do|have|has|takes|about)\b)|when|where|whose|how(?! about\b)|why)\b")
_STOCKED = re.compile(r"\b(?:in stock|available|on the shelf|right now|today|straight away|at the moment)\b")
# Words of a request that set no further wish.
_PLAIN_WORDS = word_set(
    """
    under below less than cheaper lower up to at most no more not within maximum max over above least between around
    euros pounds quid
    dollars dollar bucks cost costs costing price priced sell carry stock offer show looking find recommend suggest
    list search buy give product products store shop available kind kinds sort type types bigger larger smaller
    heavier lighter longer shorter weigh weighs weighing big dearest cheapest sorted order moment today now right
    after gift present anything something take takes allow allows accept accepts include includes made thing things
    item items place places article articles off
    """
)
_PAST = word_set("bought ordered broke broken returned received was were had did died stopped lost last")
_NO_WISHES = STOP_WORDS | {"not", "or", "without"}
_BETWEEN_WISHES = word_set("and with but that which in by for ,")
_ANYTHING = word_set("anything something thing things item items product products article articles place places")


@dataclass(frozen=True, slots=True)
class Request:
    """What a text asks for.

    `left` are its tokens without those that were read as kinds or conditions, which stood at `places`. `wishes` and
    `more` are words that facts must state. `kept` are labels of which what was set before holds on. `is_request` when
    it asks to be shown things, `is_of_any` when it is a search though it names neither a kind nor a brand.
    `has_facilities_alone` when it only names what something has: `with parking`.
    """

    text: str
    left: tuple[str, ...]
    places: frozenset[int]
    conditions: Conditions
    in_units: tuple[Limit, ...]
    wishes: tuple[Words, ...]
    more: Wishes
    ranking: Asked | None
    kept: tuple[str, ...]
    is_request: bool
    is_of_any: bool
    has_facilities_alone: bool

    @property
    def asks_for_any(self) -> bool:
        """Whether it asks for things of whatever kind that fit."""
        return bool(OF_ANY_KIND.search(self.text) or self.ranking or self.in_units or _has_price(self.conditions.only))


class RequestReader:
    """Reads requests against the values, categories and brands of one catalogue; thread-safe and without state."""

    def __init__(self, catalogue: Catalogue, names: NameIndex) -> None:
        self._catalogue = catalogue
        self._names = names
        values = ValueIndex(catalogue.rows)
        categories = catalogue.rows("SELECT DISTINCT category FROM category_words", ())
        self._kinds = KindReader(sorted(category for (category,) in categories), values)
        self._titles = TitleKinds(catalogue, names)
        self._conditions = ConditionReader(values, self._titles.count)
        self._has_prices, self._has_stock = (
            bool(catalogue.rows(f"SELECT 1 FROM documents WHERE {column} IS NOT NULL LIMIT 1", ()))
            for column in ("price", "in_stock")
        )

    def read(self, text: str, asked: Sequence[Asked], category: str | None = None, *, goes_on: bool = False) -> Request:
        """What `text` asks for; of `category` where it goes on with a search for that. `goes_on`: after a search."""
        tokens = tokens_of(text)
        normal = " ".join(tokens)
        named = self._kinds.read(tokens, negated_in(tokens))
        more = wishes_of(tokens, lambda token: _may_be_wish(token, [tokens[at] for at in named.places]))
        brands = [each for each in self._names.brands_of(tokens) if more.used.isdisjoint(each[0])][:1]
        branded = brands[0][0] if brands else ()
        taken = named.places | _places_of(branded, tokens)
        found = self._conditions.read(tokens, taken)
        by_word = self._titles.read([] if named.kinds else _telling(tokens, found), found.tests)
        kinds = named.kinds or ((by_word.kinds,) if by_word.kinds else ())
        if kinds or brands:
            taken |= {at for at, token in enumerate(tokens) if token in by_word.said}
            found = self._with_parts(tokens, found, taken, kinds)
        if kinds:
            found = self._of_kinds(found, kinds)
        read = named.places | found.places
        left = tuple(LEFT_OUT if at in read else token for at, token in enumerate(tokens))
        more = _unread(more, left)
        limits = [limit for limit in limits_of(normal) if self._is_limit(limit, left)]
        only = _filter_of(normal if self._has_stock else "", limits, brands[0][1] if brands else None)
        in_units = tuple(limit for limit in limits if limit.unit)
        ranking = next((each for each in asked if each.ranking and _ranks(each, normal, left)), None)
        plain = {*more.used, *MONEY, *by_word.said[:1], *branded, *_PLAIN_WORDS, *_units(in_units)}
        plain |= set(ranking.trigger.split()) if ranking else set()
        if named.kinds or found.tests:
            plain |= {token for token in left if token in LITTLE_WORDS or form_of(token) in thesaurus().kind_words}
        numbers = _numbers(only, in_units)
        wishes = _groups(
            left, lambda token: token not in plain | _NO_WISHES and (token.isalpha() or token not in numbers)
        )
        narrows = bool(brands or ranking or limits or only.in_stock) and not wishes
        if not kinds and narrows and category and _POINTS_AT_ONE.isdisjoint(tokens):
            before = self._titles.named(tokens_of(category)).kinds
            kinds = (before,) if before else ()
        wants = bool(named.kinds and found.tests) and not _is_question(normal) and _PAST.isdisjoint(tokens)
        sets = _sets(found, normal) and (goes_on or _ANY_THING.search(normal) is not None or self._is_all(left))
        return Request(
            normal,
            left,
            frozenset(read),
            Conditions(kinds, found.tests, only, found.freed),
            in_units,
            tuple(wishes),
            more,
            ranking,
            found.kept,
            is_request=bool(_REQUEST.search(normal) or limits or ranking or sets or wants),
            is_of_any=bool(more.alternatives) or sets or _is_of_anything(normal, only, ranking, wishes),
            has_facilities_alone=found.facilities_alone and not kinds and not _OF_SOME.search(normal),
        )

    def _is_all(self, left: Sequence[str]) -> bool:
        """Whether what was read is all that a text says, but for words of every request, names of labels, and a word
        more to a value: `London, England`.
        """
        over = [at for at, token in enumerate(left) if token != LEFT_OUT and not _says_nothing(token)]
        over = [at for at in over if not self._conditions.names_label(left[at])]
        return all(at > 0 and left[at - 1] == LEFT_OUT for at in over) and len(over) <= 1

    def _with_parts(
        self, tokens: Sequence[str], found: FoundConditions, taken: Collection[int], kinds: Sequence[Kinds]
    ) -> FoundConditions:
        """The conditions that were `found`, and those that name a value by some of its words where something has it."""
        more = self._conditions.with_parts(tokens, found, taken)
        goods = Goods(self._catalogue, Filter(PRODUCT), together(self._catalogue, kinds), None, more.tests)
        return more if more == found or goods.count() else found

    def _of_kinds(self, found: FoundConditions, kinds: Sequence[Kinds]) -> FoundConditions:
        """The conditions on what things of some kinds state at all: phones have no size "large"."""
        goods = Goods(self._catalogue, Filter(PRODUCT), together(self._catalogue, kinds))
        return found.without([test for test in found.tests if not goods.state(test.labels)])

    def _is_limit(self, limit: Limit, left: Sequence[str]) -> bool:
        """Whether a limit was not read as the number of something: `above 4 stars`; nor as a price where none is."""
        return bool(limit.unit or self._has_prices) and any(f"{end:g}" in left for end in (limit.low, limit.high))


_OF_SOME = re.compile(r"\b(?:1|ones|another|some\w+|any\w+|which|other|others|all)\b")


def _telling(tokens: Sequence[str], found: FoundConditions) -> list[str]:
    """The tokens that may be kinds."""
    return [
        LEFT_OUT if at in found.places or (found.tests and token in LITTLE_WORDS) else token
        for at, token in enumerate(tokens)
    ]


def _says_nothing(token: str) -> bool:
    is_of_any = token in STOP_WORDS or token in LITTLE_WORDS or token in _PLAIN_WORDS or token.endswith("n't")
    forms = {form_of(token), form_of(token.removesuffix("ing"))}
    return is_of_any or not forms.isdisjoint(thesaurus().kind_words)


def _may_be_wish(token: str, said: Sequence[str]) -> bool:
    """Whether a word may be one of two alternatives."""
    return token not in STOP_WORDS and token not in _PLAIN_WORDS and token not in said


def _places_of(part: Sequence[str], tokens: Sequence[str]) -> set[int]:
    """The places where the words of `part` stand together."""
    starts = [at for at in range(len(tokens)) if part and tuple(tokens[at : at + len(part)]) == tuple(part)]
    return {at for start in starts for at in range(start, start + len(part))}


def _unread(wishes: Wishes, left: Sequence[str]) -> Wishes:
    """The wishes that were not read as conditions."""
    alternatives = tuple(group for group in wishes.alternatives if all(set(words) <= set(left) for words in group))
    return Wishes(alternatives, tuple(words for words in wishes.excluded if set(words) <= set(left)))


def _ranks(asked: Asked, text: str, left: Sequence[str]) -> bool:
    """Whether a text ranks by `asked`: not `cheap` where that is a value, nor `cheaper than 5 dollars`."""
    return f"{asked.trigger} than" not in text and set(asked.trigger.split()) <= set(left)


def _sets(found: FoundConditions, text: str) -> bool:
    """Whether a text that names no kind of thing asks for what meets its conditions, and nothing about one thing."""
    if not found.tests or _CHOICE.search(text):
        return False
    return not _is_question(text) or _OF_ANY_THING.search(text) is not None


def _is_question(text: str) -> bool:
    """Whether a text asks something, other than to be shown things."""
    return bool((asks_yes_or_no(text) and not _DIRECTS.search(text)) or _QUESTION.match(text))


def _is_of_anything(text: str, only: Filter, ranking: Asked | None, wishes: Sequence[Words]) -> bool:
    """Whether all products are looked through: within a price, or for the first in some order."""
    return not wishes and (_sets_price(text, only) or (ranking is not None and not _ANYTHING.isdisjoint(text.split())))


def _groups(tokens: Sequence[str], is_wish: Callable[[str], bool]) -> list[Words]:
    """The wishes in `tokens`: words that one fact has to state together end at an `and` or a preposition."""
    groups: list[list[str]] = [[]]
    for token in tokens:
        if token in _BETWEEN_WISHES:
            groups.append([])
        elif is_wish(token):
            groups[-1].append(token)
    return [tuple(group) for group in groups if group]


def _filter_of(text: str, limits: Sequence[Limit], brand: str | None) -> Filter:
    """What `text` tests, as far as the catalogue's columns tell."""
    price = next((limit for limit in limits if not limit.unit), Limit(-inf, inf))
    return Filter(
        brand=brand,
        min_price=price.low if isfinite(price.low) else None,
        max_price=price.high if isfinite(price.high) else None,
        in_stock=True if _STOCKED.search(text) else None,
    )


def _has_price(only: Filter) -> bool:
    return only.min_price is not None or only.max_price is not None


def _sets_price(text: str, only: Filter) -> bool:
    """Whether `text` asks for anything within a price, and says that it is money."""
    return _has_price(only) and not MONEY.isdisjoint(stem(word) for word in text.split())


def _units(limits: Sequence[Limit]) -> set[str]:
    return {form for limit in limits for form in (limit.unit, limit.unit + "s", limit.unit + "es")}


def _numbers(only: Filter, limits: Sequence[Limit]) -> set[str]:
    amounts = (only.min_price, only.max_price, *(end for limit in limits for end in (limit.low, limit.high)))
    return {f"{amount:g}" for amount in amounts if amount is not None}
