"""Tells from its words whether what somebody said so far is finished, to know how long to wait for more.

English is judged by how it ends: a sentence does not end in an article, a conjunction or a filler. Of other languages
only the punctuation is looked at. Nothing is learnt here, and a judgement takes microseconds.
"""

import re
from enum import Enum


class Completeness(Enum):
    """What the words say about more words to come."""

    COMPLETE = "complete"
    UNDECIDED = "undecided"
    UNFINISHED = "unfinished"


# How a recogniser marks what breaks off, and what is whole; brackets and quotes may stand after it.
_BROKEN_OFF = re.compile(r"(\.{2,}|[…,،、，:;；\-–—])[\"'”’)\]]*$")
_HABITS = frozenset(["...", "…", ","])
_CLOSED = re.compile(r"(?<!\.)[.!?][\"'”’)\]]*$")
_SENTENCE_START = re.compile(r"(?<=[.!?])\s+(?=\S)")
_WORD = re.compile(r"[$€£]?[^\W_]+(?:['’\-.,:/][^\W_]+)*%?")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Nothing ends in these: articles, conjunctions, fillers, subjects.
_WAITING = _set(
    "a an the my your our their every very quite such which whose lots and or but nor because although though unless "
    "whether if while whereas than since i we he she they what's um uh uhm umm erm er ehm hmm mm"
)
# Nor in these, save in a question that has moved what belongs after them to its front.
_STRANDED = _set(
    "of to with from at for into onto under about between during without against toward towards per via until upon "
    "among beside besides regarding versus i'm you're we're they're he's she's i've you've we've they've i'd you'd "
    "we'd they'd i'll you'll we'll they'll how tell let put find"
)
# More may follow these or not: particles, words in place of a noun or before one, bare sizes, verbs with an object.
_OPEN = _set(
    "in on off out up down over by around through across along near behind above below inside outside after before as "
    "like so then that who whom what when where why there's it's that's some any all each other another both more most "
    "less few many much several no not his her its this these those be do have had won't can't don't doesn't didn't "
    "isn't aren't just only even also maybe perhaps actually basically well anyway small large big medium tall short "
    "long single double triple extra light dark new old current first second next kind sort type lot pair couple bunch "
    "piece know get make set add say give bring buy call use take hear let's"
)
_ASKING = _set("what which who whom whose when where why how")
_PRONOUNS = _set("i you he she it we they there this that")
_SUBJECTS = _PRONOUNS | {"to"}
_BEING = _set("is are was were am")
# They need a verb or more after them, and seldom end a sentence.
_LEADING = _BEING | _set("has would should could must might shall can will does did may")
_AUXILIARIES = _LEADING | _set("do have had")
# Requests up to where what is wanted belongs, and questions up to what they are about.
_REQUESTS = _set(
    "i-want we-want i-need we-need i'd-like would-like i'd-love would-love was-wondering am-looking i'm-looking "
    "give-me get-me make-me show-me bring-me find-me tell-me remind-me let-me can-i-have could-i-have may-i-have "
    "can-i-get could-i-get may-i-get i-think i-mean you-know"
)
_QUESTIONS = _set("how-many what-kind what-sort what-type")
# What comes before a subject, so that "if you" goes on and "thank you" need not.
_CLAUSE_STARTS = _ASKING | _set("if because although though unless whether while than and but or")
# Short answers and commands that are whole turns.
_WHOLE = _set(
    "yes yeah yep yup no nope nah ok okay sure thanks cheers hello hi hey bye goodbye stop cancel help next back "
    "repeat continue pause resume play right correct exactly please sorry nevermind nothing none never"
)
# Between a number and its noun they stay singular: "a 16 ounce coffee".
_UNITS = _set("ounce pound inch foot dollar gallon litre liter gigabyte hour minute day week month year")
_CODES = _set("number code pin id reference zip postcode serial account")
_DIGITS = _set("zero oh one two three four five six seven eight nine")
_SHORTEST_CODE = 4


