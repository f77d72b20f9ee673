"""Our joint model as one interpreter, trained without Rasa: what cross-validation needs many times over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from nlu.component_settings import read_options, require_joint_settings
from nlu.data.examples import Example, Listing
from nlu.encoder.bert import Bert
from nlu.encoder.sentence_encoder import EncodedText, MiniLMEncoder
from nlu.joint.entity_head import AnnotatedText, EntityKind
from nlu.joint.joint_model import JointModel, train_joint
from nlu.joint.listed_texts import listed_texts
from nlu.options import EncoderOptions, JointOptions

JOINT = "nlu.components.joint.MiniLMJointClassifier"
# What changes neither the intents nor the spans that our heads find.
BYSTANDERS = frozenset({"WhitespaceTokenizer", "SpacyNLP", "SpacyTokenizer", "EntitySynonymMapper"})


@dataclass(frozen=True, slots=True)
class JointTrainer:
    """Trains a `JointModel` on examples; the encoder is best one that remembers."""

    encoder: MiniLMEncoder
    options: JointOptions = JointOptions()
    listings: Sequence[Listing] = ()

    def __call__(self, examples: Sequence[Example]) -> JointModel:
        """Fit both heads."""
        annotated = [_annotated(example) for example in examples]
        values = ((entity.name, entity.value) for example in examples for entity in example.entities)
        tables = (
            (listing.name, item.text) for listing in self.listings if listing.kind == "lookup" for item in listing.items
        )
        synonyms = (
            (item.text, listing.name)
            for listing in self.listings
            if listing.kind == "synonym"
            for item in listing.items
        )
        listed = listed_texts(annotated, values, tables, synonyms)
        return train_joint(annotated, self.encoder, self.options, listed=listed)


def _annotated(example: Example) -> AnnotatedText:
    entities = (
        (EntityKind(entity.name, entity.role or "", entity.group or ""), (entity.start, entity.end))
        for entity in example.entities
    )
    return AnnotatedText(example.text, example.intent, tuple(entities))


def joint_trainer(
    pipeline: Sequence[Mapping[str, Any]], options: EncoderOptions, listings: Sequence[Listing] = ()
) -> JointTrainer | None:
    """The trainer of exactly what a config.yml's `pipeline` says; None where it needs Rasa for anything else.

    Raises NluError for a setting or a mode that there is not.
    """
    settings = {str(component.get("name")): component for component in pipeline}
    encoders = {component.get("encoder") for component in settings.values()} - {None}
    if JOINT not in settings or encoders or set(settings) - BYSTANDERS - {JOINT}:
        return None
    require_joint_settings(JOINT, settings[JOINT])
    return JointTrainer(RememberingEncoder.load(options=options), read_options(settings[JOINT], JointOptions), listings)


class RememberingEncoder(MiniLMEncoder):
    """Encodes each text once: the folds of a cross-validation share nearly all of theirs. About 30 KB a text."""

    def __init__(self, model: Bert, tokenizer: Tokenizer, identity: str, options: EncoderOptions) -> None:
        super().__init__(model, tokenizer, identity, options)
        self._known: dict[tuple[str, bool], EncodedText] = {}

    def encode_all(self, texts: Sequence[str], words: bool = True) -> list[EncodedText]:
        """The vectors of many texts and of their words, in the order given."""
        fresh = list(dict.fromkeys(text for text in texts if (text, words) not in self._known))
        encoded = super().encode_all(fresh, words)
        self._known.update({(text, words): encoding for text, encoding in zip(fresh, encoded, strict=True)})
        return [self._known[text, words] for text in texts]
