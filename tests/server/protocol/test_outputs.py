"""Outputs that hold sound are told apart by what they are, not by what they hold."""

import numpy as np

from server.protocol.outputs import Anticipate, Cancel, Send, Transcribe


def test_work_with_sound_can_be_kept_in_sets() -> None:
    sound = np.zeros(4, np.float32)
    work = [Transcribe("a", 0, sound), Transcribe("a", 0, sound), Anticipate("a", sound, paused=True)]
    assert len(set(work)) == 3


def test_the_others_are_what_they_hold() -> None:
    assert Cancel("resp_1") == Cancel("resp_1")
    event = {"type": "input_audio_buffer.cleared", "event_id": "event_1"}
    assert Send(event) == Send(dict(event))
