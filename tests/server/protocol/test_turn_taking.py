"""When a session takes a turn for ended, by silence and by words, and what it does about a user who says nothing."""

from typing import Any

import numpy as np
import pytest

from asr.options import SegmenterOptions
from asr.samples import Samples
from asr.segmentation.end_of_turn import Completeness
from asr.segmentation.vad import FRAME_SAMPLES
from asr.segmentation.vad_segmenter import VadSegmenter
from asr.transcript import Transcript
from server.protocol.outputs import Anticipate, Respond, Transcribe
from server.protocol.turn_taking import TurnOptions, TurnTaking
from server.wire.session_config import SemanticVad, ServerVad
from tests.fakes import loud, silence
from tests.server.conftest import Driver, append, make_session


class VolumeDetector:
    """Takes the mean volume of a frame, times four, for the probability of voice."""

    def probabilities(self, samples: Samples) -> Samples:
        volumes: Samples = np.abs(samples.reshape(-1, FRAME_SAMPLES)).mean(axis=1)
        return np.minimum(1.0, 4 * volumes)

    def reset(self) -> None:
        """Nothing is remembered."""


def hear_volume(options: SegmenterOptions) -> VadSegmenter:
    return VadSegmenter(options, VolumeDetector())


def semantic(eagerness: str) -> SemanticVad:
    return SemanticVad.model_validate({"type": "semantic_vad", "eagerness": eagerness})


def sent(driver: Driver, kind: str) -> list[dict[str, Any]]:
    return [event for event in driver.events if event["type"] == f"input_audio_buffer.{kind}"]


def pause(driver: Driver) -> Anticipate:
    """The pause that was reported last."""
    return [work for work in driver.work if isinstance(work, Anticipate)][-1]


def judge(driver: Driver, text: str, language: str = "en") -> None:
    """The words up to the last pause are known."""
    work = pause(driver)
    driver.take(driver.session.judge_pause(work.item_id, len(work.samples), Transcript(text, language, 1.0)))


# The rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eagerness", "expected"),
    [
        ("low", (600, 2000, 8000)),
        ("medium", (300, 1000, 4000)),
        ("auto", (300, 1000, 4000)),
        ("high", (150, 500, 2000)),
    ],
)
def test_eagerness_scales_the_waits_up_to_the_protocols_longest(eagerness: str, expected: tuple[int, ...]) -> None:
    options = TurnOptions(complete_ms=300, undecided_ms=1000, unfinished_ms=4000)
    rules = TurnTaking(options=options).rules(semantic(eagerness))
    assert rules.holds is not None
    assert tuple(rules.holds.silence_ms(completeness) for completeness in Completeness) == expected
    assert rules.segmenter.silence_duration_ms == expected[1]  # until the words are known


def test_the_protocols_longest_waits_are_the_default() -> None:
    longest = [TurnTaking().rules(semantic(name)).holds for name in ("low", "medium", "high")]
    assert [holds.unfinished_ms for holds in longest if holds] == [8000, 4000, 2000]


def test_what_semantic_vad_does_not_set_comes_from_the_servers_settings() -> None:
    own = SegmenterOptions(threshold=0.7, prefix_padding_ms=120, max_utterance_ms=9000)
    options = TurnTaking(segmenter=own).rules(semantic("auto")).segmenter
    assert (options.threshold, options.prefix_padding_ms, options.max_utterance_ms) == (0.7, 120, 9000)


def test_what_server_vad_sets_goes_before_the_servers_settings() -> None:
    own = SegmenterOptions(threshold=0.7, max_utterance_ms=9000)
    rules = TurnTaking(segmenter=own).rules(ServerVad(threshold=0, prefix_padding_ms=50, silence_duration_ms=350))
    assert rules.holds is None
    options = rules.segmenter
    assert (options.threshold, options.prefix_padding_ms, options.silence_duration_ms) == (0.01, 50, 350)
    assert options.max_utterance_ms == 9000


@pytest.mark.parametrize(
    "wrong", [{"complete_ms": -1}, {"undecided_ms": 100}, {"unfinished_ms": 500}, {"complete_ms": 5000}]
)
def test_waits_that_are_out_of_order_are_refused_with_their_values(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=str(*wrong.values())):
        TurnOptions(**wrong)  # type: ignore[arg-type]


# server_vad ------------------------------------------------------------------------------------------------------


