"""Cuts documents into the passages that are found and quoted."""

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.document import CONCEPT, FAQ, POLICY, PRODUCT, Document, Fact
from retrieval.language.wording import sentences


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage before it is indexed.

    `text` is what is quoted. The keyword search reads `title`, `text` and `aliases`; each of `meanings` gets a vector
    of its own, and the passage is as near to a question as its nearest vector.
    """

    id: str
    document_id: str
    kind: str
    title: str
    text: str
    aliases: str
    meanings: tuple[str, ...]


def cut(document: Document) -> Iterator[Chunk]:
    """The passages of `document`, at least one, in a fixed order."""
    if document.kind == PRODUCT:
        yield _product_summary(document)
        yield from (_product_fact(document, fact) for fact in document.facts)
    elif document.kind == POLICY:
        if document.text:
            yield _section(document, Fact("", "", document.text))
        yield from (_section(document, fact) for fact in document.facts)
    elif document.kind == FAQ:
        questions = (document.title, *document.aliases)
        yield _chunk(document, document.text, aliases=" ".join(document.aliases), meanings=(*questions, document.text))
    elif document.kind == CONCEPT:
        # Without words, so that the keyword search counts none of them.
        yield Chunk(document.id, document.id, CONCEPT, "", "", "", document.aliases)
    else:
        yield _chunk(document, document.text, meanings=(f"{document.title}. {document.text}".lstrip(". "),))


def _chunk(document: Document, text: str, *, meanings: tuple[str, ...], aliases: str = "", slug: str = "") -> Chunk:
    passage_id = f"{document.id}#{slug}" if slug else document.id
    return Chunk(passage_id, document.id, document.kind, document.title, text, aliases, meanings)


def _product_summary(document: Document) -> Chunk:
    kind_of_thing = " ".join((document.brand, *reversed(document.category.split(" > ")))).strip()
    aliases = " ".join((*document.aliases, kind_of_thing))
    meanings = (f"{document.title}, {kind_of_thing}. {document.text}",)
    return _chunk(document, document.text, aliases=aliases, meanings=meanings)


def _product_fact(document: Document, fact: Fact) -> Chunk:
    text = f"{document.title}: {fact.label} {fact.text}"
    return _chunk(
        document,
        text,
        aliases=" ".join(document.aliases),
        meanings=(text, f"{document.title}: {fact.label}"),
        slug=fact.slug,
    )


def _section(document: Document, section: Fact) -> Chunk:
    heading = f"{document.title}: {section.label}" if section.label else document.title
    meanings = (f"{heading}. {section.text}", *sentences(section.text))
    return _chunk(document, section.text, aliases=section.label, meanings=meanings, slug=section.slug)
