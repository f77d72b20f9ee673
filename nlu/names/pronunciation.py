"""How an English text sounds, roughly: a string of sounds by spelling rules, and a coarser one for what ears confuse.

The rules are our own, in the manner of Metaphone (Philips, "Hanging on the Metaphone", Computer Language 7(12), 1990),
but they keep the vowels: of two misheard words the vowels are often what is left.
"""

import re
import unicodedata
from functools import lru_cache

from nlu.spoken.numbers import SMALL, TENS

# Spelling, in order of precedence, to sounds. Consonants stand for themselves except 0 th, S sh, C ch, J j, N ng;
# vowels are a e i(ee) o u and A(ay) I(eye) O(oh) U(oo) W(ow) Y(oy).
_RULES = (
    (r"\b(?:kn|gn|pn)", "n"),
    (r"\bwr", "r"),
    (r"\bps", "s"),
    (r"\brh", "r"),
    (r"\bx", "z"),
    (r"\bwho(?!l)", "hU"),
    (r"\bwhol", "hol"),
    (r"eign\b", "An"),
    (r"(?<=\w[^o\s])(?:our|or|ar)\b", "er"),
    (r"o[ou]r", "or"),
    (r"ea(?=d\b|ds|dp|ther)", "e"),
    (r"\bone\b", "wun"),
    (r"\beigh", "A"),
    (r"wh", "w"),
    (r"tch", "C"),
    (r"(?<=[aeiou])[st]ure\b", "Cer"),
    (r"ssion|[st]ion", "Sun"),
    (r"[ct]ia(?=[ln])", "Su"),
    (r"cious|tious", "Sus"),
    (r"sch", "sk"),
    (r"dge?(?=[rli]|\b)(?<=dge)|dj", "J"),
    (r"igh(?=t|\b)", "I"),
    (r"[ao]ught", "ot"),
    (r"ough\b", "O"),
    (r"augh", "af"),
    (r"gh(?=[aeiou])", "g"),
    (r"gh", ""),
    (r"ph", "f"),
    (r"sh", "S"),
    (r"ch(?=[rl])", "k"),
    (r"ch", "C"),
    (r"th", "0"),
    (r"ck|cq", "k"),
    (r"qu", "kw"),
    (r"q", "k"),
    (r"sc(?=[eiy])", "s"),
    (r"cc(?=[eiy])", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"c+", "k"),
    (r"gg", "g"),
    (r"g(?=e\b|es\b|ent|er\b|ia|ine)|\bg(?=[ei](?!t|v|f|r))", "J"),
    (r"ng(?=\b|s\b)", "N"),
    (r"n(?=k)", "N"),
    (r"x", "ks"),
    (r"mb\b", "m"),
    (r"(?<=[aeiou])s(?=[aeiou])", "z"),
    (r"j", "J"),
    (r"tt+", "t"),
    (r"ss+", "s"),
    (r"([bdfklmnprvz])\1+", r"\1"),
    # A silent e makes the vowel before it long.
    (r"(?<![aeiou])a(?=[bcdfgjklmnpqstvzJS]e(?:\b|s\b|d\b))", "A"),
    (r"(?<![aeiou])i(?=[bcdfgjklmnpqstvzJS]e(?:\b|s\b|d\b))", "I"),
    (r"(?<![aeiou])o(?=[bcdfgjklmnpqstvzJS]e(?:\b|s\b|d\b))", "O"),
    (r"(?<![aeiou])u(?=[bcdfgjklmnpqstvzJS]e(?:\b|s\b|d\b))", "U"),
    (r"(?<=[^aeiou\s])e(?=\b|s\b)(?<=\w\we)", ""),
    (r"(?<=[aeiouAIOU][bfgJklmnpqrsvzSC])ed\b", "d"),
    (r"ai|ay|ei(?!t)|ey(?=\w)|ae", "A"),
    (r"ee|ea|ie(?=\w)|ey\b|y\b(?<=\w\wy)|i\b", "i"),
    (r"oo|ew|ue\b|ui|ou(?=p)", "U"),
    (r"ou|ow(?=\w)", "W"),
    (r"ow\b|oa|oe|o\b", "O"),
    (r"oi|oy", "Y"),
    (r"au|aw", "o"),
    (r"ie\b|y\b", "I"),
    # "Yes" begins with a consonant.
    (r"\By|y(?![aeiouAIOUWY])", "i"),
    (r"a(?=r)", "o"),
    (r"[eiu]r", "er"),
)
_COMPILED = tuple((re.compile(pattern), sounds) for pattern, sounds in _RULES)
_LETTER_NAMES = {
    **dict(zip("abcdefghi", ("A", "bi", "si", "di", "i", "ef", "Ji", "AC", "I"), strict=True)),
    **dict(zip("jklmnopqr", ("JA", "kA", "el", "em", "en", "O", "pi", "kyU", "or"), strict=True)),
    **dict(zip("stuvwxyz", ("es", "ti", "yU", "vi", "dubulyU", "eks", "wI", "zi"), strict=True)),
}
_VOWELS = re.compile(r"[aeiouy]")
_COARSE = str.maketrans(
    {**dict(zip("pbtd0kgfvszSCJmnN", "PPTTTKKFFSSSSSNNN", strict=True)), **dict.fromkeys("aeiouAIOUWYhwy", None)}
)
_SMALL_WORDS = tuple(SMALL)
_TENS_WORDS = tuple(TENS)
_UNHEARD = re.compile(r"[^a-z\d.]|(?<!\d)\.|\.(?!\d)")
_RUN = re.compile(r"[a-z]+|\d+(?:\.\d+)?")


