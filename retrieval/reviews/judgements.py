"""Tells a question about how good or how much a thing is, which customers answer, from one about what there is."""

import re
from collections.abc import Sequence
from itertools import pairwise

from retrieval.language.wording import stem, word_set

# Words that praise or blame, of which no record of a catalogue is a measure.
PRAISE = word_set(
    """
    good great nice excellent amazing awesome wonderful fantastic perfect lovely best better beautiful brilliant superb
    fine outstanding incredible impressive exceptional superior gorgeous stunning pretty attractive appealing charming
    elegant classy stylish scenic inspiring picturesque pleasant enjoyable clean spotless tidy hygienic neat comfortable
    comfy cosy cozy airy peaceful calm relaxing romantic lively fun interesting friendly welcoming polite
    kind helpful attentive courteous professional knowledgeable responsive prompt efficient tasty delicious flavorful
    flavourful yummy authentic generous ample reasonable reasonably fair convenient handy reliable dependable sturdy
    robust solid durable smooth easy simple intuitive accurate crisp worthwhile popular trustworthy modern
    fabulous terrific spectacular remarkable memorable decent adequate satisfactory satisfying exquisite magnificent
    splendid marvelous marvellous delightful breathtaking mouthwatering scrumptious delectable filling hearty sanitary
    pristine immaculate tranquil serene restful cheerful hospitable gracious respectful accommodating competent varied
    diverse plentiful sizable trendy upscale fancy luxurious refreshing worth
    """
)
BLAME = word_set(
    """
    bad poor terrible horrible awful worse worst disappointing mediocre ugly dull boring dirty filthy grubby messy
    stained smelly stinky musty dusty uncomfortable crowded busy hectic stuffy rude unfriendly impolite
    unhelpful arrogant inattentive bland tasteless greasy soggy stale salty overcooked undercooked overpriced
    annoying distracting disturbing difficult complicated confusing awkward clumsy flimsy fragile wobbly unstable
    unreliable inaccurate itchy scratchy outdated shabby rundown touristy dangerous sluggish laggy glitchy
    lousy dreadful lacking unpleasant unprofessional incompetent frustrating sketchy limited insufficient nasty gross
    """
)
# Words of more or less, which a record may be a measure of.
MEASURED = word_set(
    """
    big large huge small little tiny larger bigger smaller wide narrow tall short long heavy light thick thin fast quick
    slow hot cold warm cool soft hard firm rough sharp bright dark strong weak sweet spicy fresh central close far deep
    expensive cheap affordable pricey costly spacious roomy cramped quiet silent loud noisy
    """
)
_GOOD_MEASURES = word_set("big large huge wide fast quick warm bright strong fresh central spacious roomy quiet silent")
_GOOD_MEASURES |= word_set("cheap affordable soft")
_BAD_MEASURES = word_set("expensive pricey costly slow weak cramped loud noisy tiny rough")
LIKE = "like"
"""Said to be judged where a question asks what a thing is like."""
# Names of what customers judge, where a question asks for no more.
_QUALITIES = word_set("quality taste cleanliness hygiene atmosphere ambience ambiance vibe comfort hospitality noise")
_AFTER_VERB = word_set("to i you we they can could must should cannot can't don't")  # before a word used as a verb
_BEFORE_OBJECT = word_set("it them this that these those the my your")
_VERBS = word_set("clean calm smooth sharp cool warm light close quiet")  # which are verbs as well
_COMPOUND = word_set(
    "pet dog cat animal kid kids child children baby family eco environment environmentally planet wheelchair vegan "
    "vegetarian gay budget"
)  # before "friendly", which makes a property of it
# Questions for what a thing is like, or is said to be like.
_LIKENESS = re.compile(
    r"\bhow (?:is|are|was|were) (?:the|their|its) (?:\w+ ){0,2}\w+(?<!ed)"
    r"(?: (?:there|here|overall|at|in|of|on|from|like)\b|$)"
    r"|\b(?:what|how) (?:is|are|was|were) .*\blike\b|\b(?:known|famous|noted) (?:for|to)\b|\breputation\b"
    r"|\b(?:scores?|marks|grades?) for\b"
)
_PLEASED = (
    "great|good|perfect|nice|fine|lovely|excellent|wonderful|awesome|amazing|fantastic|brilliant|cool|interesting"
)
# What is said before the question itself: "yes, that sounds good, can you ..."
_ASSENT = re.compile(
    r"^(?:(?:ok|okay|yes|yeah|yep|no|sure|well|so|oh|alright|all right|thanks|thank you|great|good|perfect|nice|fine|"
    r"lovely|excellent|wonderful|awesome) )*"
    r"(?:(?:that|this|it|which|they|everything|one|both)"
    r"(?:'s| is| are| sounds?| looks?| seems?| would be| will be| works?) "
    rf"(?:(?:very|really|so|all|just|like|a|an|both) )*(?:{_PLEASED})\b)?"
)


def judged_in(tokens: Sequence[str]) -> list[str]:
    """The words of a question (normalised tokens) by which it asks for a judgement, in their order."""
    said = _ASSENT.sub("", " ".join(tokens)).split()
    words = [token for at, token in enumerate(said) if _is_judging(token) and not _is_other(said, at)]
    return words or ([LIKE] if _LIKENESS.search(" ".join(said)) else [])


def is_measured(word: str) -> bool:
    """Whether a record may say how much of it there is: `large`, and not `lovely`."""
    return word in MEASURED


def asks_how_much(word: str, tokens: Sequence[str]) -> bool:
    """Whether a question asks for an amount by a word: `how loud is it`."""
    return is_measured(word) and ("how", word) in pairwise(tokens)


def side_of(words: Sequence[str]) -> int:
    """Whether judging words are all praise (1) or all blame (-1); 0 where they are neither or both."""
    sides = {_side(word) for word in words}
    return sides.pop() if len(sides) == 1 else 0


def _side(word: str) -> int:
    return (word in PRAISE or word in _GOOD_MEASURES) - (word in BLAME or word in _BAD_MEASURES)


def _is_judging(token: str) -> bool:
    return token in PRAISE or token in BLAME or token in MEASURED or stem(token) in _QUALITIES


def _is_other(tokens: Sequence[str], at: int) -> bool:
    """Whether a word is used otherwise: as a verb (`how do I clean it`), or for a property (`pet friendly`)."""
    word, before = tokens[at], tokens[at - 1] if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word == "friendly":
        return before in _COMPOUND
    return word in _VERBS and before != "how" and (before in _AFTER_VERB or after in _BEFORE_OBJECT)
