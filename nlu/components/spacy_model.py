"""Rasa's SpacyNLP such that no text can hold the process or grow it, and that computes only what is read: put in its
place in every model that is loaded.

spaCy's tokenizer takes time with the square of a run of signs, and holds the interpreter lock meanwhile; its vocabulary
keeps every word that it ever met. Rasa runs the whole of spaCy's model twice over each text: once in lower case for the
tokens, their tags, lemmas and vectors, and once as written for the entities.
"""

import dataclasses
import gc
import re
from collections.abc import Callable, Collection, Iterable
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from rasa.core.policies.policy import Policy
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.nlu.extractors.crf_entity_extractor import CRFEntityExtractor
from rasa.nlu.extractors.spacy_entity_extractor import SpacyEntityExtractor
from rasa.nlu.featurizers.dense_featurizer.spacy_featurizer import SpacyFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MAX_WORD = 128
"""Characters without white space between them that the tokenizer gets at once; longer addresses are cut in pieces."""
MOST_NEW_WORDS = 100_000
"""Words that the vocabulary may grow by, some 50 MB; then the model is loaded anew."""
_PIECE = re.compile(rf"\S{{{MAX_WORD}}}(?=\S)")


class Result(Enum):
    """A part of what spaCy's model makes of a text."""

    TAGS = "tags"
    """Parts of speech and lemmas."""
    VECTORS = "vectors"
    ENTITIES = "entities"


EVERYTHING = frozenset(Result)
_RESULT_OF = {
    "tagger": Result.TAGS,
    "morphologizer": Result.TAGS,
    "attribute_ruler": Result.TAGS,
    "lemmatizer": Result.TAGS,
    "trainable_lemmatizer": Result.TAGS,
    "ner": Result.ENTITIES,
}
"""Which result each kind of pipe makes; pipes of other kinds stay."""


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


class _ReadingSpacyNLP(SpacyNLP):
    """SpacyNLP that computes what is read: `reads` of its configuration, by default all."""

    def __init__(self, model: SpacyModel | None, config: dict[str, Any]) -> None:
        super().__init__(model, config)
        self._reads: Collection[Result] = config.get("reads", EVERYTHING)

    def _doc_for_text(self, model: "Language", text: str) -> "Doc":
        """Return the text in lower case with all but its entities, which are read of the text as written."""
        if set(self._reads) >= EVERYTHING:  # a component that we do not know may read whatever there is
            return super()._doc_for_text(model, text)
        with model.select_pipes(disable=_makers(model, {Result.ENTITIES})):
            return super()._doc_for_text(model, text)


class BoundedSpacyNLP(_ReadingSpacyNLP):
    """SpacyNLP with a bounded tokenizer, a bounded vocabulary, and the pipes that make what is read; for one thread, as
    a model's graph runs in one.
    """

    def __init__(self, model: SpacyModel, config: dict[str, Any]) -> None:
        super().__init__(model, config)
        self._loaded = model
        self._words_at_first = len(model.model.vocab.strings)
        _leave_out(model.model, self._reads)
        self._use_ops = _fixed_ops()

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
            _leave_out(self._loaded.model, self._reads)
            gc.collect()  # the old model refers to itself, and would stay until the collector gets to it
        self._use_ops()
        return self._loaded


class LentSpacyNLP(_ReadingSpacyNLP):
    """SpacyNLP where a graph only uses what another of its nodes provides: it loads no model of its own."""

    @classmethod
    def create(cls, config: dict[str, Any], *_: object) -> "LentSpacyNLP":
        """Make the component without a model."""
        return cls(None, {**cls.get_default_config(), **config})


def _fixed_ops() -> Callable[[], None]:
    """Return what lets this turn compute as the model was loaded to: thinc else searches the entry points of all
    installed packages for it in each turn, since it keeps it in the context of one.
    """
    from thinc.backends import get_current_ops, set_current_ops

    return partial(set_current_ops, get_current_ops())


def _makers(model: "Language", results: Collection[Result]) -> list[str]:
    """Return the names of the pipes that make these results."""
    return [name for name in model.pipe_names if _RESULT_OF.get(model.get_pipe_meta(name).factory) in results]


def _leave_out(model: "Language", reads: Collection[Result]) -> None:
    """Take the pipes out that make what nobody reads, and those that only these listen to."""
    for name in _makers(model, EVERYTHING - frozenset(reads)):
        model.remove_pipe(name)
    for name, pipe in tuple(model.pipeline):
        listeners = getattr(pipe, "listening_components", None)
        if listeners is not None and Result.VECTORS not in reads and not set(listeners) & set(model.pipe_names):
            model.remove_pipe(name)


def results_read(components: Iterable[SchemaNode]) -> frozenset[Result]:
    """Say what the components of a graph read of spaCy's results: everything where one is neither Rasa's nor ours.

    A policy reads none, whoever wrote it: it is given the conversation and what featurizers made, never spaCy's text.
    """
    results: set[Result] = set()
    for node in components:
        if issubclass(node.uses, Policy):
            continue
        features = str(node.config.get("features", ""))
        if not node.uses.__module__.startswith(("rasa.", "nlu.components.")):
            return EVERYTHING
        if issubclass(node.uses, SpacyFeaturizer):
            results.add(Result.VECTORS)
        if issubclass(node.uses, SpacyEntityExtractor):
            results.add(Result.ENTITIES)
        lemmas = issubclass(node.uses, CountVectorsFeaturizer) and node.config.get("use_lemma", True)
        if lemmas or (issubclass(node.uses, (LexicalSyntacticFeaturizer, CRFEntityExtractor)) and "pos" in features):
            results.add(Result.TAGS)
    return frozenset(results)


def _bounded(node: SchemaNode) -> type[SpacyNLP]:
    return BoundedSpacyNLP if node.fn == SpacyNLP.provide.__name__ else LentSpacyNLP


def with_bounded_spacy(schema: GraphSchema) -> GraphSchema:
    """Return `schema` with BoundedSpacyNLP wherever it has SpacyNLP, for what its other components read."""
    reads = results_read(schema.nodes.values())
    nodes = {
        name: dataclasses.replace(node, uses=_bounded(node), config={**node.config, "reads": reads})
        if node.uses is SpacyNLP
        else node
        for name, node in schema.nodes.items()
    }
    return GraphSchema(nodes)
