"""Our frozen heads as one interpreter, trained without Rasa: what cross-validation needs many times over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from nlu.bert import Bert
from nlu.components.configuration import read_options
from nlu.encoder import EncodedText, MiniLMEncoder
from nlu.entities import AnnotatedText, EntityModel, train_entities
from nlu.examples import Example
from nlu.intents import IntentModel, train_intents
from nlu.interpretation import Intent, Interpretation
from nlu.options import EncoderOptions, EntityOptions, IntentOptions
from nlu.tagging import EntityKind

INTENT_HEAD = "nlu.components.minilm_classifier.MiniLMIntentClassifier"
ENTITY_HEAD = "nlu.components.minilm_entities.MiniLMEntityExtractor"
# What changes neither the intents nor the spans that our heads find.
BYSTANDERS = frozenset({"WhitespaceTokenizer", "SpacyNLP", "SpacyTokenizer", "EntitySynonymMapper"})


@dataclass(frozen=True, slots=True)
class FrozenHeads:
    """A trained intent head and entity head; `entities` None finds none. Immutable, thread-safe."""

    intents: IntentModel
    entities: EntityModel | None

    def interpret(self, text: str) -> Interpretation:
        """The intent, the whole ranking and the entities of `text`."""
        (ranking,) = self.intents.rank([text])
        found = self.entities.find([text])[0] if self.entities else ()
        return Interpretation(text, ranking[0] if ranking else Intent("", 0.0), ranking, found)


@dataclass(frozen=True, slots=True)
class FrozenTrainer:
    """Trains `FrozenHeads` on examples; the encoder is best one that remembers."""

    encoder: MiniLMEncoder
    intent_options: IntentOptions = IntentOptions()
    entity_options: EntityOptions | None = EntityOptions()

    def __call__(self, examples: Sequence[Example]) -> FrozenHeads:
        """Fit both heads, the entity head only where there are options for it."""
        labelled = [example for example in examples if example.intent]
        texts, intents = [example.text for example in labelled], [example.intent for example in labelled]
        model = train_intents(texts, intents, self.encoder, self.intent_options)
        if self.entity_options is None:
            return FrozenHeads(model, None)
        annotated = [_annotated(example) for example in examples]
        return FrozenHeads(model, train_entities(annotated, self.encoder, self.entity_options))


def _annotated(example: Example) -> AnnotatedText:
    entities = (
        (EntityKind(entity.name, entity.role or "", entity.group or ""), (entity.start, entity.end))
        for entity in example.entities
    )
    return AnnotatedText(example.text, tuple(entities))


def frozen_trainer(pipeline: Sequence[Mapping[str, Any]], options: EncoderOptions) -> FrozenTrainer | None:
    """The trainer of exactly what a config.yml's `pipeline` says; None where it needs Rasa for anything else."""
    settings = {str(component.get("name")): component for component in pipeline}
    encoders = {component.get("encoder") for component in settings.values()} - {None}
    if INTENT_HEAD not in settings or encoders or set(settings) - BYSTANDERS - {INTENT_HEAD, ENTITY_HEAD}:
        return None
    return FrozenTrainer(
        RememberingEncoder.load(options=options),
        read_options(settings[INTENT_HEAD], IntentOptions),
        read_options(settings[ENTITY_HEAD], EntityOptions) if ENTITY_HEAD in settings else None,
    )


class RememberingEncoder(MiniLMEncoder):
    """Encodes each text once: the folds of a cross-validation share nearly all of theirs. About 30 KB a text."""

    def __init__(self, model: Bert, tokenizer: Tokenizer, identity: str, options: EncoderOptions) -> None:
        super().__init__(model, tokenizer, identity, options)
        self._known: dict[str, EncodedText] = {}

    def encode_all(self, texts: Sequence[str]) -> list[EncodedText]:
        """The vectors of many texts and of their words, in the order given."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(fresh, super().encode_all(fresh), strict=True))
        return [self._known[text] for text in texts]