def judge_completeness(text: str, language: str = "en") -> Completeness:
    """Whether a transcript, punctuated as the recogniser heard it, looks like all that was to be said.

    `language`: its code, such as `en`. Text without a word is undecided.
    """
    text = text.strip()
    if not _WORD.search(text):
        return Completeness.UNDECIDED
    if _breaks_off(text):
        return Completeness.UNFINISHED
    if language != "en":
        return Completeness.UNDECIDED
    words = _words(text)
    if _is_number(words[-1]) and not _counts_alone(words):
        return _judge_number(words)
    last = _words(_SENTENCE_START.split(text)[-1])
    return _judge_sentence(last or words, closed=_CLOSED.search(text) is not None)


def _breaks_off(text: str) -> bool:
    """Whether the text ends in a mark for that. Whisper ends as it marked a pause before, which tells nothing."""
    found = _BROKEN_OFF.search(text)
    if found is None:
        return False
    return found[1] not in _HABITS or found[1] not in text[: found.start()]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’", "'"))


def _judge_sentence(words: list[str], *, closed: bool) -> Completeness:
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if last in _PRONOUNS and before in _AUXILIARIES:
        return _judge_turned(words)
    if last in _WAITING or _lacks_noun(words) or f"{before}-{last}" in _QUESTIONS:
        return Completeness.UNFINISHED
    if (last in _PRONOUNS and before in _CLAUSE_STARTS) or (last in _AUXILIARIES and before in _ASKING):
        return Completeness.UNFINISHED
    if _is_request(words) or last in _STRANDED:
        return Completeness.UNDECIDED if _asks(words) else Completeness.UNFINISHED
    if last in _LEADING and not _is_time(words):
        return Completeness.UNDECIDED if _may_close(words) else Completeness.UNFINISHED
    if len(words) == 1:
        return Completeness.COMPLETE if last in _WHOLE else Completeness.UNDECIDED
    return Completeness.COMPLETE if closed and last not in _OPEN else Completeness.UNDECIDED


def _judge_turned(words: list[str]) -> Completeness:
    """Of a sentence that ends in an auxiliary and its subject, as questions begin."""
    if len(words) > 2 and words[-3] in _SUBJECTS:
        return Completeness.UNDECIDED  # "how can I do it": a verb with its object
    if _asks(words):  # "how much is it", but "how much does it"
        return Completeness.COMPLETE if words[-2] in _BEING else Completeness.UNFINISHED
    # "Could you" waits for its verb; "it is new, is it" does not.
    return Completeness.UNFINISHED if len(words) == 2 else Completeness.UNDECIDED


def _lacks_noun(words: list[str]) -> bool:
    return len(words) > 1 and words[-1] in _UNITS and _is_number(words[-2]) and words[-2] not in ("1", "one")


def _is_time(words: list[str]) -> bool:
    return words[-1] == "am" and len(words) > 1 and words[-2][0].isdecimal()


def _is_request(words: list[str]) -> bool:
    return "-".join(words[-2:]) in _REQUESTS or "-".join(words[-3:]) in _REQUESTS


def _asks(words: list[str]) -> bool:
    """Whether what belongs after the last word may stand before it: "what is it for"."""
    return not _ASKING.isdisjoint(words[:-1])


def _may_close(words: list[str]) -> bool:
    """Whether an auxiliary may be the end: "tell me where it is", "yes it is", but not "where is it my name is"."""
    asked_before = len(words) > 2 and words[0] in _ASKING and words[1] in _AUXILIARIES
    return (_asks(words) and not asked_before) or (len(words) > 1 and words[-2] in _PRONOUNS)


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in _DIGITS


def _counts_alone(words: list[str]) -> bool:
    """Whether the last word is a number in words that counts something: "a table for two", "the blue one"."""
    if words[-1] not in _DIGITS or len(words) == 1 or _is_number(words[-2]):
        return False
    return words[-1] == "one" or _CODES.isdisjoint(words)


def _judge_number(words: list[str]) -> Completeness:
    """Codes are read out in groups: a few digits of one are not its end, and no number is sure to be."""
    digits, rest = 0, list(words)
    while rest and _is_number(rest[-1]):
        word = rest.pop()
        digits += len(word) if word.isdecimal() else 1
    named = rest[:-1] if rest and rest[-1] == "is" else rest
    is_code = bool(named) and named[-1] in _CODES and digits > 1  # "number two" may be a choice
    return Completeness.UNFINISHED if is_code and digits < _SHORTEST_CODE else Completeness.UNDECIDED
