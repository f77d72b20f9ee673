"""Rasa's SpacyNLP such that no text can hold the process or grow it: put in its place in every model that is loaded.

spaCy's tokenizer takes time with the square of a run of signs, and holds the interpreter lock meanwhile; its vocabulary
keeps every word that it ever met.
"""

import dataclasses
import gc
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rasa.engine.graph import GraphSchema
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP

if TYPE_CHECKING:
    from spacy.tokens import Doc

MAX_WORD = 128
"""Characters without white space between them that the tokenizer gets at once; longer addresses are cut in pieces."""
MOST_NEW_WORDS = 100_000
"""Words that the vocabulary may grow by, some 50 MB; then the model is loaded anew."""
_PIECE = re.compile(rf"\S{{{MAX_WORD}}}(?=\S)")


class BoundedTokenizer:
    """Cuts a text into tokens as spaCy's tokenizer does, but for words that are too long, which it gets in pieces.

    The time grows with the length of the text alone. Every token stays where it stands in the text.
    """

    def __init__(self, tokenize: "Callable[[str], Doc]") -> None:
        self._tokenize = tokenize

    def __call__(self, text: str) -> "Doc":
        """Return the tokens of `text`."""
        ends = [match.end() for match in _PIECE.finditer(text)]
        if not ends:
            return self._tokenize(text)
        from spacy.tokens import Doc

        parts = [self._tokenize(text[start:end]) for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]
        tokens = [token for part in parts for token in part]
        return Doc(
            parts[0].vocab,
            words=[token.text for token in tokens],
            spaces=[bool(token.whitespace_) for token in tokens],
        )


class BoundedSpacyNLP(SpacyNLP):
    """SpacyNLP with a bounded tokenizer and a bounded vocabulary; for one thread, as a model's graph runs in one."""

    def __init__(self, model: SpacyModel, config: dict[str, Any]) -> None:
        super().__init__(model, config)
        self._loaded = model
        self._words_at_first = len(model.model.vocab.strings)

    @staticmethod
    def load_model(spacy_model_name: str) -> SpacyModel:
        """Load a model as Rasa does, with the tokenizer bounded."""
        loaded = SpacyNLP.load_model(spacy_model_name)
        loaded.model.tokenizer = BoundedTokenizer(loaded.model.tokenizer)
        return loaded

    def provide(self) -> SpacyModel:
        """Give the model to the components that use it, loaded anew where its vocabulary has grown too much."""
        if len(self._loaded.model.vocab.strings) > self._words_at_first + MOST_NEW_WORDS:
            self._loaded = self._model = self.load_model(self._loaded.model_name)
            gc.collect()  # the old model refers to itself, and would stay until the collector gets to it
        return self._loaded


def with_bounded_spacy(schema: GraphSchema) -> GraphSchema:
    """Return `schema` with BoundedSpacyNLP wherever it has SpacyNLP."""
    nodes = {
        name: dataclasses.replace(node, uses=BoundedSpacyNLP) if node.uses is SpacyNLP else node
        for name, node in schema.nodes.items()
    }
    return GraphSchema(nodes)
