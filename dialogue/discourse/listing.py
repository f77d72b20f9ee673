"""Hears that a turn is about several of the things that were listed: which of them, any of them, they, the cheapest."""

import re

from retrieval.question import Description

_OF_THEM = r"of (?:them|those|these|the (?:two|three|four|five|lot)|both)"
_SEVERAL = re.compile(
    rf"\bwhich ones?\b|\b{_OF_THEM}\b|\b(?:both|either one|neither one)\b|"
    r"\b(?:the|these|those) (?:two|three)\b|\bthe (?:first|last) (?:two|three)\b|"
    r"\bcompare (?:them|these|those)\b|\bbetween (?:them|these|those)\b",
    re.IGNORECASE,
)
_THEY = re.compile(
    r"\b(?:do|does|are|have|can|will|would|did|were|all|any|of|about) (?:they|them|these|those)\b|"
    r"^(?:(?:and|so|but|ok|okay|then|well) )*(?:they|these|those) \w+",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:(?:and|so|but|ok|okay|then|well|hmm|now) )*which(?: is| are| has| have| ones?| was| would| can| does|"
    r" do| comes?| works?| costs?| weighs?| \w+s\b)",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"\bthe (?:(?:most|least|very) )?(?:\w{2,}est|best|worst|most \w+|least \w+|\w{2,}er(?= ones?\b| of\b))\b",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(
    r"\bthe (?P<before>(?!other\b|next\b|first\b|second\b|third\b|fourth\b|fifth\b|last\b|same\b|only\b|new\b)"
    r"(?:[\w'-]+ ){1,3}?)ones?\b(?! (?:with|that|who|from|in|for|by)\b)"
    r"|\b(?:the|that) ones? (?:with(?: the| a| an)?|that (?:has|is|comes in)(?: a| an| the)?|from|in|for|by) "
    r"(?P<after>[\w' -]+?)(?=\s*(?:$|[?!.,;])| (?:is|has|does|cost|costs|weigh|come|have|look|fit|work)\b)",
    re.IGNORECASE,
)

_ANY_SUCH = re.compile(
    r"\W*(?:an? |one (?:with|in|that is|from|for) )(?P<words>[\w'-]+(?: [\w'-]+){0,2}?)(?: one)?(?: then| please)*\W*",
    re.IGNORECASE,
)


def is_about_list(text: str, is_spoken_of: bool) -> bool:
    """Return whether a turn surely speaks of the things that were listed: `which of them`, `do they`.

    `is_spoken_of`: whether one thing was spoken of since, which is `they` as well.
    """
    return _SEVERAL.search(text) is not None or (not is_spoken_of and _THEY.search(text) is not None)


def may_be_about_list(text: str) -> bool:
    """Return whether a turn may choose among the things that were listed: `which has a lid`, `the cheapest`."""
    return _WHICH.search(text) is not None or _SUPERLATIVE.search(text) is not None


def described_in(text: str) -> Description | None:
    """Return how a turn describes one of the things that were listed, such as `the blue one`, if it does."""
    found = _DESCRIBED.search(text)
    if found is None:
        any_such = _ANY_SUCH.fullmatch(text)
        return Description(any_such["words"].strip(), "it", is_certain=False) if any_such else None
    said = (found["before"] or found["after"]).strip()
    return Description(said, f"{text[: found.start()]}it{text[found.end() :]}") if said else None
