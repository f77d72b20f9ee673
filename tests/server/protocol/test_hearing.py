"""The user's live speech in a session: utterances, commits, and what is heard ahead of their end."""

import base64
import json

import numpy as np
import pytest

from asr.transcript import Transcript
from server.options import LimitOptions
from server.protocol.outputs import Anticipate, Respond, Transcribe
from tests.counting import calls_of
from tests.fakes import loud, silence
from tests.server.conftest import Driver, append, make_session, new_telling_segmenter
from tests.server.protocol.test_session import only_error, speak, user_message


def test_what_is_recognised_ahead_is_what_the_utterance_turns_out_to_be(driver: Driver) -> None:
    speak(driver)
    anticipate, transcribe = driver.work[:2]
    assert isinstance(anticipate, Anticipate)
    assert isinstance(transcribe, Transcribe)
    assert anticipate.item_id == transcribe.item_id
    np.testing.assert_array_equal(anticipate.samples, transcribe.samples)


def test_words_that_two_texts_agree_on_are_shown_while_speech_goes_on() -> None:
    driver = Driver(make_session(new_telling_segmenter))
    driver.send(append(loud(1.0)))
    parts = [work for work in driver.work if isinstance(work, Anticipate)]
    assert len(parts) == 3
    assert not any(part.paused for part in parts)
    item_id = parts[0].item_id
    for text in ("where", "where is my", "where is my order"):
        driver.take(driver.session.partly_transcribed(item_id, text))
    driver.send(append(silence(0.7)))
    assert driver.session.partly_transcribed(item_id, "where is my order") == []  # too late: it is committed
    driver.take(driver.session.transcribed(item_id, 0, Transcript("Where is my order?", "en", 1)))
    deltas = [event["delta"] for event in driver.events if event["type"].endswith("transcription.delta")]
    assert deltas == ["where", " is my", " order?"]
    assert driver.events[-1]["transcript"] == "Where is my order?"


def test_clear_leaves_the_words_shown_of_an_utterance_that_is_committed() -> None:
    driver = Driver(make_session(new_telling_segmenter))
    driver.send(append(loud(1.0)))
    item_id = next(work.item_id for work in driver.work if isinstance(work, Anticipate))
    for text in ("where is", "where is my"):
        driver.take(driver.session.partly_transcribed(item_id, text))
    driver.send(append(silence(0.7)))
    driver.send({"type": "input_audio_buffer.clear"})
    driver.take(driver.session.transcribed(item_id, 0, Transcript("where is my order", "en", 1)))
    deltas = [event["delta"] for event in driver.events if event["type"].endswith("transcription.delta")]
    assert "".join(deltas) == "where is my order"


