"""An assistant that hears what a test says."""

from asr.samples import SAMPLE_RATE_HZ, Samples
from dialogue.stories.story import Said
from server.trials.speaker import Speaker
from server.trials.spoken_assistant import SpokenAssistant
from tests.dialogue.stories.acting import COST, TableAssistant
from tests.fakes import ToneSynthesizer


def hear(samples: Samples) -> str:
    """Take more than two seconds for `price`."""
    return "price" if len(samples) > 2 * SAMPLE_RATE_HZ else "hello"


def test_the_turn_is_taken_with_what_was_heard() -> None:
    assistant = SpokenAssistant(TableAssistant(), Speaker(ToneSynthesizer()), hear)
    taken = assistant.say("1", Said("a line of eight words or more, please"))
    assert (taken.heard, taken.interpretation.text, taken.reply) == ("price", "price", COST)
