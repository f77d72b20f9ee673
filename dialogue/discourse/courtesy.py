"""Tells what a turn says from the courtesies around it: "no, sorry, I mean the Pro" says "the Pro"."""

import re

from retrieval.language.wording import STOP_WORDS, word_set

_CLAUSE = re.compile(r"[.,;:!?\n]+|\b(?:and|but)\b|\s-\s", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
# Words of which thanks, assent, refusals and farewells are made; none of them tells what is wanted.
_COURTEOUS = word_set(
    """
    no nope nah not never none nothing yes yeah yep yup sure alright right correct fine great good nice cool perfect
    excellent awesome amazing fantastic wonderful lovely brilliant super exactly absolutely definitely certainly
    thank thanks thankyou thx cheers appreciate appreciated appreciates grateful much many lot bunch kind kindly
    sorry apologies pardon welcome glad happy
    bye goodbye farewell later now today moment day evening night afternoon morning weekend time once again anyway
    sound sounds works work suits fits idea choice enjoy
    all everything anything else more further need needed needs want wanted required requirement asking ask hoping
    help helped helping helpful assist assistance service support info information answer
    done finished set settled over end stop leave enough forget mind never nevermind
    see take care talk go going
    think thought guess believe know knows understand understood see got gotten hear heard
    don't dont doesn't doesnt isn't isnt won't wont wouldn't can't cannot that'll thats that's it's its i'm im i'll
    you're you've i've i'd let's lets there's
    really actually very quite pretty too also just only still yet then so oh ah hmm hm uh um umm well
    confirm confirmed ahead proceed thankful ton though seems job obliged totally entirely accurate sweet book
    wow ok okay please sir madam buddy
    this that it they way thing things one while have had has been be was were is are am would will could should may
    might do does did at for of in on to
    hello hi hey dear greetings
    """
)
_SAYS_NOTHING = STOP_WORDS | _COURTEOUS
_QUESTIONS = word_set("what which how where when who whose why")
# Before what is meant: some need a comma after them, since they may begin a wish as well ("no wifi", "good shoes").
_SHORT = (
    r"no|nope|nah|yes|yeah|yep|sure|ok|okay|alright|right|great|good|fine|perfect|thanks|thank you|please|hi|hello|hey|"
    r"well|rather|cool|nice|not (?:that|this|it|them|the \w+)(?: ones?)?|that(?:'s| is) not (?:it|right|what i \w+)"
)
_TAKING_BACK = (
    r"(?:i(?:'m| am) )?sorry|oh|oops|wait|hang on|hold on|actually|i (?:actually |really )?meant?(?: to say)?(?! it)|"
    r"i was (?:thinking|talking) (?:of|about)|i (?:said|asked for|asked about)|my mistake"
)
_LEADING = re.compile(
    rf"^(?:\W*(?:(?:{_SHORT})(?=\s*[,.;:!-])|no(?= (?:i|sorry|wait|not|the|actually)\b)|(?:{_TAKING_BACK})\b)"
    r"[\s,.;:!-]*)+",
    re.IGNORECASE,
)
_CORRECTING = re.compile(
    rf"\b(?:{_TAKING_BACK}|rather|not (?:that|this|it|them|the \w+)(?: ones?)?)\b|^\W*(?:no|nope|nah)\b", re.IGNORECASE
)


def has_content(text: str) -> bool:
    """Return whether a turn says what is wanted, or asks for something, in addition to thanks, a yes or a no."""
    return any(_is_content(clause) for clause in _CLAUSE.split(text))


def without_lead(text: str) -> str:
    """Return a turn without the yes, no, sorry or thanks that it begins with; all of it where it has nothing else."""
    rest = _LEADING.sub("", text).strip()
    return rest if _WORD.search(rest) else text


def corrects(text: str) -> bool:
    """Return whether a turn begins by taking something back: "no, I mean ...", "sorry, ...", "not that, ..."."""
    lead = _LEADING.match(text)
    return lead is not None and _CORRECTING.search(lead[0]) is not None


def _is_content(clause: str) -> bool:
    words = [word.lower().replace("\u2019", "'") for word in _WORD.findall(clause)]
    if not _QUESTIONS.isdisjoint(words[:3]) and words[-1] not in _QUESTIONS - {"where", "when", "why"}:
        return True
    return any(word not in _SAYS_NOTHING for word in words)
