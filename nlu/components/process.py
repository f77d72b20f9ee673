"""How this process runs the encoders of its components: settings that Rasa has no way to hand to a component."""

from nlu.options import EncoderOptions

_options = EncoderOptions()


def encoder_options() -> EncoderOptions:
    """What was set last, else the defaults."""
    return _options


def set_encoder_options(options: EncoderOptions) -> None:
    """Have encoders that components load from now on run like this; which one it is, each component says itself."""
    global _options
    _options = options
