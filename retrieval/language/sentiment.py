"""Tells praise from complaint in an English sentence, or in what it says about one thing.

It adds up what its words count: those near to the thing more, those of clauses that do not name it not at all, those
that a negation turns round with the other sign. `sentiment.json` holds what each word counts and names what that was
learnt from; `python -m benchmarks.opinions fit` makes it.
"""

import json
import math
import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from retrieval.errors import RetrievalError
from retrieval.language.wording import stem, word_set

GOOD = word_set(
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
BAD = word_set(
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
_NEGATIONS = word_set("not no never nor without hardly barely cannot neither nobody nothing none cant dont isnt wont")
_TURNS = word_set(
    "but however though although yet except while whereas unfortunately"
)  # what follows is another matter
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[,.;:!?]")
_ENDS = frozenset(".;:!?")
CHOSEN = ""  # the sign of the words chosen by hand: those of GOOD, less those of BAD
VERSION = 2  # of the signs; weights for another version are refused
NEGATION_REACH = 4  # words that a negation turns round
HALF_DISTANCE = 6  # words away from the thing, where a word counts half


def polarity(sentence: str, about: Collection[str] = (), counts: Mapping[str, float] | None = None) -> float:
    """Rate a sentence from -1, a complaint, to 1, praise; 0 where no word says either.

    `about`: stems of what is spoken of, none for everything. `counts`: what each word counts, where it is not what was
    learnt.
    """
    signs = signs_of(sentence, about)
    length = math.sqrt(sum(sign * sign for sign in signs.values()))
    counts = shipped() if counts is None else counts
    total = sum(counts.get(token, 0.0) * sign for token, sign in signs.items())
    return math.tanh(total / length) if total else 0.0


def signs_of(sentence: str, about: Collection[str] = ()) -> dict[str, float]:
    """How often and how near each word of `sentence` is said, less than 0 where it is negated; and CHOSEN."""
    tokens = _TOKEN.findall(sentence.lower().replace("\u2019", "'"))
    shares = _shares(tokens, [at for at, token in enumerate(tokens) if stem(token) in about])
    signs: dict[str, float] = {}
    negated_to = -1
    for at, (token, share) in enumerate(zip(tokens, shares, strict=True)):
        if not token[0].isalpha() or token == "but":
            negated_to = -1
        if token[0].isalpha() or token == "!":
            sign = -share if at <= negated_to else share
            signs[token] = signs.get(token, 0.0) + sign
            signs[CHOSEN] = signs.get(CHOSEN, 0.0) + sign * ((token in GOOD) - (token in BAD))
        if token in _NEGATIONS or token.endswith("n't"):
            negated_to = at + NEGATION_REACH
    return signs


def _shares(tokens: list[str], places: list[int]) -> list[float]:
    """Weigh each token by how near it is to the `places` that name a thing; 0 for its name, and in other clauses."""
    if not places:
        return [1.0] * len(tokens)
    clauses: list[int] = []
    for token in tokens:
        clauses.append((clauses[-1] if clauses else 0) + (token in _TURNS or token in _ENDS))
    named = {clauses[at] for at in places}
    shares = [1 / (1 + min(abs(at - place) for place in places) / HALF_DISTANCE) for at in range(len(tokens))]
    return [
        0.0 if at in places or clause not in named else share
        for at, (share, clause) in enumerate(zip(shares, clauses, strict=True))
    ]


@cache
def shipped() -> Mapping[str, float]:
    """Read what each word counts; raises RetrievalError when the file is of other signs."""
    held = json.loads(files("retrieval.language").joinpath("sentiment.json").read_text(encoding="utf-8"))
    if held["version"] != VERSION:
        raise RetrievalError("sentiment.json is of other signs; run `python -m benchmarks.opinions fit`")
    weights: Mapping[str, float] = held["weights"]
    return weights
