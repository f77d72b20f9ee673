"""Tells the words of the shop from the words of its products."""

from collections.abc import Iterable

from retrieval.document import Document
from retrieval.wording import content_words, stem


def stems_of(text: str) -> set[str]:
    """The stems of the words of `text` that carry meaning."""
    return {stem(word) for word in content_words(text)}


def shop_words(entries: Iterable[Document], others: Iterable[Document]) -> frozenset[str]:
    """Stems that stand in a question or heading of `entries` and nowhere in `others`, the products and concepts.

    Who says "parcel" or "instalments" asks about the shop, even when a product is named.
    """
    shop = {word for entry in entries for text in _headings(entry) for word in stems_of(text)}
    known = {
        word
        for document in others
        for text in (document.title, document.text, *document.aliases, *_statements(document))
        for word in stems_of(text)
    }
    return frozenset(shop - known)


def _headings(entry: Document) -> Iterable[str]:
    return (entry.title, *entry.aliases, *(fact.label for fact in entry.facts))


def _statements(document: Document) -> Iterable[str]:
    return (f"{fact.label} {fact.text}" for fact in document.facts)
