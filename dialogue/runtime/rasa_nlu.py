"""Rasa's own training and interpreting of NLU data alone, for whatever pipeline a config.yml names."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.errors import ModelError
from dialogue.project.project_modules import own_modules
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports, quiet_prints
from dialogue.runtime.conversion import interpretation_of
from dialogue.runtime.model_loading import UNUSABLE, load_agent
from dialogue.training.rasa_trainer import explained, train_nlu_with_rasa
from nlu.components.services import ComponentServices
from nlu.data.examples import Example, NluData
from nlu.interpretation import Intent, Interpretation
from nlu.options import EncoderOptions

with quiet_imports():
    from rasa.core.agent import Agent
    from rasa.shared.importers.importer import TrainingDataImporter
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData


class RasaInterpreter:
    """A trained model's understanding without its dialogue."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    @classmethod
    def load(
        cls, model_path: Path, project_dir: Path, encoder_options: EncoderOptions | None = None
    ) -> "RasaInterpreter":
        """Load a model of the project in `project_dir`, whole or NLU only; raises ModelError when it is missing or
        damaged.
        """
        if not model_path.is_file():
            raise ModelError(f"there is no model {model_path}: run `heedful train`")
        try:
            with own_modules(project_dir), quiet_prints():
                return cls(load_agent(model_path, ComponentServices(encoder_options or EncoderOptions())))
        except UNUSABLE as error:
            raise ModelError(f"the model {model_path} cannot be loaded ({error}): run `heedful train`") from error

    def interpret(self, text: str) -> Interpretation:
        """What `text` means; blank text has an empty intent. Not to be called from a running event loop."""
        if not text.strip():
            return Interpretation(text, Intent("", 0.0))
        with quiet_prints():
            return interpretation_of(asyncio.run(self._agent.parse_message(text)))


@dataclass(frozen=True, slots=True)
class RasaTrainer:
    """Trains a project's NLU pipeline on examples, with the project's synonyms, lookup tables and patterns."""

    project: Project
    data: NluData
    encoder_options: EncoderOptions = EncoderOptions()

    def __call__(self, examples: Sequence[Example]) -> RasaInterpreter:
        """Train and load; raises ProjectError with Rasa's own explanation."""
        with tempfile.TemporaryDirectory(prefix="heedful-nlu-") as folder:
            file = Path(folder) / "nlu.yml"
            with explained(self.project):
                RasaYAMLWriter().dump(file, self._training_data(examples))
            model_path = train_nlu_with_rasa(self.project, file, Path(folder), self.encoder_options)
            return RasaInterpreter.load(model_path, self.project.folder, self.encoder_options)

    def _training_data(self, examples: Sequence[Example]) -> TrainingData:
        importer = TrainingDataImporter.load_nlu_importer_from_config(
            str(self.project.config), self.project.rasa_domain, self.project.rasa_data
        )
        whole = importer.get_nlu_data()
        return TrainingData(
            [_message(example) for example in examples],
            self._synonyms(),
            whole.regex_features,
            whole.lookup_tables,
            whole.responses,
        )

    def _synonyms(self) -> dict[str, str]:
        """Those listed; the ones that annotations give come with the examples, so that none comes from a test."""
        listings = (listing for listing in self.data.listings if listing.kind == "synonym")
        return {item.text: listing.name for listing in listings for item in listing.items}


def _message(example: Example) -> Message:
    entities: list[dict[str, Any]] = []
    for entity in example.entities:
        described = {"entity": entity.name, "value": entity.value, "start": entity.start, "end": entity.end}
        optional = {"role": entity.role, "group": entity.group}
        entities.append(described | {key: value for key, value in optional.items() if value is not None})
    return Message.build(example.text, example.label or None, entities)