def test_voice_below_the_threshold_is_no_speech() -> None:
    driver = Driver(make_session(hear_volume))
    driver.detect(type="server_vad", threshold=0.7)
    assert driver.send(append(0.5 * loud(1.0))) == []
    assert driver.send(append(loud(1.0)))[0]["type"] == "input_audio_buffer.speech_started"
    lenient = Driver(make_session(hear_volume))
    lenient.detect(type="server_vad", threshold=0.3)
    assert lenient.send(append(0.5 * loud(1.0)))[0]["type"] == "input_audio_buffer.speech_started"


@pytest.mark.parametrize("padding_ms", [0, 100, 700])
def test_so_much_audio_from_before_the_speech_belongs_to_the_turn(driver: Driver, padding_ms: int) -> None:
    driver.detect(type="server_vad", prefix_padding_ms=padding_ms)
    driver.send(append(np.concatenate([silence(1.0), loud(0.5), silence(0.7)])))
    (started,) = sent(driver, "speech_started")
    (work,) = (work for work in driver.work if isinstance(work, Transcribe))
    assert started["audio_start_ms"] == pytest.approx(1000 - padding_ms, abs=33)
    assert len(work.samples) / 16 == pytest.approx(padding_ms + 500 + 200, abs=66)


@pytest.mark.parametrize("silence_ms", [200, 500, 1200])
def test_so_long_a_silence_ends_the_turn(driver: Driver, silence_ms: int) -> None:
    driver.detect(type="server_vad", silence_duration_ms=silence_ms)
    driver.send(append(np.concatenate([loud(0.5), silence(silence_ms / 1000 - 0.1)])))
    assert sent(driver, "speech_stopped") == []
    driver.send(append(silence(0.2)))
    (stopped,) = sent(driver, "speech_stopped")
    assert stopped["audio_end_ms"] == pytest.approx(500 + silence_ms, abs=33)


def test_where_no_response_is_wanted_a_turn_is_only_committed(driver: Driver) -> None:
    driver.detect(type="server_vad", create_response=False)
    driver.send(append(np.concatenate([loud(0.5), silence(0.7)])))
    assert len(sent(driver, "committed")) == 1
    assert not any(isinstance(work, Respond) for work in driver.work)


def test_words_do_not_change_when_server_vad_ends_a_turn(driver: Driver) -> None:
    driver.send(append(np.concatenate([loud(0.5), silence(0.3)])))
    judge(driver, "I would like the")
    driver.send(append(silence(0.3)))
    assert len(sent(driver, "committed")) == 1


# semantic_vad ----------------------------------------------------------------------------------------------------


@pytest.fixture
def listener(driver: Driver) -> Driver:
    """A session with semantic_vad in which somebody has spoken and paused for half a second."""
    driver.detect(type="semantic_vad")
    driver.send(append(np.concatenate([loud(0.5), silence(0.5)])))
    return driver


def test_a_complete_turn_ends_as_soon_as_its_words_are_known(listener: Driver) -> None:
    before = len(listener.events)
    judge(listener, "Where is my order?")
    assert listener.types()[before:] == [
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
    ]
    (stopped,) = sent(listener, "speech_stopped")
    assert stopped["audio_end_ms"] == pytest.approx(1000, abs=33)
    anticipated, transcribe, respond = listener.work
    assert isinstance(anticipated, Anticipate)
    assert isinstance(transcribe, Transcribe)
    assert isinstance(respond, Respond)
    np.testing.assert_array_equal(transcribe.samples, anticipated.samples)
    assert listener.send(append(silence(5))) == []


def test_an_unfinished_turn_waits_and_is_one_turn_with_what_follows(listener: Driver) -> None:
    judge(listener, "I would like the")
    listener.send(append(silence(2.5)))
    assert sent(listener, "speech_stopped") == []
    listener.send(append(np.concatenate([loud(0.5), silence(0.5)])))
    judge(listener, "I would like the kettle.")
    assert len(sent(listener, "speech_started")) == len(sent(listener, "committed")) == 1
    (work,) = (work for work in listener.work if isinstance(work, Transcribe))
    assert len(work.samples) / 16 == pytest.approx(500 + 3000 + 500 + 200, abs=66)


