"""The joint model: one encoding of a text feeds the intent head and the entity head."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from nlu.interpretation import REFUSAL, Intent, Interpretation
from nlu.joint.entity_head import AnnotatedText, EntityHead, SpanTagger, train_entities
from nlu.joint.finetuning import fine_tune
from nlu.joint.intent_head import IntentHead, fit_intents, text_features
from nlu.joint.linear import SoftmaxLayer, fold_numbers
from nlu.joint.misheard_examples import misheard
from nlu.joint.model_files import Tensors, read_model, unreadable, write_model
from nlu.joint.scope import Distances, Scale
from nlu.joint.tagger import Tagger
from nlu.options import JointOptions

logger = logging.getLogger(__name__)

LAYER_PREFIX = "encoder."
SPAN_TAGGERS = ("names", "roles", "groups")
MANY_EXAMPLES = 40
"""Of each intent, on average; with so many, fine-tuning keeps every 20th for calibration, else every 5th."""


@dataclass(frozen=True, slots=True)
class JointModel:
    """Both heads on their encoder; a head is None where there was nothing to learn it from. Immutable, thread-safe.

    `beside`: where the encoder was fine-tuned, what it was before, which tells intents together with it: they err on
    different texts. A search, which asks that one as well, then finds the text encoded.
    """

    encoder: MiniLMEncoder
    intents: IntentHead | None
    entities: EntityHead | None
    options: JointOptions = JointOptions()
    beside: tuple[MiniLMEncoder, ...] = ()

    def interpret(self, text: str) -> Interpretation:
        """What `text` means."""
        return self.interpret_all([text])[0]

    def interpret_all(self, texts: Sequence[str], extractor: str = "JointModel") -> list[Interpretation]:
        """What each text means, `extractor` written on its entities; the fallback first in the ranking if need be."""
        if not texts:
            return []
        encoded = _encoded(self.encoder, texts)
        entities = [
            self.entities.find(text, encoding, extractor) if self.entities else ()
            for text, encoding in zip(texts, encoded, strict=True)
        ]
        if self.intents is None:
            return [
                Interpretation(text, Intent("", 0.0), (), found) for text, found in zip(texts, entities, strict=True)
            ]
        features = text_features(encoded, *(_encoded(encoder, texts) for encoder in self.beside))
        rankings, scopes = self.intents.rank(features), self.intents.in_scope(features)
        return [
            self._interpretation(text, ranking, scope, found)
            for text, ranking, scope, found in zip(texts, rankings, scopes, entities, strict=True)
        ]

    def _interpretation(
        self, text: str, ranking: tuple[Intent, ...], scope: float, entities: tuple[Any, ...]
    ) -> Interpretation:
        if self.options.out_of_scope_loss is not None and scope < 0.5:
            ranking = (REFUSAL, *(Intent(intent.name, scope * intent.confidence) for intent in ranking))
        return Interpretation(text, ranking[0], ranking, entities, scope)

    def save(self, directory: Path, base: MiniLMEncoder) -> None:
        """Write the heads into `directory`, and of the encoder what differs from `base`."""
        tensors: dict[str, NDArray[np.float32]] = {}
        content: dict[str, Any] = {"fine_tuned": self.encoder.identity != base.identity}
        if content["fine_tuned"]:
            tensors |= {LAYER_PREFIX + name: value for name, value in self.encoder.layer_tensors().items()}
        if self.intents is not None:
            content["intents"] = _pack_intents(self.intents, tensors)
        if self.entities is not None:
            content["entities"] = _pack_entities(self.entities, tensors)
        write_model(directory, base.identity, tensors, content)

    @classmethod
    def load(cls, directory: Path, base: MiniLMEncoder, options: JointOptions) -> "JointModel":
        """Read what `save` wrote; raises WeightsError when damaged or made with another encoder than `base`."""
        tensors, content = read_model(directory, base.identity)
        with unreadable(directory):
            encoder = base
            if content["fine_tuned"]:
                layers = _under(LAYER_PREFIX, tensors)
                encoder = base.with_layers(layers)
            intents = _unpack_intents(content["intents"], tensors) if "intents" in content else None
            entities = _unpack_entities(content["entities"], tensors) if "entities" in content else None
            beside = (base,) if content["fine_tuned"] else ()
            width = 2 * encoder.dimension * (1 + len(beside))
            if intents is not None and intents.layer.weights.shape != (len(intents.names), width):
                raise ValueError(f"{intents.layer.weights.shape} weights for {len(intents.names)} intents")
        return cls(encoder, intents, entities, options, beside)


def _encoded(encoder: MiniLMEncoder, texts: Sequence[str]) -> list[EncodedText]:
    return [encoder.encode(texts[0])] if len(texts) == 1 else encoder.encode_all(texts)


def train_joint(
    examples: Sequence[AnnotatedText],
    encoder: MiniLMEncoder,
    options: JointOptions,
    notice: Callable[[str], None] = lambda _: None,
    listed: Sequence[AnnotatedText] = (),
) -> JointModel:
    """Fit on annotated texts; equal input gives an equal model. `notice` gets a line about what takes long.

    From `listed`, which `listed_texts` makes of a project's listings, entities are learnt as well.
    """
    labelled = [example for example in examples if example.intent]
    unseen: NDArray[np.bool_] | None = None
    beside: tuple[MiniLMEncoder, ...] = ()
    if options.mode == "fine_tuned" and examples:
        unseen, beside = _kept_apart([example.intent for example in labelled]), (encoder,)
        apart = {id(example) for example, kept in zip(labelled, unseen, strict=True) if kept}
        encoder = fine_tune([example for example in examples if id(example) not in apart], encoder, options, notice)
    notice("encoding")
    has_entities = options.entity_recognition and any(example.entities for example in examples)
    annotated = [*examples, *listed] if has_entities else labelled
    texts = [example.text for example in annotated]
    encoded = dict(zip(texts, encoder.encode_all(texts, words=has_entities), strict=True))
    said = [example.text for example in labelled]
    views = [[encoded[text] for text in said], *(view.encode_all(said, words=False) for view in beside)]
    notice("fitting")
    intents = None
    if labelled:
        copies = misheard(said, options.noisy_copies) if options.noisy_copies else []
        heard = [view.encode_all(copies, words=False) for view in (encoder, *beside)] if copies else []
        intents = fit_intents(
            text_features(*views),
            [example.intent for example in labelled],
            options,
            text_features(*heard) if heard else None,
            unseen,
            len(views),
        )
        if intents and options.out_of_scope_loss is not None and not np.isfinite(intents.scale.threshold):
            logger.warning(
                "out_of_scope_loss has no effect: too few examples can be held out; give more of each intent"
            )
    entities = (
        train_entities(annotated, [encoded[example.text] for example in annotated], options) if has_entities else None
    )
    return JointModel(encoder, intents, entities, options, beside)


def _kept_apart(intents: Sequence[str]) -> NDArray[np.bool_]:
    numbers = {name: number for number, name in enumerate(sorted(set(intents)))}
    parts = 20 if len(intents) >= MANY_EXAMPLES * len(numbers) else 5
    kept: NDArray[np.bool_] = fold_numbers([numbers[intent] for intent in intents], parts) == parts - 1
    return kept


def _pack_intents(head: IntentHead, tensors: dict[str, NDArray[np.float32]]) -> dict[str, Any]:
    tensors |= {"intents.weights": head.layer.weights, "intents.bias": head.layer.bias}
    tensors |= {
        "scope.matrix": head.distances.matrix,
        "scope.slopes": head.distances.slopes,
        "scope.offsets": head.distances.offsets,
    }
    energy, nearness, threshold = astuple(head.scale)
    scale = [*energy, *nearness, threshold if np.isfinite(threshold) else None]
    return {"names": list(head.names), "temperature": head.layer.temperature, "scale": scale}


def _unpack_intents(content: dict[str, Any], tensors: Tensors) -> IntentHead:
    layer = SoftmaxLayer(tensors["intents.weights"], tensors["intents.bias"], float(content["temperature"]))
    distances = Distances(tensors["scope.matrix"], tensors["scope.slopes"], tensors["scope.offsets"])
    mean, deviation, near, near_deviation, threshold = content["scale"]
    scale = Scale((mean, deviation), (near, near_deviation), -np.inf if threshold is None else threshold)
    return IntentHead(tuple(content["names"]), layer, distances, scale)


def _pack_entities(head: EntityHead, tensors: dict[str, NDArray[np.float32]]) -> dict[str, Any]:
    content: dict[str, Any] = {"allowed": head.allowed}
    for part, spans in zip(SPAN_TAGGERS, (head.names, head.roles, head.groups), strict=True):
        if spans is not None:
            tensors |= {f"{part}.{name}": value for name, value in spans.tagger.tensors().items()}
            content[part] = {"labels": list(spans.labels), "words": list(spans.tagger.lexicon.counts)}
    return content


def _unpack_entities(content: dict[str, Any], tensors: Tensors) -> EntityHead:
    taggers = {
        part: SpanTagger(
            tuple(content[part]["labels"]), Tagger.restore(_under(f"{part}.", tensors), content[part]["words"])
        )
        for part in SPAN_TAGGERS
        if part in content
    }
    for part, spans in taggers.items():
        if spans.tagger.lexicon.tags != 1 + 2 * len(spans.labels):
            raise ValueError(f"{spans.tagger.lexicon.tags} tags for {len(spans.labels)} {part}")
    allowed = {name: (tuple(roles), tuple(groups)) for name, (roles, groups) in content["allowed"].items()}
    return EntityHead(taggers["names"], taggers.get("roles"), taggers.get("groups"), allowed)


def _under(prefix: str, tensors: Tensors) -> dict[str, NDArray[np.float32]]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
