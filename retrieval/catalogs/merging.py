"""Makes one product of those that two sources have of it; where they disagree, both values stay, with the source."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.catalogs.matching import Match
from retrieval.document import PRODUCT, Document, Fact
from retrieval.language.wording import slug_of, words


@dataclass(frozen=True, slots=True)
class Catalog:
    """The documents of one source, products and all else, and the name that its values are given."""

    source: str
    documents: Sequence[Document]

    @property
    def products(self) -> list[Document]:
        """The products alone."""
        return [document for document in self.documents if document.kind == PRODUCT]


def merge(left: Catalog, right: Catalog, matches: Iterable[Match]) -> Iterator[Document]:
    """Everything of both, and each product of several that matches join once, under the first one's id.

    Reviews follow their product. A document of the right whose id is taken on the left gets its source's name before
    its own.
    """
    taken = {document.id for document in left.documents}
    renamed = {document.id: _free_id(document.id, taken, right.source) for document in right.documents}
    kept = _kept_ids(left, matches, renamed)
    groups: dict[str, list[tuple[str, Document]]] = {}
    for catalog, names in ((left, {}), (right, renamed)):
        for document in catalog.documents:
            own, about = (names.get(name, name) for name in (document.id, document.about))
            moved = replace(document, id=own, about=kept.get(about, about))
            groups.setdefault(kept.get(own, own), []).append((catalog.source, moved))
    for (_, first), *others in groups.values():
        for source, other in others:
            first = joined(first, other, source)
        yield first


def _free_id(document_id: str, taken: set[str], source: str) -> str:
    kind, _, name = document_id.partition(":")
    return f"{kind}:{slug_of(source)}-{name}" if document_id in taken else document_id


def _kept_ids(left: Catalog, matches: Iterable[Match], renamed: Mapping[str, str]) -> dict[str, str]:
    """For each product that matches join, the id that stays: that of the first of them on the left."""
    order = {document.id: at for at, document in enumerate(left.documents)}
    kept: dict[str, str] = {}
    for found in sorted(matches, key=lambda found: order[found.left_id]):
        theirs = renamed[found.right_id]
        # What already belongs to one of the two belongs to both.
        first, second = kept.get(found.left_id, found.left_id), kept.get(theirs, found.left_id)
        stays, goes = sorted((first, second), key=order.__getitem__)
        kept |= {member: stays for member, root in kept.items() if root == goes}
        kept |= {found.left_id: stays, theirs: stays}
    return kept


def joined(ours: Document, theirs: Document, source: str) -> Document:
    """`ours` with what `theirs` adds. A value that differs becomes a fact of its own: `price at buy`."""
    names = {name.lower(): name for name in (theirs.title, *theirs.aliases) if name.lower() != ours.title.lower()}
    aliases = (*ours.aliases, *(name for key, name in names.items() if key not in {a.lower() for a in ours.aliases}))
    added = [fact for fact in _facts(ours, theirs, source) if ours.fact(fact.slug) is None]
    return replace(
        ours,
        text=ours.text or theirs.text,
        brand=ours.brand or theirs.brand,
        category=ours.category or theirs.category,
        aliases=aliases,
        facts=(*ours.facts, *added),
    )


def _facts(ours: Document, theirs: Document, source: str) -> Iterator[Fact]:
    """Their facts that ours lacks, and those that contradict ours under the source's name."""
    for fact in theirs.facts:
        own = ours.fact(fact.slug)
        if own is None:
            yield fact
        elif words(own.text) != words(fact.text):
            yield _of_source(source, fact.label, fact.text, fact.number)
    for label in ("brand", "category"):
        own_text, text = getattr(ours, label), getattr(theirs, label)
        if own_text and text and words(own_text) != words(text):
            yield _of_source(source, label, text)
    if ours.text and theirs.text and words(ours.text) != words(theirs.text):
        yield _of_source(source, "description", theirs.text)


def _of_source(source: str, label: str, text: str, number: float | None = None) -> Fact:
    named = f"{label} at {source}"
    return Fact(slug_of(named), named, text, number)
