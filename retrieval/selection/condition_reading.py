"""Reads which values, numbers and facilities a search sets as conditions, against the catalogue's own labels."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from math import inf, nextafter

from retrieval.conditions import Condition
from retrieval.language.quantities import quantity_of
from retrieval.language.units import unit_word
from retrieval.language.wording import STOP_WORDS, word_set
from retrieval.properties.limits import LESS, MORE
from retrieval.questions.wishes import places_of_not
from retrieval.selection.label_words import LabelWords
from retrieval.selection.same_words import thesaurus
from retrieval.selection.spans import Span, keys_at, spans_of
from retrieval.values.value_index import StatedValue, ValueIndex
from retrieval.values.value_keys import form_of, forms_in, value_key

MOST_TOKENS = 200  # of a text that are read
FAR = 5  # tokens before a number in which the name of what it counts may stand
NEAR = 3  # tokens between a label's name and its value
MOST_PARTLY = 60  # values that a word stands in and that may be meant by it
LONGEST_NOT, LONGEST_NEEDLESS = 4, 6  # tokens after a "not" or "need not" that belong to it
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_LEAST = re.compile(rf"\b(?:{MORE}|rated|minimum)(?: about| around| a)? $")
_MOST = re.compile(rf"\b(?:{LESS}|maximum)(?: about| around| a)? $")
_STRICTLY = re.compile(r"(?:than|over|above|under|below|beneath)(?: about| around| a)? $")
_OR_MORE = re.compile(r"(?:\w+ )?(?:or|and) (?:more|better|higher|above|up|over)\b|(?:\w+ )?(?:plus|upwards)\b")
_OR_LESS = re.compile(r"(?:\w+ )?(?:or|and) (?:less|lower|fewer|under|below)\b")
_ENDS_NOT = word_set("and or but with for please that which who though just only i")
_FREE = re.compile(
    r"\b(?:don't|do not|doesn't|does not|not|never) (?:really )?(?:care|mind|matter|important|fussy|picky)\b"
    r"|\b(?:no|any) preferences?\b|\bwhatever\b|\beither is fine\b|\bregardless\b|\bno matter\b"
)
_SAME = re.compile(r"\b(?:same|that|this)\b")
_NEEDLESS = re.compile(
    r"\b(?:don't|do not|doesn't|does not|needn't|need not) (?:really )?(?:need|have to|require|be)\b"
)
_ANY = re.compile(r"\b(?:any|every|whichever)\b(?: (?:kind|type|sort|part)\b)?(?: of)?(?: the)?")


@dataclass(frozen=True, slots=True)
class FoundConditions:
    """The tests that a text sets with the stretches that say so, the labels that it sets free, and those of which what
    was set before holds on: `in the same area`.
    """

    spans: tuple[tuple[Span, Condition], ...]
    tests: tuple[Condition, ...]
    freed: tuple[str, ...]
    kept: tuple[str, ...]
    facilities_alone: bool
    """Whether all tests are of labels that say whether there is something: `with parking`."""

    @property
    def places(self) -> frozenset[int]:
        """The places of the words that were read."""
        return frozenset(at for span, _ in self.spans for at in span.places)

    def without(self, tests: Collection[Condition]) -> "FoundConditions":
        """These less some tests and what they were read from."""
        labels = {test.labels for test in tests}
        spans = tuple((span, condition) for span, condition in self.spans if condition.labels not in labels)
        return replace(self, spans=spans, tests=tuple(test for test in self.tests if test not in tests))


@dataclass(frozen=True, slots=True)
class _Text:
    """The tokens of a text and their forms, the places of what a "not" belongs to, and of what need not be.

    `stated`: the values with the keys of its stretches, and with others that mean the same.
    """

    tokens: tuple[str, ...]
    forms: tuple[str, ...]
    negated: frozenset[int]
    needless: frozenset[int]
    stated: Mapping[str, Sequence[StatedValue]]


class ConditionReader:
    """Reads searches against the values and labels of one catalogue; thread-safe and without state."""

    def __init__(self, values: ValueIndex, count_of_kind: Callable[[str], int] = lambda token: 0) -> None:
        """`count_of_kind` says of how many things a word is the kind: where there are more than have it as a value, it
        is none.
        """
        self._values = values
        self._words = LabelWords(values.labels.values())
        self._count_of_kind = count_of_kind

    def read(self, tokens: Sequence[str], taken: Collection[int]) -> FoundConditions:
        """The conditions in `tokens` (numbers in digits) but for those at the places `taken`."""
        text = self._text(tokens[:MOST_TOKENS])
        used = set(taken)
        found: list[tuple[Span, Condition]] = []
        for read in (self._numbers, self._long_facilities, self._whole_values, self._facilities):
            for span, condition in read(text, used):
                found.append((span, condition))
                used.update(span.places)
        return self._found(text, found)

    def with_parts(self, tokens: Sequence[str], found: FoundConditions, taken: Collection[int]) -> FoundConditions:
        """The conditions that were `found`, and those that name a value by some of its words."""
        text = self._text(tokens[:MOST_TOKENS])
        used = {*taken, *found.places}
        more: list[tuple[Span, Condition]] = []
        for span, condition in self._parts_of_values(text, used):
            more.append((span, condition))
            used.update(span.places)
        return self._found(text, [*found.spans, *more]) if more else found

    def _found(self, text: _Text, found: Sequence[tuple[Span, Condition]]) -> FoundConditions:
        spans = sorted(found, key=lambda pair: pair[0].start)
        needless = [test for span, test in spans if span.start in text.needless]
        freed = set(self._freed(text)) | {label for test in needless for label in test.labels}
        tests = _together(text, [(span, test) for span, test in spans if span.start not in text.needless])
        tested = {label for test in tests for label in test.labels}
        alone = all(self._words.is_facility(label) for label in tested)
        return FoundConditions(tuple(spans), tests, tuple(sorted(freed - tested)), self._after(text, _SAME), alone)

    def _text(self, tokens: Sequence[str]) -> _Text:
        keys = {key for span in spans_of(tokens) for key in (*keys_at(tokens, span), *self._doing(tokens, span))}
        keys |= {value_key(token) for token in tokens} - {""}
        keys |= {other for key in keys for group in thesaurus().values.get(key, ()) for other in group.keys}
        stated: dict[str, list[StatedValue]] = {}
        for each in self._values.find(sorted(keys)):
            stated.setdefault(each.key, []).append(each)
        forms = tuple(map(form_of, tokens))
        negated = negated_in(tokens)
        if (
            list(tokens[:1]) == ["no"]
            and len(tokens) > 1
            and any(self._words.is_facility(label) for label in self._words.called(forms[1]))
        ):
            negated |= {1}  # "no pets", and not "no, I want ..."
        return _Text(tuple(tokens), forms, negated, _needless(tokens), stated)

    def names_label(self, token: str) -> bool:
        """Whether a word is a name of a label, or a form of one: `treats` where there are `species treated`."""
        return self._words.is_name(token)

    def _numbers(self, text: _Text, used: set[int]) -> Iterator[tuple[Span, Condition]]:
        """`4 star`, `at least 3 bedrooms`, `over 300 cm`: a number of what a label counts or measures."""
        for at, token in enumerate(text.tokens):
            if at in used or not _DIGITS.fullmatch(token):
                continue
            unit = quantity_of(f"1 {unit_word(text.tokens[at + 1]) or ''}") if at + 1 < len(text.tokens) else None
            after = [at + 1 + bool(unit)]
            before = list(takewhile(lambda place: place not in used, range(at - 1, at - 1 - FAR, -1)))
            near = [other for other in (*after, *before) if 0 <= other < len(text.tokens)]
            measured = self._words.measured_in(unit.unit) if unit else ()
            labels_at = {
                other: tuple(label for label in self._numeric(text.forms[other]) if not unit or label in measured)
                for other in near
            }
            named = next((other for other in near if labels_at[other]), None)
            if named is not None or (unit and len(measured) == 1):
                places = [at, *([named] if named is not None else []), *([at + 1] if unit else [])]
                span = Span(min(places), max(places) + 1)
                labels = labels_at[named] if named is not None else tuple(measured)
                yield span, self._bounded(text, span, at, labels, unit.value if unit else 1.0)

    def _numeric(self, form: str) -> tuple[str, ...]:
        return tuple(label for label in self._words.called(form) if label in self._words.numeric)

    def _bounded(self, text: _Text, span: Span, at: int, labels: tuple[str, ...], unit: float) -> Condition:
        """That the number at `at` is what a label says, or bounds it; `unit` is how much one of it is."""
        number = float(text.tokens[at]) * unit
        before, after = " ".join(text.tokens[:at]) + " ", " ".join(text.tokens[at + 1 :])
        is_least = _LEAST.search(before) or _OR_MORE.match(after)
        is_most = not is_least and (_MOST.search(before) or _OR_LESS.match(after))
        beyond = number if _STRICTLY.search(before) is None else nextafter(number, inf if is_least else -inf)
        low, high = None if is_most else beyond, None if is_least else beyond
        return Condition(labels, (), low, high, at not in text.negated, _said(text, span))

    def _whole_values(self, text: _Text, used: set[int]) -> Iterator[tuple[Span, Condition]]:
        """Stretches that are a value as it is written, or another word for one."""
        yield from self._named_values(text, used)
        for span in spans_of(text.tokens, used):
            if not used.isdisjoint(span.places) or _says_little(text.tokens, span):
                continue
            if stated := self._stated(text, span):
                yield span, self._stating(text, span, stated)

    def _named_values(self, text: _Text, used: set[int]) -> Iterator[tuple[Span, Condition]]:
        """Values right behind the name of their label, be they ever so short: `size M`."""
        for at in range(len(text.tokens) - 1):
            labels = self._words.called(text.forms[at])
            if not labels or at in used or at + 1 in used:
                continue
            found = [each for each in text.stated.get(value_key(text.tokens[at + 1]), ()) if each.label in labels]
            if found:
                yield Span(at, at + 2), self._stating(text, Span(at, at + 2), found)

    def _stated(self, text: _Text, span: Span) -> list[StatedValue]:
        """The values that may be meant at `span`."""
        for key in (*keys_at(text.tokens, span), *self._doing(text.tokens, span)):
            if found := [each for each in text.stated.get(key, ()) if not each.denies]:
                return [] if self._is_rather_kind(text, span, found) else found
            for group in thesaurus().values.get(key, ()):
                of_group = (each for other in group.keys for each in text.stated.get(other, ()))
                if found := [each for each in of_group if group.are_under(each.label)]:
                    return found
        return []

    def _is_rather_kind(self, text: _Text, span: Span, stated: Sequence[StatedValue]) -> bool:
        """Whether a word is the kind of more things than have it as a value."""
        count = self._count_of_kind(text.tokens[span.start]) if len(span.places) == 1 else 0
        return count > 0 and count > self._values.count(stated)

    def _doing(self, tokens: Sequence[str], span: Span) -> tuple[str, ...]:
        """What a word for doing something is made of: `boating`."""
        word = tokens[span.start]
        is_verb = len(span.places) == 1 and word.endswith("ing") and len(word) > LONGEST_NOT + 2
        return (word.removesuffix("ing"),) if is_verb and not self._words.called(form_of(word)) else ()

    def _stating(self, text: _Text, span: Span, stated: Sequence[StatedValue]) -> Condition:
        labels = list(dict.fromkeys(each.label for each in stated))
        near = [text.forms[at] for at in _around(span, len(text.tokens))]
        named = [label for label in labels if any(label in self._words.called(form) for form in near)]
        labels = named or labels
        keys = tuple(dict.fromkeys(each.key for each in stated if each.label in labels))
        return Condition(tuple(labels), keys, is_wanted=_is_wanted(text, span), said=_said(text, span))

    def _long_facilities(self, text: _Text, used: set[int]) -> Iterator[tuple[Span, Condition]]:
        """Names of several words of what a thing has: `child seat`."""
        for span, condition in self._facilities(text, used):
            if len(span.places) == len(forms_in(" ".join(condition.labels).replace("_", " "))) > 1:
                yield span, condition

    def _facilities(self, text: _Text, used: set[int]) -> Iterator[tuple[Span, Condition]]:
        """Names of what a thing has or allows: `with parking`, `takes pets`."""
        places: dict[str, list[int]] = {}
        for at, form in enumerate(text.forms):
            if at not in used and text.tokens[at] not in STOP_WORDS:
                places.setdefault(form, []).append(at)
        for facility in self._words.facilities:
            others = [word for word in facility.others if word in places]
            own = [next((word for word in sorted(words) if word in places), "") for words in facility.own]
            said = own if all(own) else others[:1]
            if not said:
                continue
            stand = [places[word][0] for word in said]
            span = Span(min(stand), max(stand) + 1)
            if span.end - span.start <= LONGEST_NOT and used.isdisjoint(span.places):
                yield span, self._having(text, span, facility.label)

    def _having(self, text: _Text, span: Span, label: str) -> Condition:
        """That the label says yes, or just that of its values which the words around say: `free parking`."""
        around = {text.forms[at] for at in (*span.places, *_around(span, len(text.tokens)))}
        own = set(forms_in(label.replace("_", " ")))
        exact = [
            each.key
            for each in self._values.of(label, MOST_PARTLY)
            if not each.denies and (said := set(forms_in(each.text)) - own) and said <= around
        ]
        wanted = _is_wanted(text, span)
        return Condition((label,), tuple(exact), is_wanted=wanted, said=_said(text, span))

    def _parts_of_values(self, text: _Text, used: set[int]) -> Iterator[tuple[Span, Condition]]:
        """Stretches of which one value or a few have all words: `asian` for `Asian Fusion`."""
        known = self._values.known_words(text.forms)
        for span in spans_of(text.tokens, used):
            forms = [text.forms[at] for at in span.places]
            is_name = all(self._words.called(form) or form in thesaurus().kind_words for form in forms)
            if not used.isdisjoint(span.places) or is_name or not known.issuperset(forms):
                continue
            if _says_little(text.tokens, span):
                continue
            found = [
                each
                for each in self._values.with_words(forms, MOST_PARTLY + 1)
                if not each.denies and each.number is None and not self._words.is_of_one(each.label)
            ]
            if 0 < len(found) <= MOST_PARTLY:
                yield span, self._stating(text, span, found)

    def _freed(self, text: _Text) -> tuple[str, ...]:
        """The labels that do not matter: `any part of town`, `I don't care about the price`."""
        is_free = _FREE.search(" ".join(text.tokens)) is not None
        everything = (label for form in text.forms for label in self._words.called(form)) if is_free else ()
        return (*everything, *self._after(text, _ANY))

    def _after(self, text: _Text, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """The labels whose names stand soon after a pattern."""
        said = " ".join(text.tokens) + " "
        starts = [said[: found.end() + 1].count(" ") for found in pattern.finditer(said)]
        near = [form for start in starts for form in text.forms[start : start + NEAR]]
        return tuple(dict.fromkeys(label for form in near for label in self._words.called(form)))


def _said(text: _Text, span: Span) -> str:
    return " ".join(text.tokens[at] for at in span.places)


def _around(span: Span, length: int) -> Iterator[int]:
    yield from range(max(span.start - NEAR, 0), span.start)
    yield from range(span.end, min(span.end + NEAR, length))


def _is_wanted(text: _Text, span: Span) -> bool:
    # A stretch that has the "not" in itself is another word for a value: "not expensive".
    return span.start not in text.negated


LITTLE_WORDS = word_set(
    """
    any anything something place places one ones other others else thing things good great nice best new kind
    type sort yes no none not please find show search look looking need want like also too same instead book
    booking reserve non without except necessity see trying try correct booked reserved sounds sound awesome
    perfect destination destinations beautiful fun cool interesting lovely decent number 1 free time day days
    night nights tonight today tomorrow now only just maybe perhaps actually sure really more most less least
    very much many under over about around near nearby close open available options option help have has had get
    got give people person persons trip visit visiting travel travelling traveling plan planning going go area
    town city price priced range rating rated star stars food cuisine part side name names information info list
    stuff event events somewhere someone anyone somebody anybody serves serving served serve offers offering
    recommend recommendation suggestion suggestions wondering wonder excited interested hoping love prefer
    preferably prefers possible possibly okay alright hello again check located location neighborhood
    neighbourhood district types style speak speaks speaking spoken make makes made come comes coming sell sells
    work works given gives both either kinda styles first second required requirement requirements criteria
    matching match meets
    """
)


def _says_little(tokens: Sequence[str], span: Span) -> bool:
    """Whether all words of a stretch are of every request, or numbers."""
    said = (tokens[at] for at in span.places)
    return all(token in LITTLE_WORDS or token in STOP_WORDS or _DIGITS.fullmatch(token) for token in said)


def negated_in(tokens: Sequence[str]) -> frozenset[int]:
    """The places of the words that a "not" belongs to."""
    places: set[int] = set()
    for start in places_of_not(tokens):
        if start == 1 and tokens[0] == "no":
            continue  # "No, I want ..." answers something
        for at in range(start, min(start + LONGEST_NOT, len(tokens))):
            if tokens[at] in _ENDS_NOT:
                break
            places.add(at)
    return frozenset(places)


def _needless(tokens: Sequence[str]) -> frozenset[int]:
    """The places of the words that say what need not be: `it doesn't have to have parking`."""
    said = " ".join(tokens) + " "
    starts = [said[: found.end() + 1].count(" ") for found in _NEEDLESS.finditer(said)]
    return frozenset(at for start in starts for at in range(start, start + LONGEST_NEEDLESS))


def _together(text: _Text, found: Sequence[tuple[Span, Condition]]) -> tuple[Condition, ...]:
    """The tests, with alternatives under the same labels as one test."""
    tests: list[tuple[Span, Condition]] = []
    for span, test in found:
        same = next((at for at, (_, other) in enumerate(tests) if _may_join(other, test)), None)
        if same is None:
            tests.append((span, test))
            continue
        before, other = tests[same]
        if "and" in text.tokens[before.end : span.start]:
            tests.append((span, test))
        else:
            values = tuple(dict.fromkeys((*other.values, *test.values)))
            tests[same] = span, replace(other, values=values, said=f"{other.said} or {test.said}")
    return tuple(dict.fromkeys(test for _, test in tests))


def _may_join(first: Condition, second: Condition) -> bool:
    both = first.values and second.values and first.is_wanted and second.is_wanted
    return bool(both) and first.labels == second.labels
