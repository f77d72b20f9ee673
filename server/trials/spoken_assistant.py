"""An assistant in this process that hears what a test says."""

from collections.abc import Callable
from typing import TypeAlias

from asr.samples import Samples
from dialogue.stories.story import Said
from dialogue.stories.tested_assistant import Taken, TypedAssistant, Understanding
from server.trials.speaker import Speaker

Hear: TypeAlias = Callable[[Samples], str]
"""Recognises a recording (float32 [n] mono 16 kHz) as it is recognised in a session."""


class SpokenAssistant(TypedAssistant):
    """Takes what is said as sound, as fast as it can be heard."""

    def __init__(self, understanding: Understanding, speaker: Speaker, hear: Hear) -> None:
        super().__init__(understanding)
        self._speaker = speaker
        self._hear = hear

    def say(self, conversation_id: str, said: Said) -> Taken:
        """Take one turn with the words that are heard."""
        return self.take(conversation_id, self._hear(self._speaker.say(said)))
