"""What a process gives to its components, and how it reaches them: with the model storage.

Rasa makes the components itself, from their settings in config.yml. The storage is the one thing of ours that it hands
to each of them.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelStorage

from nlu.encoder.encoding_cache import KeepingEncoder
from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.options import EncoderOptions

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EncodingCache:
    """A file that keeps what an encoder made of texts, from one training to the next."""

    file: Path
    max_bytes: int


@dataclass(frozen=True, slots=True)
class ComponentServices:
    """What a process gives to the components that it trains or loads; the defaults are those under `rasa train`.

    There no encodings are kept: a component writes nothing but its model.
    """

    encoder_options: EncoderOptions = EncoderOptions()
    """How the encoder runs; which encoder it is, each component's setting `encoder` says."""

    encodings: EncodingCache | None = None
    """Where the encodings of training texts are kept; None: nowhere."""

    describe: Callable[[str], None] = logger.info
    """Called with what a component is doing, such as "encoding", when that takes long."""

    def encoder(self, config: Mapping[str, Any]) -> MiniLMEncoder:
        """Return the process's encoder for the setting `encoder`: a folder or zip, null for the installed package."""
        path = config.get("encoder")
        return MiniLMEncoder.shared(replace(self.encoder_options, path=Path(path) if path else None))

    def training_encoder(self, config: Mapping[str, Any]) -> MiniLMEncoder:
        """Return the encoder, which takes texts of earlier trainings from the cache where there is one."""
        encoder = self.encoder(config)
        if self.encodings is None:
            return encoder
        return KeepingEncoder(encoder, self.encodings.file, self.encodings.max_bytes)


class ServingModelStorage(LocalModelStorage):
    """Rasa's model storage in a folder, which carries the process's services to the components."""

    def __init__(self, storage_path: Path, services: ComponentServices) -> None:
        super().__init__(storage_path)
        self.services = services


def services_of(storage: ModelStorage) -> ComponentServices:
    """Return the services that a component's storage carries; the defaults where it is one of Rasa's own."""
    return storage.services if isinstance(storage, ServingModelStorage) else ComponentServices()
