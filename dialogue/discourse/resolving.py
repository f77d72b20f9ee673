"""Makes a question that stands by itself out of a turn that points back at what was said before."""

import re
from dataclasses import dataclass, replace

from dialogue.discourse.comparing import compared_in
from dialogue.discourse.courtesy import corrects, has_content, without_lead
from dialogue.discourse.listing import described_in, is_about_list, may_be_about_list
from dialogue.discourse.others import says_what, without_others
from dialogue.discourse.pointing import pointed_at
from dialogue.discourse.state import Discourse, full_id
from retrieval.filtering import Filter
from retrieval.language.wording import STOP_WORDS, stem, word_set, words
from retrieval.question import Question

_GOES_ON = re.compile(r"(?:(?:and|or|but|so|then)\b\s*)+|(?:what|how) (?:about|of)\b", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:it|this|that)\b", re.IGNORECASE)
_HOLDS = re.compile(
    r"\b(?:does|is|do|will|would) (?:that|this|it|the same) (?:also |too |even )?(?:go|apply|hold|count|work|"
    r"true|valid|the same|so|include|cover|for)\b|"
    r"\b(?:same|that|valid|true) (?:(?:go(?:es)?|appl(?:y|ies)|holds?|counts?) )?(?:for|with)\b",
    re.IGNORECASE,
)
_ASKING = word_set("do does is are have has show what which how where when who can could i you we want need find")
_FREES = re.compile(
    r"\b(?:don't|do not|doesn't|does not|not) (?:really )?(?:care|mind|matter|fussy|important)\b|\bno preference\b|"
    r"\b(?:any|either|whatever) (?:\w+ )?(?:is|are|will be|would be|works) (?:fine|ok|okay|good|alright)\b",
    re.IGNORECASE,
)
MOST_NAMING = 4  # words that name something and ask for nothing else
_YES = re.compile(
    r"^\W*(?:(?:oh|ok|okay|well|yes|yeah|yep|yup|sure|please|of course|go on|go ahead|certainly|definitely|"
    r"i (?:do|would|want to|would like that)|i'd (?:like|love) (?:that|to)|that would be (?:good|great|nice|fine)|do|"
    r"alright|all right|why not|gladly|thanks|thank you|tell me|show me|both)\b\W*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a turn asks; `is_about_ours` where it points at what was listed or searched here, whatever its intent."""

    question: Question
    is_about_ours: bool


def takes_offer(text: str, state: Discourse) -> bool:
    """Return whether a turn is a yes to what the last answer offered, or chooses between what it asked about."""
    return (state.offers_more and bool(_YES.search(text))) or _chosen(text, state) is not None


def resolve(text: str, state: Discourse, said_before: Filter | None = None, last_reply: str = "") -> Resolved:
    """Return what `text` asks after all that `state` remembers."""
    question = Question(
        text, state.focus, state.told, said_before, last_reply, state.search, among=state.listed, wider=state.wider
    )
    if chosen := _chosen(text, state):
        return Resolved(replace(question, text=state.open, product_id=chosen), True)
    if state.offers_more and _YES.search(text):
        return Resolved(_for_others(question, "more", state), True)
    said = text if state == Discourse() else without_lead(text)
    question = replace(question, text=said, again=_again(text, said, state))
    if pointed := pointed_at(said, state.listed, state.focus and full_id(state.focus)):
        again = state.asked if not has_content(_POINTS.sub("", pointed.text)) else ""
        return Resolved(replace(question, text=pointed.text, product_id=pointed.thing, again=again), True)
    compared = compared_in(said)
    if compared and (state.listed or state.focus) and not is_about_list(said, is_spoken_of=True):
        return Resolved(replace(question, compared=compared), True)
    rest = without_others(said)
    if rest is not None and state.shown:
        return Resolved(_for_others(question, rest, state), True)
    if state.entry and _is_whether_it_holds(said):
        return Resolved(replace(question, entry=state.entry), True)
    return _among_listed(question, state)


def _is_whether_it_holds(said: str) -> bool:
    """Whether a turn asks of something whether the rule told last holds for it, or only names something."""
    if _HOLDS.search(said):
        return True
    begun = _GOES_ON.match(said)
    rest = words(said[begun.end() :]) if begun else []
    return 0 < len(rest) <= MOST_NAMING and _ASKING.isdisjoint(rest)


def _again(text: str, said: str, state: Discourse) -> str:
    """The question that is asked of another thing where the turn goes on from it, or takes something back."""
    return state.asked if corrects(text) or _GOES_ON.match(said) else ""


def _among_listed(question: Question, state: Discourse) -> Resolved:
    """The question about what was listed, where it may be about that."""
    if _frees(question.text, state):
        return Resolved(replace(question, product_id=None), True)
    two = state.pair()
    if two and is_about_list(question.text, is_spoken_of=True):
        return Resolved(replace(question, among=two, is_among=True, wider=()), True)
    if len(state.listed) < 2:
        return Resolved(question, False)
    described = described_in(question.text)
    surely = is_about_list(question.text, state.focus is not None)
    again = question.again
    if described and not has_content(_POINTS.sub("", described.text)):
        again = state.asked if described.is_certain else ""
    may_be = may_be_about_list(question.text)
    among = replace(question, is_among=surely, may_be_among=may_be, described=described, again=again)
    return Resolved(among, surely or described is not None)


def _frees(text: str, state: Discourse) -> bool:
    """Whether a turn takes a wish of the search back: "any area is fine"."""
    return bool(state.search) and _FREES.search(text) is not None


def _for_others(question: Question, rest: str, state: Discourse) -> Question:
    if says_what(rest) or not state.search:
        return replace(question, text=rest, without=state.shown)
    *before, last = state.search
    return replace(question, text=last, search=tuple(before), without=state.shown)


def _chosen(text: str, state: Discourse) -> str | None:
    """The thing that was chosen of those that the last answer asked about."""
    if not state.choices:
        return None
    ids = tuple(product_id for product_id, _ in state.choices)
    if pointed := pointed_at(text, ids, ids[-1] if "other" in text else None):
        return pointed.thing
    said = {stem(word) for word in words(text) if word not in STOP_WORDS}
    names = {product_id: {stem(word) for word in words(title)} for product_id, title in state.choices}
    common = set.intersection(*names.values())
    named = [product_id for product_id in ids if said & (names[product_id] - common)]
    return named[0] if len(named) == 1 and said <= names[named[0]] | {"mean", "meant", "first"} else None