_LONGEST_KEPT = 48  # letters: of longer words, which are no names, nothing is remembered


def sounds_of(word: str) -> str:
    """The sounds of one word, number or model number, without stress: `phone` is fOn, `5` is fIv, `XM5` is eksemfIv."""
    return (_remembered_sounds if len(word) <= _LONGEST_KEPT else _sounds)(word)


def _sounds(word: str) -> str:
    runs = _RUN.findall(_UNHEARD.sub("", unicodedata.normalize("NFKD", word.lower())))
    return "".join(_letters_sound(run) if run.isalpha() else _number_sounds(run) for run in runs)


_remembered_sounds = lru_cache(maxsize=65536)(_sounds)


def _number_sounds(figures: str) -> str:
    """A number as it is said: `3.5` is three point five."""
    whole, _, decimals = figures.partition(".")
    said = [*number_words(whole), *(["point"] if decimals else []), *(_SMALL_WORDS[int(digit)] for digit in decimals)]
    return "".join(map(_letters_sound, said))


def _letters_sound(word: str) -> str:
    """A word by the rules; one letter, and what has no vowel, by the names of the letters."""
    if not _VOWELS.search(word) or len(word) == 1:
        return "".join(_LETTER_NAMES[letter] for letter in word)
    for pattern, sounds in _COMPILED:
        word = pattern.sub(sounds, word)
    return word


def coarse(sounds: str) -> str:
    """The consonants alone, voiced and voiceless, the hissing and the nasal ones as one: what noise leaves."""
    return sounds.translate(_COARSE)


def number_words(digits: str) -> list[str]:
    """How a number of a name is mostly said: 55 as one number, 256 and 1967 in pairs, 105 with `oh`, 2005 in full."""
    if len(digits) > 4 or digits.startswith("0"):
        return [_SMALL_WORDS[int(digit)] for digit in digits]
    value = int(digits)
    if value < 20:
        return [_SMALL_WORDS[value]]
    if value < 100:
        return [_TENS_WORDS[value // 10 - 2], *([_SMALL_WORDS[value % 10]] if value % 10 else [])]
    if value % 1000 == 0:
        return [*number_words(str(value // 1000)), "thousand"]
    head, tail = divmod(value, 100)
    if tail == 0:
        return [*number_words(str(head)), "hundred"]
    if tail < 10 and head % 10 == 0:
        return [*number_words(str(head // 10)), "thousand", _SMALL_WORDS[tail]]
    return [*number_words(str(head)), *(["oh"] if tail < 10 else []), *number_words(str(tail))]
