"""How near a question is to the labels of a record, by what they mean."""

from collections.abc import Callable, Sequence

from retrieval.embedder import Vectors
from retrieval.language.labels import plain_label

MOST_LABELS = 4096  # whose vectors are kept, 1.5 kB each


class LabelMeanings:
    """Embeds labels or other short texts, and keeps the vectors of those seen last; thread-safe."""

    def __init__(
        self,
        embed: Callable[[Sequence[str]], Vectors],
        spoken: Callable[[str], str] = lambda label: plain_label(label).text,
    ) -> None:
        """`embed` gives the vectors of texts, float32 [texts, dimension] of length 1, `spoken` what is embedded of a
        label.
        """
        self._embed = embed
        self._spoken = spoken
        self._known: dict[str, Vectors] = {}

    def likeness(self, labels: Sequence[str], vector: Vectors) -> dict[str, float]:
        """The cosine of `vector` (float32 [dimension]) with each of `labels`."""
        known = self._known
        if new := [label for label in dict.fromkeys(labels) if label not in known]:
            vectors = self._embed(list(map(self._spoken, new)))
            known = {**known, **dict(zip(new, vectors, strict=True))}
            self._known = known if len(known) <= MOST_LABELS else {}  # in one step: others may read it meanwhile
        return {label: float(known[label] @ vector) for label in labels}
