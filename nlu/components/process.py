"""How this process runs the encoders of its components: settings that Rasa has no way to hand to a component."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlu.encoder.sentence_encoder import MiniLMEncoder
from nlu.options import EncoderOptions

_options = EncoderOptions()


def encoder_options() -> EncoderOptions:
    """What was set last, else the defaults."""
    return _options


def set_encoder_options(options: EncoderOptions) -> None:
    """Have encoders that components load from now on run like this; which one it is, each component says itself."""
    global _options
    _options = options


def shared_encoder(config: Mapping[str, Any]) -> MiniLMEncoder:
    """Return the process's encoder for the `encoder` setting: a folder or zip, null for the installed package."""
    path = config.get("encoder")
    return MiniLMEncoder.shared(replace(encoder_options(), path=Path(path) if path else None))