def test_words_are_not_recognised_early_where_nobody_looks_at_them() -> None:
    driver = Driver(make_session(new_telling_segmenter))
    audio = {"input": {"transcription": None}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    speak(driver)
    assert [work.paused for work in driver.work if isinstance(work, Anticipate)] == [True]


def test_cuts_and_events_do_not_depend_on_how_the_audio_is_chunked() -> None:
    pcm = base64.b64decode(json.loads(append(loud(0.6)))["audio"]) + bytes(24_000 * 2)
    whole, pieces = Driver(make_session()), Driver(make_session())
    whole.send({"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()})
    for at in range(0, len(pcm), 997):  # an odd number: samples are cut in two
        piece = base64.b64encode(pcm[at : at + 997]).decode()
        pieces.send({"type": "input_audio_buffer.append", "audio": piece})
    assert pieces.events == whole.events
    assert "input_audio_buffer.committed" in whole.types()


def test_nothing_is_answered_to_an_append_and_silence_brings_no_event(driver: Driver) -> None:
    assert driver.send(append(silence(5))) == []
    assert driver.send({"type": "input_audio_buffer.append", "audio": ""}) == []


def test_without_turn_detection_the_client_commits(driver: Driver) -> None:
    audio = {"input": {"turn_detection": None}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    assert driver.send(append(loud(1.0))) == []
    types = [event["type"] for event in driver.send({"type": "input_audio_buffer.commit"})]
    assert types == ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"]
    (work,) = driver.work
    assert isinstance(work, Transcribe)
    assert len(work.samples) == pytest.approx(16_000, abs=20)
    driver.send({"type": "response.create"})
    assert isinstance(driver.work[-1], Respond)
    assert driver.work[-1].item_ids == (work.item_id,)


def test_a_commit_of_too_little_audio_is_refused_with_the_length(driver: Driver) -> None:
    error = only_error(driver.send({"type": "input_audio_buffer.commit", "event_id": "mine"}))
    assert error["code"] == "input_audio_buffer_commit_empty"
    assert "0.00ms" in error["message"]
    assert error["event_id"] == "mine"


def test_clear_drops_what_was_said(driver: Driver) -> None:
    driver.send(append(loud(1.0)))
    assert [e["type"] for e in driver.send({"type": "input_audio_buffer.clear"})] == ["input_audio_buffer.cleared"]
    driver.send(append(silence(1.0)))
    assert "input_audio_buffer.committed" not in driver.types()


def test_audio_time_goes_on_after_a_clear(driver: Driver) -> None:
    driver.send(append(silence(2.0)))
    driver.send({"type": "input_audio_buffer.clear"})
    started = driver.send(append(loud(0.5)))[0]
    assert started["audio_start_ms"] == pytest.approx(2000, abs=64)


def test_more_than_a_minute_without_a_commit_is_refused_and_the_session_goes_on(driver: Driver) -> None:
    audio = {"input": {"turn_detection": None}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    frame = append(silence(10))
    for _ in range(6):
        assert driver.send(frame) == []
    assert only_error(driver.send(frame))["code"] == "input_audio_buffer_full"
    assert [e["type"] for e in driver.send({"type": "input_audio_buffer.clear"})] == ["input_audio_buffer.cleared"]


def test_a_sentence_broken_by_a_pause_is_answered_as_one(driver: Driver) -> None:
    speak(driver)
    speak(driver)
    first, second = (work for work in driver.work if isinstance(work, Transcribe))
    respond = driver.work[-1]
    assert isinstance(respond, Respond)
    assert respond.item_ids == (first.item_id, second.item_id)
    driver.session.transcribed(first.item_id, 0, Transcript("how much", "en", 1))
    driver.session.transcribed(second.item_id, 0, Transcript("is the kettle", "en", 1))
    assert driver.session.utterance(respond.response_id) == "how much is the kettle"


def test_a_refused_commit_keeps_what_is_buffered(driver: Driver) -> None:
    audio = {"input": {"turn_detection": None}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    driver.send(append(loud(0.07)))
    assert only_error(driver.send({"type": "input_audio_buffer.commit"}))["code"] == "input_audio_buffer_commit_empty"
    driver.send(append(loud(0.07)))
    assert driver.send({"type": "input_audio_buffer.commit"})[0]["type"] == "input_audio_buffer.committed"


def test_a_commit_while_somebody_speaks_ends_the_utterance_and_says_so(driver: Driver) -> None:
    driver.send(append(loud(0.5)))
    types = [event["type"] for event in driver.send({"type": "input_audio_buffer.commit"})]
    assert types[:2] == ["input_audio_buffer.speech_stopped", "input_audio_buffer.committed"]
    started, stopped = driver.events[1:3]
    assert started["item_id"] == stopped["item_id"]
    assert stopped["audio_end_ms"] == pytest.approx(500, abs=5)


def test_an_update_while_somebody_speaks_loses_no_word_and_holds_from_the_next_utterance(driver: Driver) -> None:
    driver.send(append(loud(0.5)))
    for change in (
        {"transcription": {"model": "x"}},
        {"turn_detection": {"type": "server_vad", "silence_duration_ms": 200}},
    ):
        driver.send({"type": "session.update", "session": {"type": "realtime", "audio": {"input": change}}})
    driver.send(append(loud(0.5)))
    assert "input_audio_buffer.committed" not in [e["type"] for e in driver.send(append(silence(0.4)))]
    driver.send(append(silence(0.4)))
    (first,) = (work for work in driver.work if isinstance(work, Transcribe))
    assert len(first.samples) / 16_000 == pytest.approx(1.2, abs=0.07)
    driver.send(append(loud(0.5)))
    assert "input_audio_buffer.committed" in [e["type"] for e in driver.send(append(silence(0.4)))]


def test_clear_leaves_nothing_of_the_audio_before(driver: Driver) -> None:
    driver.send({"type": "input_audio_buffer.append", "audio": base64.b64encode(b"x").decode()})
    driver.send({"type": "input_audio_buffer.clear"})
    other = Driver(make_session())
    for session in (driver, other):
        speak(session)
    ours, theirs = (next(w for w in session.work if isinstance(w, Transcribe)) for session in (driver, other))
    np.testing.assert_array_equal(ours.samples, theirs.samples)


def test_an_utterance_that_has_no_room_is_refused_and_what_follows_is_heard() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_items=1)))
    driver.send(user_message("one", "one"))
    pcm = np.concatenate([loud(0.5), silence(0.7), loud(0.5), silence(0.7)])
    types = [event["type"] for event in driver.send(append(pcm))]
    heard = ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "error"]
    assert types == heard * 2
    assert driver.events[-1]["error"]["code"] == "conversation_full"


def test_a_commit_that_has_no_room_keeps_what_is_buffered() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_items=1)))
    audio = {"input": {"turn_detection": None}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    driver.send(user_message("one", "one"))
    driver.send(append(loud(0.5)))
    assert only_error(driver.send({"type": "input_audio_buffer.commit"}))["code"] == "conversation_full"
    driver.send({"type": "conversation.item.delete", "item_id": "one"})
    assert driver.send({"type": "input_audio_buffer.commit"})[0]["type"] == "input_audio_buffer.committed"


@pytest.mark.parametrize("kind", ["append", "item"])
def test_no_step_of_a_long_frame_takes_longer_than_that_of_a_short_one(kind: str) -> None:
    def most_calls(seconds: float) -> int:
        driver = Driver(make_session())
        frame = append(silence(seconds))
        if kind == "item":
            part = {"type": "input_audio", "audio": json.loads(frame)["audio"]}
            message = {"type": "message", "role": "user", "content": [part]}
            frame = json.dumps({"type": "conversation.item.create", "item": message})
        batches = driver.session.receive(frame)
        steps: list[object] = []
        most = 0
        while not steps or steps[-1] is not None:
            most = max(most, calls_of(lambda: steps.append(next(batches, None))))
        return most

    most_calls(1)
    assert most_calls(60) == pytest.approx(most_calls(15), rel=0.2)


def test_a_long_append_that_is_broken_somewhere_is_taken_not_at_all(driver: Driver) -> None:
    audio = json.loads(append(loud(3.0)))["audio"]
    for broken in (f"{audio}====", f"{audio[:70_000]}-{audio[70_000:]}", f"{audio[: 2**16 - 4]}AAA={audio[2**16 :]}"):
        assert only_error(driver.send({"type": "input_audio_buffer.append", "audio": broken}))["param"] == "audio"
