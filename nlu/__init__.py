"""Text to meaning: intents and entities from a frozen sentence encoder, as Rasa graph components."""

from nlu.errors import NluError
from nlu.interpretation import Entity, Intent, Interpretation

__all__ = ["Entity", "Intent", "Interpretation", "NluError"]