@pytest.mark.parametrize(("eagerness", "longest"), [("low", 8.0), ("medium", 4.0), ("high", 2.0)])
def test_an_unfinished_turn_ends_after_the_longest_wait(driver: Driver, eagerness: str, longest: float) -> None:
    driver.detect(type="semantic_vad", eagerness=eagerness)
    driver.send(append(np.concatenate([loud(0.5), silence(0.5)])))
    judge(driver, "I would like the")
    driver.send(append(silence(longest - 0.6)))
    assert sent(driver, "speech_stopped") == []
    driver.send(append(silence(0.2)))
    (stopped,) = sent(driver, "speech_stopped")
    assert stopped["audio_end_ms"] == pytest.approx(500 + longest * 1000, abs=33)
    transcribe = driver.work[1]
    assert isinstance(transcribe, Transcribe)
    np.testing.assert_array_equal(transcribe.samples, pause(driver).samples)


def test_without_a_judgement_the_turn_ends_after_a_middling_silence(listener: Driver) -> None:
    listener.send(append(silence(0.4)))
    assert sent(listener, "speech_stopped") == []
    listener.send(append(silence(0.2)))
    (stopped,) = sent(listener, "speech_stopped")
    assert stopped["audio_end_ms"] == pytest.approx(1500, abs=33)


def test_another_language_is_given_the_middling_silence(listener: Driver) -> None:
    judge(listener, "Ich will die.", "de")
    assert sent(listener, "speech_stopped") == []
    listener.send(append(silence(0.7)))
    assert len(sent(listener, "speech_stopped")) == 1


def test_a_judgement_that_comes_after_speech_went_on_is_dropped(listener: Driver) -> None:
    listener.send(append(loud(0.3)))
    judge(listener, "Where is my order?")
    assert sent(listener, "speech_stopped") == []
    listener.send(append(silence(0.8)))
    assert sent(listener, "speech_stopped") == []
    listener.send(append(silence(0.3)))
    assert len(sent(listener, "speech_stopped")) == 1


def test_a_judgement_of_a_turn_that_is_over_is_dropped(listener: Driver) -> None:
    first = pause(listener)
    listener.send(append(np.concatenate([silence(1.0), loud(0.5), silence(0.5)])))
    transcript = Transcript("Where is my order?", "en", 1.0)
    assert listener.session.judge_pause(first.item_id, len(first.samples), transcript) == []
    assert len(sent(listener, "speech_stopped")) == 1


def test_a_change_of_turn_detection_holds_from_the_next_turn_on_also_after_a_judged_end(listener: Driver) -> None:
    listener.detect(type="server_vad", silence_duration_ms=200)
    judge(listener, "I would like the")
    listener.send(append(silence(1.0)))
    assert sent(listener, "speech_stopped") == []  # still semantic
    listener.send(append(np.concatenate([loud(0.3), silence(0.5)])))
    judge(listener, "I would like the kettle.")
    assert len(sent(listener, "speech_stopped")) == 1
    listener.send(append(np.concatenate([loud(0.5), silence(0.3)])))
    assert len(sent(listener, "speech_stopped")) == 2


# A user who says nothing -----------------------------------------------------------------------------------------


def answer(driver: Driver, spoken_seconds: float = 2.0) -> None:
    """A spoken turn of the user and the whole reply to it."""
    driver.send(append(np.concatenate([loud(0.5), silence(0.7)])))
    reply(driver, spoken_seconds)


def reply(driver: Driver, spoken_seconds: float = 2.0) -> None:
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "What is your order number?"))
    driver.take(driver.session.play(work.response_id, bytes(int(spoken_seconds * 48_000))))
    driver.take(driver.session.finish(work.response_id, None))


def test_a_silent_user_is_asked_again_once_the_reply_was_heard_and_the_time_is_up(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=5000)
    answer(driver)
    assert driver.send(append(silence(6.9))) == []
    events = driver.send(append(silence(0.2)))
    assert [event["type"] for event in events] == [
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.completed",
        "response.created",
    ]
    triggered, committed, added, _, completed, _ = events
    assert (triggered["audio_start_ms"], triggered["audio_end_ms"]) == (3199, 8199)  # resampling keeps a little back
    assert triggered["item_id"] == committed["item_id"] == added["item"]["id"] == completed["item_id"]
    assert added["previous_item_id"] == committed["previous_item_id"] is not None
    assert completed["transcript"] == ""
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert work.repeats
    assert driver.session.utterance(work.response_id) == ""


