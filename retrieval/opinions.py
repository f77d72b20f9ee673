"""Says what reviews say: how many there are at each rating, and a sentence or two in their own words."""

import re
from collections import Counter
from collections.abc import Sequence

from retrieval.document import Document
from retrieval.passage import Passage
from retrieval.wording import content_words, sentences, stem, word_set

_PEOPLE = r"(?:people|customers|users|buyers|owners|others|everyone|anyone|anybody|someone|somebody)"
_SAY = r"(?:say|saying|said|think|thinking|like|liked|feel|complain\w*|mention\w*|love|loved)"
_ASKS = re.compile(
    r"\b(?:reviews?|reviewed|reviewers?|ratings?|rated|opinions?|feedback|stars?|recommended|complaints?|"
    rf"{_PEOPLE} (?:\w+ ){{0,2}}{_SAY}|(?:do|does|did|has|have|are|is) (?:any |some |other )?{_PEOPLE} |"
    r"is it any good|any good|worth (?:it|buying|the money))\b"
)
_ABOUT_REVIEWS = word_set(
    """
    review reviewer rating rated opinion feedback star people customer user buyer owner say saying think thinking
    like feel complain complaint good worth buying other everyone anyone mention love money recommend recommended
    said summarise summary happy
    """
)
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def asks_for_opinions(text: str) -> bool:
    """Whether `text` (normalised) asks what customers think."""
    return _ASKS.search(text) is not None


def aspect_of(text: str) -> set[str]:
    """Stems of what the opinions are asked about; empty for the product as a whole."""
    return {stem(word) for word in content_words(text)} - _ABOUT_REVIEWS


def counts_by_rating(title: str, reviews: Sequence[Document]) -> str:
    """`Of 5 reviews of the Pulse Buds 2, three give five stars, one gives four and one gives two.`"""
    counts = sorted(Counter(review.rating for review in reviews).items(), reverse=True)
    if len(reviews) == 1:
        return f"The one review of the {title} gives {_stars(reviews[0].rating)}."
    first, *rest = (
        f"{_number(count)} {'gives' if count == 1 else 'give'} {_number(rating)}" for rating, count in counts
    )
    first += " stars" if counts[0][0] > 1 else " star"
    listed = " and ".join(filter(None, (", ".join((first, *rest[:-1])), *rest[-1:])))
    return f"Of {len(reviews)} reviews of the {title}, {listed}."


def quotes(passages: Sequence[Passage], aspect: set[str], limit: int) -> list[tuple[str, str]]:
    """Review ids with the sentence of each that says most about `aspect`; those that mention it come
    first.
    """
    picked = []
    for rank, passage in enumerate(passages):
        parts = sentences(passage.text)
        shared = [len({stem(word) for word in content_words(part)} & aspect) for part in parts]
        best = max(range(len(parts)), key=lambda at: (shared[at], -at))
        picked.append((-shared[best], rank, passage.id, parts[best]))
    picked.sort()
    telling = [item for item in picked if item[0] < 0] or picked
    return [(passage_id, sentence) for _, _, passage_id, sentence in telling[:limit]]


def _number(value: int) -> str:
    return _NUMBERS[value] if value < len(_NUMBERS) else str(value)


def _stars(rating: int) -> str:
    return f"{_number(rating)} {'star' if rating == 1 else 'stars'}"
