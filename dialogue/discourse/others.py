"""Hears that others are wanted than those that were shown: "any others?", "something else", "a different one"."""

import re
from collections.abc import Sequence

from retrieval.language.wording import STOP_WORDS, word_set

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?|[^\w\s]", re.UNICODE)
_OTHER = word_set("other others another alternative alternatives additional further")
_BEFORE_ELSE = word_set("anything something anyone anybody someone somebody what who where which one ones thing")
_BEFORE_DIFFERENT = word_set("a any some something anything find show me totally completely entirely")
_AFTER_MORE = word_set("like of from in with for please options choices results then")
_BEFORE_MORE = word_set("me no any some show list see have find suggest few two three the see are there")
_NOT_MORE = word_set("about information info details detail than")
_NOT_OTHER = word_set("than from between day time hand way side criteria criterion requirements conditions wishes")
_NEGATIONS = word_set("nothing not no never without don't dont doesn't isn't none neither")
_ENDS = word_set(". , ; ! ? and but")
_INSTEAD = {"another": "a", "others": "ones"}
# Words of a request for others that say nothing of what they are to be like.
_EMPTY = word_set(
    """
    find show give suggest recommend search look looking see list offer bring try check tell may might maybe
    perhaps option options choice choices result results recommendation recommendations suggestion suggestions
    possibility possibilities thing things item items one ones place places available left instead again still
    actually really like want need interested not no sure that this other others more else different please
    sorry ok okay yes great good nice cool thanks fine hmm oh well right interesting alright around here there
    similar such same kind something someone somebody anybody don't dont sort type meet meets fit fits match
    matches my requirement requirements criteria got now then next further aware
    """
)


def without_others(text: str) -> str | None:
    """Return `text` without the words that ask for others than were shown; None where it asks for none."""
    words = _WORD.findall(text)
    lower = [word.lower().replace("\u2019", "'") for word in words]
    places = [at for at in range(len(words)) if _asks_at(lower, at)]
    if not places:
        return None
    kept = [_INSTEAD.get(lower[at], "") if at in places else word for at, word in enumerate(words)]
    return re.sub(r"\s+([.,;!?])", r"\1", " ".join(filter(None, kept)))


def says_what(text: str) -> bool:
    """Return whether a request for others says anything of what they are to be like."""
    words = (word.lower().replace("\u2019", "'") for word in _WORD.findall(text))
    return any(word[0].isalnum() and word not in STOP_WORDS and word not in _EMPTY for word in words)


def _asks_at(words: Sequence[str], at: int) -> bool:
    word = words[at]
    before, after = (words[at - 1] if at else ""), (words[at + 1] if at + 1 < len(words) else "")
    if word in _OTHER:
        asks = after not in _NOT_OTHER and before != "each"
    elif word == "else":
        asks = before in _BEFORE_ELSE
    elif word == "different":
        asks = before in _BEFORE_DIFFERENT and after not in _NOT_OTHER
    elif word == "more":
        asks = _is_more_of_them(words, before, after, at)
    else:
        asks = word == "next" and before in ("the", "") and (not after or after in ("one", "ones", "please", "?"))
    return asks and not _is_denied(words, at)


def _is_more_of_them(words: Sequence[str], before: str, after: str, at: int) -> bool:
    if after in _NOT_MORE or (before == "me" and "tell" in words[:at]):
        return False
    is_of_things = after in _AFTER_MORE or not after or after in _ENDS or (len(after) > 3 and after.endswith("s"))
    return is_of_things and (before in _BEFORE_MORE or not before or before in _ENDS)


def _is_denied(words: Sequence[str], at: int) -> bool:
    """Whether the clause says that no others are wanted: "nothing else", "I do not need anything else"."""
    start = max((place for place in range(at) if words[place] in _ENDS), default=-1) + 1
    clause = words[start:at]
    return bool(clause) and any(
        word in _NEGATIONS and not (word == "no" and place == 0) for place, word in enumerate(clause)
    )