def test_the_user_is_asked_again_and_again_but_only_after_a_reply(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=1000)
    assert driver.send(append(silence(5))) == []
    answer(driver, 1.0)
    for times in (1, 2, 3):
        driver.send(append(silence(2.1)))
        assert len(sent(driver, "timeout_triggered")) == times
        assert driver.send(append(silence(5))) == []  # the reply is still being made
        reply(driver, 1.0)


def test_who_speaks_is_not_asked_again(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=2000)
    answer(driver)
    driver.send(append(silence(3.9)))
    driver.send(append(np.concatenate([loud(4.0), silence(0.7)])))
    assert sent(driver, "timeout_triggered") == []
    respond = driver.work[-1]
    assert isinstance(respond, Respond)
    assert not respond.repeats
    assert driver.send(append(silence(5))) == []


def test_an_intent_of_the_projects_own_can_be_given_instead() -> None:
    driver = Driver(make_session(turn_taking=TurnTaking(options=TurnOptions(idle_message="/silence"))))
    driver.detect(type="server_vad", idle_timeout_ms=1000)
    answer(driver)
    driver.send(append(silence(3.1)))
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert not work.repeats
    assert driver.session.utterance(work.response_id) == "/silence"
    reply(driver)
    driver.send({"type": "response.create"})
    assert isinstance(driver.work[-1], Respond)
    assert driver.work[-1].item_ids == ()  # the silence is no question that waits for an answer


def test_where_no_response_is_wanted_a_silence_is_only_committed(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=1000, create_response=False)
    driver.send({"type": "response.create"})
    reply(driver, 0.0)
    events = [event["type"] for event in driver.send(append(silence(1.1)))]
    assert events[:2] == ["input_audio_buffer.timeout_triggered", "input_audio_buffer.committed"]
    assert "response.created" not in events
    assert driver.send(append(silence(5))) == []


def test_a_timeout_that_is_changed_or_taken_back_holds_at_once(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=5000)
    answer(driver, 0.0)
    driver.send(append(silence(1.0)))
    driver.detect(type="server_vad", idle_timeout_ms=2000)
    driver.send(append(silence(1.1)))
    assert len(sent(driver, "timeout_triggered")) == 1
    reply(driver, 0.0)
    driver.detect(type="server_vad", idle_timeout_ms=None)
    assert driver.send(append(silence(9))) == []


def test_after_a_reply_that_the_client_cut_short_its_sound_is_not_waited_for(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=1000)
    driver.send(append(np.concatenate([loud(0.5), silence(0.7)])))
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "What is your order number?"))
    driver.take(driver.session.play(work.response_id, bytes(480_000)))
    driver.send({"type": "response.cancel"})
    driver.send(append(silence(1.1)))
    assert len(sent(driver, "timeout_triggered")) == 1


@pytest.mark.parametrize("step", [480, 4_799, 48_000, 480_000])
def test_when_the_time_is_up_does_not_depend_on_how_the_audio_is_chunked(driver: Driver, step: int) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=1500)
    answer(driver, 0.5)
    quiet = silence(4.0)
    for start in range(0, len(quiet), step):
        driver.send(append(quiet[start : start + step]))
    (triggered,) = sent(driver, "timeout_triggered")
    assert (triggered["audio_start_ms"], triggered["audio_end_ms"]) == (1699, 3199)


def test_an_out_of_band_response_does_not_begin_the_wait(driver: Driver) -> None:
    driver.detect(type="server_vad", idle_timeout_ms=1000)
    driver.send({"type": "response.create", "response": {"conversation": "none"}})
    reply(driver, 0.0)
    assert driver.send(append(silence(5))) == []


@pytest.mark.parametrize("before", [None, {"type": "server_vad"}, {"type": "semantic_vad"}])
def test_a_timeout_counts_from_when_it_is_set(driver: Driver, before: dict[str, Any] | None) -> None:
    answer(driver)
    audio = {"input": {"turn_detection": before}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    driver.send(append(silence(10)))
    driver.send({"type": "input_audio_buffer.clear"})
    driver.detect(type="server_vad", idle_timeout_ms=5000)
    assert driver.send(append(silence(4.9))) == []
    assert driver.send(append(silence(0.2)))[0]["type"] == "input_audio_buffer.timeout_triggered"
