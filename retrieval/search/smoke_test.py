"""Whether an index that was just opened finds what it holds: the smoke test before it takes a server over."""

from retrieval.errors import IndexUnusableError
from retrieval.filtering import Filter
from retrieval.index.manifest import REBUILD
from retrieval.passage import Passage
from retrieval.search.retriever import HybridRetriever

PASSAGES = 5
LEAST_FOUND = 0.6  # passages that say the same as many others need not find themselves
LIMIT = 10
LEAST_SCORE = 0.5  # below it the vectors speak against the passage, and its words alone were found


def try_search(retriever: HybridRetriever) -> None:
    """Raise IndexUnusableError unless most of a few passages, searched by their own words, are found."""
    findable = retriever.catalogue.select(Filter()).positions.tolist()
    places = sorted({len(findable) * part // PASSAGES for part in range(PASSAGES)})
    passages = retriever.catalogue.passages({findable[place]: 0.0 for place in places if findable})
    lost = [passage.id for passage in passages if passage.id not in _found(retriever, passage)]
    if len(lost) > (1 - LEAST_FOUND) * len(passages):
        raise IndexUnusableError(f"a search for the very words of {', '.join(lost)} does not find them; {REBUILD}")


def _found(retriever: HybridRetriever, passage: Passage) -> set[str]:
    found = retriever.search(f"{passage.title} {passage.text}", limit=LIMIT)
    return {passage.id for passage in found if passage.score >= LEAST_SCORE}
