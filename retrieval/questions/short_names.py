"""Finds products that a text names by a part of what they are called, as long as few have that part: `the parka`."""

from collections.abc import Callable, Collection, Sequence

from retrieval.index.name_index import NameIndex
from retrieval.language.wording import STOP_WORDS, stem, word_set
from retrieval.questions.product_resolution import Mention

MAX_MEANT = 4  # products that one part of a name may mean; of more it names none
SCORE = 0.6  # of a mention: less than a name in full has
_DETERMINERS = word_set("the your this that these those")
_JOINTS = word_set("for of in with and by from de la le")  # words that may stand within a name that is said


class ShortNames:
    """Finds parts of names; thread-safe and without state."""

    def __init__(self, index: NameIndex, others: Collection[str], is_word: Callable[[str], bool]) -> None:
        """`others` are stems of words that mean a property when they stand alone: `the weight`. `is_word` says whether
        people have a word whatever this catalogue calls so: `the lake` is not the Lake House Radio.
        """
        self._index = index
        self._others = frozenset(others)
        self._is_word = is_word

    def find(self, tokens: Sequence[str], spoken_of: Collection[str] = ()) -> list[Mention]:
        """The products that a stretch of `tokens` means; none where it may mean many, or any other thing.

        `spoken_of` are stems of what is said of the product that the talk is about: they name no other one.
        """
        for start, token in enumerate(tokens):
            if token in _DETERMINERS and (found := self._from(tokens, start + 1, spoken_of)):
                return found
        for start in range(len(tokens)):
            found = self._from(tokens, start, spoken_of)
            said = tokens[start : found[0].end] if found else ()
            if len(said) > 1 and len(found) == 1 and not self._is_of_any(said):
                return found
        return []

    def narrowed(self, mentions: Sequence[Mention], tokens: Sequence[str]) -> list[Mention]:
        """Of products that one stretch of a text means equally, those of whose names it has most words."""
        if len({(mention.start, mention.end) for mention in mentions}) != 1 or len(mentions) == 1:
            return list(mentions)
        names = {mention.product_id: self._index.words_of(mention.product_id) for mention in mentions}
        said = {form for token in tokens for form in _forms(token)}
        shared = {product_id: len(name & said) for product_id, name in names.items()}
        return [mention for mention in mentions if shared[mention.product_id] == max(shared.values())]

    def _from(self, tokens: Sequence[str], start: int, spoken_of: Collection[str]) -> list[Mention]:
        """What the longest stretch from `start` means of which some names have all words."""
        meant: set[str] = set()
        kept: list[str] = []
        end = start
        for at in range(start, len(tokens)):
            token = tokens[at]
            if token in _JOINTS and kept:
                continue
            if token in STOP_WORDS:
                break
            found = self._index.products_with([_forms(word) for word in (*kept, token)])
            if not found:
                if kept and self._index.is_kind(stem(token)):
                    continue  # "the zebra cup": what kind of thing it is need not be in its name
                break
            kept.append(token)
            meant, end = found, at + 1
        most = 1 if len(kept) == 1 else MAX_MEANT
        if not self._says_which(kept, spoken_of) or len(meant) > most:
            return []
        return [Mention(product_id, SCORE, start, end) for product_id in sorted(meant)]

    def _is_of_any(self, said: Sequence[str]) -> bool:
        """Whether words only say what kind of thing is meant and who makes it: `any spade by Oakridge`."""
        telling = [token for token in said if token not in STOP_WORDS and token not in _JOINTS]
        return all(self._index.is_kind(stem(token)) or self._index.brands_of([token]) for token in telling)

    def _says_which(self, kept: Sequence[str], spoken_of: Collection[str]) -> bool:
        """Whether the words are a name: of several words one that is no number; a single one if it ends a title, or is
        no word but for that.
        """
        telling = [token for token in kept if not token.isdigit() and stem(token) not in spoken_of]
        if len(kept) > 1 or not telling:
            return bool(telling)
        (token,) = telling
        ends = any(self._index.word(form).lasts for form in _forms(token))
        return stem(token) not in self._others and (ends or not self._is_word(token))


def _forms(token: str) -> tuple[str, ...]:
    """How a word may stand in a name: as it is, in the plural, or in the singular."""
    return tuple(dict.fromkeys((token, stem(token), f"{token}s", f"{token}es")))
