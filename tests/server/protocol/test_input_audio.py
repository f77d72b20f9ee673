"""The input audio buffer by itself: bytes in, utterances out, in the time of the session's audio."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.samples import Samples
from asr.segmentation.speech_events import SpeechStarted, SpeechStopped
from server.protocol.input_audio import MAX_BUFFER_SECONDS, Committed, InputAudio
from server.protocol.turn_taking import TurnTaking
from server.wire.audio_formats import encode_audio
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import ALawFormat, AudioFormat, AudioInput, MuLawFormat, PcmFormat, ServerVad
from tests.fakes import loud, silence
from tests.server.conftest import new_segmenter

MANUAL = AudioInput(turn_detection=None)


def buffer(config: AudioInput) -> InputAudio:
    return InputAudio(new_segmenter, config, TurnTaking())


def heard(audio: InputAudio, pcm: bytes) -> list[SpeechStarted | SpeechStopped]:
    return [event for event in audio.append(pcm) if isinstance(event, SpeechStarted | SpeechStopped)]


def pcm_of(*pieces: Samples) -> bytes:
    """Pieces of 24 kHz samples as bytes of PCM."""
    return encode_audio(np.concatenate(pieces), 24_000, "audio/pcm")


@pytest.mark.parametrize("wire", [PcmFormat(), MuLawFormat(type="audio/pcmu"), ALawFormat(type="audio/pcma")])
def test_a_second_is_a_second_in_every_format(wire: AudioFormat) -> None:
    audio = buffer(AudioInput(format=wire, turn_detection=None))
    list(audio.append(encode_audio(loud(1.0), 24_000, wire.type)))
    assert len(audio.commit().samples) == pytest.approx(16_000, abs=40)


@settings(max_examples=20)
@given(st.lists(st.integers(1, 9000), min_size=1, max_size=30))
def test_what_is_committed_does_not_depend_on_how_the_bytes_are_cut(sizes: list[int]) -> None:
    pcm = pcm_of(loud(0.5))
    whole, pieces = buffer(MANUAL), buffer(MANUAL)
    list(whole.append(pcm))
    at = 0
    for size in [*sizes, len(pcm)]:
        list(pieces.append(pcm[at : at + size]))
        at += size
    np.testing.assert_allclose(pieces.commit().samples, whole.commit().samples, atol=1e-6)


def test_long_audio_comes_in_slices_so_that_others_can_be_served_between_them() -> None:
    assert len([part for part in buffer(MANUAL).append(pcm_of(silence(2.0))) if part is None]) == 20


def test_a_committed_minute_makes_room_for_the_next() -> None:
    audio = buffer(MANUAL)
    minute = pcm_of(silence(MAX_BUFFER_SECONDS))
    list(audio.append(minute))
    with pytest.raises(ProtocolError) as refused:
        list(audio.append(pcm_of(silence(1.0))))
    assert refused.value.code == ErrorCode.BUFFER_FULL
    assert isinstance(audio.commit(), Committed)
    list(audio.append(minute))


def test_a_commit_without_speech_is_refused_where_turns_are_detected() -> None:
    audio = buffer(AudioInput())
    list(audio.append(pcm_of(silence(2.0))))
    with pytest.raises(ProtocolError) as refused:
        audio.commit()
    assert refused.value.code == ErrorCode.COMMIT_EMPTY


def test_times_count_all_audio_of_the_session_whatever_was_dropped_between() -> None:
    audio = buffer(AudioInput())
    list(audio.append(pcm_of(silence(1.0))))
    audio.configure(AudioInput(format=MuLawFormat(type="audio/pcmu")))
    audio.configure(AudioInput())
    audio.clear()
    started, stopped = heard(audio, pcm_of(silence(1.0), loud(0.5), silence(0.7)))
    assert isinstance(started, SpeechStarted)
    assert started.start_ms == pytest.approx(1700, abs=40)
    assert isinstance(stopped, SpeechStopped)
    assert stopped.end_ms == pytest.approx(3000, abs=40)


def test_another_format_drops_what_was_heard_in_the_old_one() -> None:
    audio = buffer(MANUAL)
    list(audio.append(pcm_of(loud(1.0))))
    audio.configure(AudioInput(format=MuLawFormat(type="audio/pcmu"), turn_detection=None))
    with pytest.raises(ProtocolError, match=r"0\.00"):
        audio.commit()


def test_a_turn_detection_that_is_refused_changes_nothing() -> None:
    audio = buffer(AudioInput())
    with pytest.raises(ProtocolError) as refused:
        audio.configure(AudioInput(turn_detection=ServerVad.model_construct(prefix_padding_ms=40_000)))
    assert refused.value.param == "session.audio.input.turn_detection"
    assert len(heard(audio, pcm_of(loud(0.5), silence(0.7)))) == 2
