"""The entity head: which words of a text name something, and in which role and group."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.sentence_encoder import EncodedText
from nlu.interpretation import Entity
from nlu.joint.bio_tags import Span, TaggedSpan, read_spans, tag_words
from nlu.joint.tagger import Tagger, train_tagger
from nlu.options import JointOptions


@dataclass(frozen=True, slots=True, order=True)
class EntityKind:
    """An entity's name, with its role and group where the examples give them."""

    name: str
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A training example: a text with its intent and the character spans of its entities; either may be missing."""

    text: str
    intent: str = ""
    entities: tuple[tuple[EntityKind, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class SpanTagger:
    """A tagger with the labels of its spans: tag 1 + 2k begins label k, 2 + 2k continues it."""

    labels: tuple[str, ...]
    tagger: Tagger

    def spans(self, text: str, encoded: EncodedText) -> list[TaggedSpan]:
        """The spans of the best path, each as sure as its least sure word."""
        emissions = self.tagger.emissions(text, encoded)
        path = self.tagger.chain.best_path(emissions)
        marginals = self.tagger.chain.marginals(emissions)
        return read_spans(encoded.word_spans, path, marginals[np.arange(len(path)), path])

    def shares(self, text: str, encoded: EncodedText) -> NDArray[np.float32]:
        """How likely each word has no label or one of the labels: float32 [words, 1 + labels]."""
        marginals = self.tagger.chain.marginals(self.tagger.emissions(text, encoded))
        return np.concatenate([marginals[:, :1], marginals[:, 1::2] + marginals[:, 2::2]], axis=1)


@dataclass(frozen=True, slots=True)
class EntityHead:
    """Finds entities by their names, then the roles and groups that those names may have, as Rasa's DIET does.

    `allowed` lists the roles, and the groups, that each name had in training, "" where it had none; immutable,
    thread-safe.
    """

    names: SpanTagger
    roles: SpanTagger | None
    groups: SpanTagger | None
    allowed: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]

    def find(self, text: str, encoded: EncodedText, extractor: str) -> tuple[Entity, ...]:
        """The entities in reading order, `extractor` written on each."""
        spans = self.names.spans(text, encoded)
        if not spans:
            return ()
        roles = self.roles.shares(text, encoded) if self.roles else None
        groups = self.groups.shares(text, encoded) if self.groups else None
        found = []
        for span in spans:
            name = self.names.labels[span.kind]
            inside = [start < span.end and end > span.start for start, end in encoded.word_spans]
            may_be = self.allowed[name]
            found.append(
                Entity(
                    name=name,
                    value=text[span.start : span.end],
                    start=span.start,
                    end=span.end,
                    extractor=extractor,
                    confidence=span.confidence,
                    role=_likeliest(self.roles, roles, inside, may_be[0]),
                    group=_likeliest(self.groups, groups, inside, may_be[1]),
                )
            )
        return tuple(found)


def _likeliest(
    tagger: SpanTagger | None, shares: NDArray[np.float32] | None, inside: list[bool], allowed: tuple[str, ...]
) -> str | None:
    """The one of the allowed labels that the words inside have most of; None for having none."""
    if tagger is None or shares is None:
        return None
    summed = dict(zip(("", *tagger.labels), shares[inside].sum(axis=0).tolist(), strict=True))
    return max(allowed, key=lambda label: summed[label]) or None


def train_entities(
    examples: Sequence[AnnotatedText], encoded: Sequence[EncodedText], options: JointOptions
) -> EntityHead | None:
    """Fit on annotated texts, each as it was encoded; equal input gives an equal head, no entities none."""
    names = _train_spans(examples, encoded, options, lambda kind: kind.name)
    if names is None:
        return None
    kinds = {kind for example in examples for kind, _ in example.entities}
    allowed = {
        name: (
            tuple(sorted({kind.role for kind in kinds if kind.name == name})),
            tuple(sorted({kind.group for kind in kinds if kind.name == name})),
        )
        for name in names.labels
    }
    roles = _train_spans(examples, encoded, options, lambda kind: kind.role)
    groups = _train_spans(examples, encoded, options, lambda kind: kind.group)
    return EntityHead(names, roles, groups, allowed)


def _train_spans(
    examples: Sequence[AnnotatedText],
    encoded: Sequence[EncodedText],
    options: JointOptions,
    label: Callable[[EntityKind], str],
) -> SpanTagger | None:
    tags, labels = tags_of(examples, [encoding.word_spans for encoding in encoded], label)
    if not any(own.any() for own in tags):
        return None
    texts = [example.text for example in examples]
    return SpanTagger(labels, train_tagger(texts, encoded, tags, 1 + 2 * len(labels), options))


def tags_of(
    examples: Sequence[AnnotatedText], words: Sequence[Sequence[Span]], label: Callable[[EntityKind], str]
) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    """The tag of each word of each text, and the labels that the tags are numbered by; "" is no label."""
    labels = tuple(sorted({label(kind) for example in examples for kind, _ in example.entities} - {""}))
    numbers = {name: number for number, name in enumerate(labels)}
    tags = [
        tag_words(own, [TaggedSpan(numbers[label(kind)], *span) for kind, span in example.entities if label(kind)])
        for example, own in zip(examples, words, strict=True)
    ]
    return tags, labels
