"""Tells the words of the shop from the words of its products."""

from collections.abc import Callable, Iterable

from retrieval.document import Document
from retrieval.language.wording import content_words, stem


def stems_of(text: str) -> set[str]:
    """The stems of the words of `text` that carry meaning."""
    return {stem(word) for word in content_words(text)}


class ShopWords:
    """Words that stand in a question or heading about the shop and in nothing that is said of products.

    Who says "parcel" or "instalments" asks about the shop, even when a product is named. Thread-safe as `is_of_product`
    is, which says whether any product's passage has a word; it is asked only for words of headings.
    """

    def __init__(
        self, entries: Iterable[Document], concepts: Iterable[Document], is_of_product: Callable[[str], bool]
    ) -> None:
        headings = {stem(word): word for entry in entries for text in _headings(entry) for word in content_words(text)}
        asked = {word for concept in concepts for text in (concept.title, *concept.aliases) for word in stems_of(text)}
        self._words = {stemmed: word for stemmed, word in headings.items() if stemmed not in asked}
        self._is_of_product = is_of_product

    def are_in(self, stems: Iterable[str]) -> bool:
        """Whether one of `stems` is such a word."""
        return any(stemmed in self._words and not self._is_of_product(self._words[stemmed]) for stemmed in stems)


def _headings(entry: Document) -> Iterable[str]:
    return (entry.title, *entry.aliases, *(fact.label for fact in entry.facts))
