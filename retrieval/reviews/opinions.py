"""Says what reviews say: how many there are at each rating, and a sentence or two in their own words."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from retrieval.document import Document
from retrieval.language.sentiment import polarity
from retrieval.language.vocabulary import stems_of
from retrieval.language.wording import content_words, sentences, stem, word_set

_PEOPLE = (
    r"(?:people|reviewers|customers|users|buyers|owners|guests|visitors|readers|diners|travellers|others|"
    r"every(?:one|body)|any(?:one|body)|some(?:one|body))"
)
_SAY = r"(?:say|saying|said|think|thinking|like|liked|dislike|hate|feel|complain\w*|mention\w*|love|loved)"
_ASKS = re.compile(
    r"\b(?:reviews?|reviewed|reviewers?|ratings?|rated|opinions?|feedback|stars?|recommended|complaints?|"
    rf"{_PEOPLE} (?:\w+ ){{0,2}}{_SAY}|pros|cons|advantages?|drawbacks?|weaknesses|strengths|downsides?|"
    rf"{_PEOPLE} (?:happy|satisfied|find)|(?:do|does|did|has|have|are|is) (?:any |some |other )?{_PEOPLE} |"
    r"is it any good|any good|worth (?:it|buying|the money))\b"
)
_ABOUT_REVIEWS = word_set(
    """
    review reviewer rating rated opinion feedback star people customer user buyer owner say saying think thinking
    like feel complain complaint good worth buying other everyone anyone mention love money recommend recommended
    said and or but dislike disliked hate summarise summary happy satisfied find found trouble problem anything
    according folk guest visitor reader diner traveller pro con advantage drawback weakness strength downside
    """
)
CLEAR = 0.5  # polarity from which a sentence's own words say whether it is praise
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def asks_for_opinions(text: str) -> bool:
    """Whether `text` (normalised) asks what customers think."""
    return _ASKS.search(text) is not None


def aspect_of(text: str) -> list[str]:
    """The words that say what the opinions are asked about; none for the product as a whole."""
    return [word for word in content_words(text) if stem(word) not in _ABOUT_REVIEWS]


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


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one review says in a sentence, and whether that is praise (above 0) or a complaint (below 0)."""

    review_id: str
    sentence: str
    leaning: float


def opinion_in(review: Document, sentence: str, about: Collection[str] = ()) -> Opinion:
    """What a review says in one of its sentences, or in its title, which is quoted with the first of them.

    `about`: stems of what is spoken of, where only what is said of that counts.
    """
    said = polarity(sentence, about)
    if sentence == review.title:
        sentence = " ".join((f"{sentence.rstrip('.')}.", *sentences(review.text)[:1]))
    return Opinion(review.id, sentence, said if abs(said) >= CLEAR else (review.rating - 3) / 2 or said)


def opinions_of(reviews: Sequence[Document], aspect: set[str]) -> list[Opinion]:
    """For each review that speaks of `aspect` (stems) the sentence that says most about it; all reviews without one."""
    found = []
    for review in reviews:
        parts = sentences(review.text) or [review.title]
        shared = [len(stems_of(part) & aspect) for part in parts]
        best = max(range(len(parts)), key=lambda at: (shared[at], -at))
        if shared[best] or not aspect:
            found.append(_opinion(review, parts[best], aspect))
        elif stems_of(review.title) & aspect:
            found.append(_opinion(review, f"{review.title.rstrip('.')}. {parts[0]}", aspect))
    return found


def _opinion(review: Document, sentence: str, aspect: set[str]) -> Opinion:
    """Words decide whether it is praise; where they do not say it clearly, the stars, unless those do not either."""
    said = polarity(sentence, aspect) if aspect else 0.0  # the stars are for the whole
    return Opinion(review.id, sentence, said if abs(said) >= CLEAR else (review.rating - 3) / 2 or said)


def both_sides(opinions: Sequence[Opinion], limit: int) -> list[Opinion]:
    """At most `limit` opinions, praise and complaints in turn, the clearest first."""
    praise = sorted((each for each in opinions if each.leaning > 0), key=lambda each: -each.leaning)
    complaints = sorted((each for each in opinions if each.leaning <= 0), key=lambda each: each.leaning)
    turns = [each for pair in zip(praise, complaints, strict=False) for each in pair]
    rest = [*praise[len(complaints) :], *complaints[len(praise) :]]
    return [*turns, *rest][:limit]


def counts_by_leaning(title: str, total: int, opinions: Sequence[Opinion]) -> str:
    """`Of 7 reviews of the Pulse Buds 2, three speak of that: two with praise and one critically.`"""
    praise = sum(each.leaning > 0 for each in opinions)
    complaints = sum(each.leaning < 0 for each in opinions)
    sides = [
        f"{_number(count)} {what}" for count, what in ((praise, "with praise"), (complaints, "critically")) if count
    ]
    speak = "speaks" if len(opinions) == 1 else "speak"
    count = f"Of {total} reviews of the {title}, {_number(len(opinions))} {speak} of that"
    if total == 1:
        count = f"The one review of the {title} speaks of that"
        sides = [side.partition(" ")[2] for side in sides]
    return f"{count}: {' and '.join(sides)}." if sides else f"{count}."


def quoted(opinions: Sequence[Opinion]) -> str:
    """`One says: "..." Another says: "..."`"""
    return " ".join(
        f"{'One' if at == 0 else 'Another'} says: {in_quotes(each.sentence)}" for at, each in enumerate(opinions)
    )


def in_quotes(sentence: str) -> str:
    """A sentence between quotation marks, with the sign that ends it."""
    return f"“{sentence if sentence.endswith(('!', '?')) else sentence.rstrip('.') + '.'}”"


def _number(value: int) -> str:
    return _NUMBERS[value] if value < len(_NUMBERS) else str(value)


def _stars(rating: int) -> str:
    return f"{_number(rating)} {'star' if rating == 1 else 'stars'}"
