"""Whether an answer states the value of a fact: its words, its numbers, and amounts in any unit."""

import math
import re
from collections.abc import Iterator

from retrieval.document import Document, Fact
from retrieval.language.quantities import quantity_of
from retrieval.language.units import written_out
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import NUMBER_WORDS, sentences, with_digits, words
from retrieval.properties.verdicts import truth_of

SHARE_OF_WORDS = 0.8  # of a value's words that an answer has to have
TOLERANCE = 0.01  # of an amount in another unit: 1 pound is 454 grams
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DENIES = re.compile(r"\b(?:no|not|none|without|cannot|\w+n't)\b")


def states(product: Document, fact: Fact, text: str) -> bool:
    """Whether `text`, an answer about `product`, states the value of `fact`.

    All its numbers have to be there, or the same amounts in other units: both ends of a range. Of its words most have
    to be; of a value in several sentences, one sentence is enough. A mere yes or no is stated by a text that denies
    or does not. The product's name states nothing.
    """
    said = re.sub(re.escape(product.title), " ", text, flags=re.IGNORECASE)
    truth = truth_of(fact)
    if truth is not None:
        return truth != bool(_DENIES.search(said.lower()))
    return any(_says(part, said) for part in (fact.text, *sentences(fact.text)))


def _says(value: str, said: str) -> bool:
    tokens = set(with_digits(words(written_out(value))))
    numbers = set(_numbers(value))
    others = {word for word in stems_of(written_out(value)) if word.isalpha() and word not in NUMBER_WORDS}
    if not numbers and not others:
        return bool(tokens) and tokens <= set(words(said))
    if numbers <= set(_numbers(said)):
        return len(others & _stems(said)) >= SHARE_OF_WORDS * len(others)
    return bool(numbers) and _same_amount(value, said)


def _stems(text: str) -> set[str]:
    """The stems of `text`, its units both as they are written and in words."""
    return stems_of(text) | stems_of(written_out(text))


def _numbers(text: str) -> Iterator[float]:
    return (float(token) for token in with_digits(words(written_out(text))) if _NUMBER.fullmatch(token))


def _same_amount(value: str, said: str) -> bool:
    """Whether `value` is one amount, and `said` begins with the same in another unit."""
    wanted, found = quantity_of(written_out(value)), quantity_of(written_out(said))
    if len(list(_numbers(value))) != 1 or wanted is None or found is None:
        return False
    return wanted.unit == found.unit and math.isclose(wanted.value, found.value, rel_tol=TOLERANCE)
