"""Makes a question that stands by itself out of a turn that points back at what was said before."""

from dataclasses import dataclass, replace

from dialogue.discourse.others import says_what, without_others
from dialogue.discourse.pointing import pointed_at
from dialogue.discourse.state import Discourse, full_id
from retrieval.filtering import Filter
from retrieval.question import Question


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a turn asks; `is_about_ours` where it points at what was listed or searched here, whatever its intent."""

    question: Question
    is_about_ours: bool


def resolve(text: str, state: Discourse, said_before: Filter | None = None, last_reply: str = "") -> Resolved:
    """Return what `text` asks after all that `state` remembers."""
    question = Question(text, state.focus, state.told, said_before, last_reply, search=state.search)
    if pointed := pointed_at(text, state.listed, state.focus and full_id(state.focus)):
        return Resolved(replace(question, text=pointed.text, product_id=pointed.thing), True)
    rest = without_others(text)
    if rest is not None and state.shown:
        return Resolved(_for_others(question, rest, state), True)
    return Resolved(question, False)


def _for_others(question: Question, rest: str, state: Discourse) -> Question:
    if says_what(rest) or not state.search:
        return replace(question, text=rest, without=state.shown)
    *before, last = state.search
    return replace(question, text=last, search=tuple(before), without=state.shown)
