"""Tells praise from complaint in a sentence of an English review."""

from retrieval.wording import word_set, words

_GOOD = word_set(
    """
    good great excellent amazing awesome wonderful fantastic perfect perfectly love loved loves lovely best better
    beautiful brilliant superb nice fine easy easily easier simple comfortable comfy sturdy solid reliable quick fast
    crisp clear clearly sharp bright quiet happy pleased satisfied glad delighted impressed impressive recommend
    recommended worth bargain enjoy enjoyed enjoyable joy pleasant smooth smoothly light lightweight handy useful
    helpful friendly fresh delicious tasty warm rich stunning outstanding favorite favourite fun cool astonishing
    works worked well thanks thank survived survive lasts fits fit durable strong generous elegant genius silky
    cheerful grand decent content incredible superior flawless affordable soft steady
    """
)
_BAD = word_set(
    """
    bad poor poorly terrible horrible awful worst worse disappointing disappointed disappointment hate hated hates
    broke broken breaks break failed fails fail failure useless worthless waste wasted junk crap garbage rubbish
    cheaply flimsy uncomfortable hurt hurts ache ached painful painfully slow slowly loud noisy heavy weak dim dull
    flat thin tinny sharp hot rash itch crackle crackles rattle rattles creaks squeaks scratches scratch scratched
    peels leak leaks dead died dies die drop drops dropped problem problems trouble issue issues difficult hard
    complicated confusing annoying annoyed distracting nuisance expensive overpriced costly return returned refund
    unreliable unhappy unfortunately sadly mediocre bland rude dirty cold stale late lack lacks lacking missing wrong
    defective faulty stopped stuck stutter lost loses loses avoid never nothing worn mad tears joke toy shame
    unacceptable ridiculous horrendous lousy sucks sucked stupid pale fades drains empty nervous regret squeeze clamp
    """
)
_NEGATIONS = word_set(
    """
    not no never nor without hardly barely cannot can't don't doesn't didn't isn't wasn't won't wouldn't couldn't
    aren't weren't haven't hasn't cant dont doesnt didnt isnt wasnt wont neither nobody nothing too
    """
)
_TURNS = frozenset({"but", "however", "though", "although"})
NEGATION_REACH = 3  # words that a negation turns round
LAST_WORD_WEIGHT = 1.5  # what follows "but" is what is meant


def polarity(sentence: str) -> float:
    """From -1, a complaint, to 1, praise; 0 where no word tells."""
    balance = weight = 0.0
    factor = 1.0
    tokens = words(sentence)
    for at, token in enumerate(tokens):
        factor = LAST_WORD_WEIGHT if token in _TURNS and at else factor
        value = _value(token)
        if value:
            is_turned = not _NEGATIONS.isdisjoint(tokens[max(at - NEGATION_REACH, 0) : at])
            balance += factor * (-value if is_turned else value)
            weight += factor
    return balance / weight if weight else 0.0


def _value(token: str) -> int:
    return (token in _GOOD) - (token in _BAD)
