"""The entity head: which words of a text name something, from the word vectors of the frozen encoder."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import EncodedText, MiniLMEncoder
from nlu.errors import WeightsError
from nlu.heads import read_head, write_head
from nlu.interpretation import Entity
from nlu.linear import SoftmaxLayer, fit_softmax
from nlu.options import EntityOptions
from nlu.tagging import EntityKind, Span, TaggedSpan, best_path, read_spans, tag_words

KIND = "entity"
SHAPE_FEATURES = 6
# Word vectors have a length near 6; on the scale of the shape features one l2 suits both.
VECTOR_SCALE = np.float32(1 / 6)
NEIGHBOUR_SCALE = np.float32(0.5)


@dataclass(frozen=True, slots=True)
class EntityModel:
    """A linear tagger with Viterbi over legal BIO paths; immutable, thread-safe."""

    kinds: tuple[EntityKind, ...]
    layer: SoftmaxLayer
    encoder: MiniLMEncoder

    def find(self, texts: Sequence[str], extractor: str = "EntityModel") -> list[tuple[Entity, ...]]:
        """The entities of each text in reading order, `extractor` written on each."""
        if not self.kinds:
            return [() for _ in texts]
        encoded = [self.encoder.encode(texts[0])] if len(texts) == 1 else self.encoder.encode_all(texts)
        return [
            tuple(self._entity(text, span, extractor) for span in self._spans(text, each))
            for text, each in zip(texts, encoded, strict=True)
        ]

    def _spans(self, text: str, encoded: EncodedText) -> list[TaggedSpan]:
        log_probabilities = self.layer.log_probabilities(word_features(text, encoded))
        path = best_path(log_probabilities)
        confidences = np.exp(log_probabilities[np.arange(len(path)), path])
        return read_spans(encoded.word_spans, path, confidences)

    def _entity(self, text: str, span: TaggedSpan, extractor: str) -> Entity:
        kind = self.kinds[span.kind]
        return Entity(
            name=kind.name,
            value=text[span.start : span.end],
            start=span.start,
            end=span.end,
            extractor=extractor,
            confidence=span.confidence,
            role=kind.role or None,
            group=kind.group or None,
        )

    def save(self, directory: Path) -> None:
        """Write the model, without its encoder, into `directory`."""
        labels = [list(astuple(kind)) for kind in self.kinds]
        write_head(directory, KIND, self.encoder.identity, self.layer, labels)

    @classmethod
    def load(cls, directory: Path, encoder: MiniLMEncoder) -> "EntityModel":
        """Read what `save` wrote; raises WeightsError when damaged or made with another encoder."""
        layer, labels = read_head(directory, KIND, encoder.identity)
        try:
            kinds = tuple(EntityKind(*label) for label in labels)
        except TypeError as error:
            raise WeightsError(f"the entity head in {directory} has unreadable labels: train again") from error
        if layer.weights.shape != (1 + 2 * len(kinds), feature_width(encoder.dimension)):
            raise WeightsError(f"the entity head in {directory} does not fit its {len(kinds)} labels: train again")
        return cls(kinds, layer, encoder)


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A training example: a text and the character spans of its entities."""

    text: str
    entities: tuple[tuple[EntityKind, Span], ...] = ()


def train_entities(examples: Sequence[AnnotatedText], encoder: MiniLMEncoder, options: EntityOptions) -> EntityModel:
    """Fit on annotated texts; equal input gives an equal model. No entities give a model that finds none."""
    kinds = tuple(sorted({kind for example in examples for kind, _ in example.entities}))
    if not kinds:
        return EntityModel((), _outside_only(encoder.dimension), encoder)
    encoded = encoder.encode_all([example.text for example in examples])
    features = [word_features(example.text, each) for example, each in zip(examples, encoded, strict=True)]
    tags = [
        tag_words(each.word_spans, [TaggedSpan(kinds.index(kind), *span) for kind, span in example.entities])
        for example, each in zip(examples, encoded, strict=True)
    ]
    layer = fit_softmax(np.concatenate(features), np.concatenate(tags), 1 + 2 * len(kinds), options.l2)
    return EntityModel(kinds, layer, encoder)


def word_features(text: str, encoded: EncodedText) -> NDArray[np.float32]:
    """What the tagger sees of each word: its vector and shape, and those of the words before and after."""
    vectors = encoded.word_vectors * VECTOR_SCALE
    shapes = [_shape(text[start:end]) for start, end in encoded.word_spans]
    shaped = np.array(shapes, dtype=np.float32).reshape(len(shapes), SHAPE_FEATURES)
    own = np.concatenate([vectors, shaped], axis=1)
    # A neighbour's last layer already knows this word; its middle layer says what stands there.
    near = np.concatenate([NEIGHBOUR_SCALE * vectors[:, vectors.shape[1] // 2 :], shaped], axis=1)
    edge = np.zeros((1, near.shape[1]), dtype=np.float32)
    padded = np.concatenate([edge, near, edge])
    return np.concatenate([own, padded[:-2], padded[2:]], axis=1)


def feature_width(dimension: int) -> int:
    """How many features `word_features` gives of an encoder of this dimension."""
    return 4 * dimension + 3 * SHAPE_FEATURES


def _shape(word: str) -> list[float]:
    digits = sum(character.isdigit() for character in word)
    return [
        float(word.isdigit()),
        float(0 < digits < len(word)),
        min(digits, 8) / 4,
        float(word[:1].isupper()),
        float(len(word) > 1 and word.isupper()),
        float(not any(character.isalnum() for character in word)),
    ]


def _outside_only(dimension: int) -> SoftmaxLayer:
    width = feature_width(dimension)
    return SoftmaxLayer(np.zeros((1, width), dtype=np.float32), np.zeros(1, dtype=np.float32))
