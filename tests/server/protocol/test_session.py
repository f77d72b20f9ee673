"""The session's state machine: every event it sends is checked against the stock client's own types."""

import base64
import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.options import SegmenterOptions
from asr.segmentation.vad_segmenter import VadSegmenter
from asr.transcript import Hints, Transcript
from server.options import LimitOptions
from server.protocol.outputs import Anticipate, Cancel, Respond, Transcribe, TranscribeFile
from server.wire.audio_formats import encode_audio
from server.wire.messages import ProtocolError
from tests.fakes import loud, silence
from tests.server.conftest import Driver, append, make_session, new_segmenter
from tests.server.protocol.test_conversation import steps

TEXT_TURN = [
    "response.created",
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
]


def user_message(text: str, item_id: str | None = None) -> dict[str, Any]:
    item: dict[str, Any] = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    if item_id:
        item["id"] = item_id
    return {"type": "conversation.item.create", "item": item}


def only_error(events: list[dict[str, Any]]) -> dict[str, Any]:
    assert [event["type"] for event in events] == ["error"]
    error: dict[str, Any] = events[0]["error"]
    return error


def speak(driver: Driver, seconds: float = 1.0) -> None:
    """Speech and enough silence to end it."""
    driver.send(append(loud(seconds)))
    driver.send(append(silence(0.7)))


def start_reply(driver: Driver, played_bytes: int = 48_000) -> str:
    """A spoken reply in progress, two sentences long; gives its response id."""
    speak(driver)
    work = driver.work[-1]
    assert isinstance(work, Respond)
    for sentence in ("It costs ten dollars.", " It weighs one pound."):
        driver.take(driver.session.say(work.response_id, sentence))
        driver.take(driver.session.play(work.response_id, bytes(played_bytes)))
    return work.response_id


def test_a_session_introduces_itself_with_its_whole_configuration(driver: Driver) -> None:
    session = driver.events[0]["session"]
    assert driver.types() == ["session.created"]
    assert session["id"] == "sess_1"
    assert session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 500
    assert session["audio"]["output"]["format"] == {"type": "audio/pcm", "rate": 24000}


def test_event_ids_are_unique_and_in_order(driver: Driver) -> None:
    driver.send(user_message("hello"))
    ids = [event["event_id"] for event in driver.events]
    assert ids == sorted(set(ids))


def test_a_text_turn_has_the_protocols_order(driver: Driver) -> None:
    driver.send({"type": "session.update", "session": {"type": "realtime", "output_modalities": ["text"]}})
    assert [e["type"] for e in driver.send(user_message("hello", "mine"))] == [
        "conversation.item.added",
        "conversation.item.done",
    ]
    before = len(driver.events)
    driver.send({"type": "response.create"})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert work.item_ids == ("mine",)
    assert driver.session.utterance(work.response_id) == "hello"
    driver.take(driver.session.say(work.response_id, "Good day."))
    driver.take(driver.session.finish(work.response_id, {"heedful.intent": "greet"}))
    assert driver.types()[before:] == TEXT_TURN
    done = driver.events[-1]["response"]
    assert done["status"] == "completed"
    assert done["metadata"] == {"heedful.intent": "greet"}
    assert done["usage"]["total_tokens"] == 3
    assert done["output"][0]["content"] == [{"type": "output_text", "text": "Good day."}]
    added = driver.events[before + 2]
    assert added["previous_item_id"] == "mine"


def test_a_spoken_turn_has_the_protocols_order(driver: Driver) -> None:
    speak(driver)
    anticipate, transcribe, respond = driver.work
    assert isinstance(anticipate, Anticipate)
    assert isinstance(transcribe, Transcribe)
    assert isinstance(respond, Respond)
    assert respond.item_ids == (transcribe.item_id,)
    driver.take(driver.session.transcribed(transcribe.item_id, 0, Transcript("hello there", "en", 1.5)))
    driver.take(driver.session.say(respond.response_id, "Good day."))
    driver.take(driver.session.play(respond.response_id, bytes(9600)))
    driver.take(driver.session.finish(respond.response_id, None))
    assert driver.types() == [
        "session.created",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
    ]
    started, stopped, committed = driver.events[1:4]
    assert started["item_id"] == stopped["item_id"] == committed["item_id"] == transcribe.item_id
    assert stopped["audio_end_ms"] - started["audio_start_ms"] == pytest.approx(1500, abs=64)
    # Of the half second of silence that ended the turn, 200 ms are recognised.
    assert len(transcribe.samples) / 16 == stopped["audio_end_ms"] - started["audio_start_ms"] - 300


def test_truncate_cuts_the_text_to_what_was_heard(driver: Driver) -> None:
    driver.take(driver.session.finish(start_reply(driver), None))  # two sentences of one second
    item = driver.events[-1]["response"]["output"][0]
    truncate = {"type": "conversation.item.truncate", "item_id": item["id"], "content_index": 0, "audio_end_ms": 1500}
    assert [e["type"] for e in driver.send(truncate)] == ["conversation.item.truncated"]
    retrieved = driver.send({"type": "conversation.item.retrieve", "item_id": item["id"]})[0]["item"]
    assert retrieved["content"][0]["transcript"] == "It costs ten dollars. It weighs"
    assert len(base64.b64decode(retrieved["content"][0]["audio"])) == 72_000


def test_truncating_more_than_there_is_is_refused(driver: Driver) -> None:
    driver.take(driver.session.finish(start_reply(driver), None))
    item_id = driver.events[-1]["response"]["output"][0]["id"]
    truncate = {"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0, "audio_end_ms": 9999}
    error = only_error(driver.send(truncate))
    assert (error["code"], error["message"]) == (
        "invalid_value",
        "Audio content of 2000ms is already shorter than 9999ms",
    )


def test_only_spoken_replies_can_be_truncated(driver: Driver) -> None:
    driver.send(user_message("hello", "mine"))
    truncate = {"type": "conversation.item.truncate", "item_id": "mine", "content_index": 0, "audio_end_ms": 0}
    assert only_error(driver.send(truncate))["code"] == "unsupported_content_type"
    assert only_error(driver.send(truncate | {"item_id": "none"}))["code"] == "item_truncate_invalid_item_id"


def test_a_users_recording_can_be_retrieved(driver: Driver) -> None:
    speak(driver)
    item_id = driver.events[3]["item_id"]
    item = driver.send({"type": "conversation.item.retrieve", "item_id": item_id})[0]["item"]
    audio = base64.b64decode(item["content"][0]["audio"])
    work = driver.work[1]
    assert isinstance(work, Transcribe)
    assert audio == encode_audio(work.samples, 16_000, "audio/pcm")
    again = driver.send({"type": "conversation.item.retrieve", "item_id": item_id})[0]["item"]
    assert again == item


def test_the_audio_of_old_items_is_forgotten_but_not_their_text(driver: Driver) -> None:
    for _ in range(22):
        speak(driver, 0.3)
        work = driver.work[-1]
        assert isinstance(work, Respond)
        driver.session.transcribed(work.item_ids[-1], 0, Transcript("hello", "en", 1))
        driver.take(driver.session.finish(work.response_id, None))
    first, *_, last = list(driver.session.conversation)
    assert first.audio_bytes == 0
    assert first.text == "hello"
    assert last.audio_bytes > 0


def test_items_can_be_put_anywhere_and_taken_out(driver: Driver) -> None:
    driver.send(user_message("two", "two"))
    first = driver.send(user_message("one", "one") | {"previous_item_id": "root"})[0]
    assert first["previous_item_id"] is None
    assert driver.send(user_message("between", "b") | {"previous_item_id": "one"})[0]["previous_item_id"] == "one"
    assert driver.send({"type": "conversation.item.delete", "item_id": "two"})[0]["item_id"] == "two"
    assert [item.id for item in driver.session.conversation] == ["one", "b"]


@pytest.mark.parametrize(
    ("frame", "code", "param"),
    [
        ("not json", "invalid_event", None),
        ("[1]", "invalid_event", None),
        (b"\x00\x01", "invalid_event", None),
        ("[" * 100_000, "invalid_event", None),
        ('{"type": "x", "a": ' + "9" * 5000 + "}", "invalid_event", None),
        ('{"type": "input_audio_buffer.clear", "event_id": NaN}', "invalid_event", None),
        ('{"type": "session.update", "session": {"type": "realtime", "tools": [{"x": 1e999}]}}', "invalid_event", None),
        ('{"type": "session.update", "session": {"type": "realtime", "tools": [-9e9999]}}', "invalid_event", None),
        ('{"type": "x", "a": ' + "[" * 100 + "]" * 100 + "}", "invalid_event", None),
        ({}, "missing_required_parameter", "type"),
        ({"type": "scooby.dooby.doo"}, "invalid_value", "type"),
        ({"type": ["x"]}, "invalid_value", "type"),
        ({"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
        ({"type": "input_audio_buffer.append", "audio": "!!!"}, "invalid_value", "audio"),
        ({"type": "input_audio_buffer.append", "audio": "AAA"}, "invalid_value", "audio"),
        ({"type": "input_audio_buffer.append", "audio": 5}, "invalid_type", "audio"),
        ({"type": "input_audio_buffer.clear", "extra": 1}, "unknown_parameter", "extra"),
        ({"type": "conversation.item.delete", "item_id": "yo"}, "item_delete_invalid_item_id", None),
        ({"type": "conversation.item.retrieve", "item_id": "yo"}, "item_retrieve_invalid_item_id", None),
        ({"type": "output_audio_buffer.clear"}, "invalid_event", None),
        ({"type": "conversation.item.create", "item": {"type": "dance"}}, "invalid_value", "item.type"),
        ({"type": "session.update", "session": {}}, "missing_required_parameter", "session.type"),
        ({"type": "session.update", "session": {"type": "realtime", "x": 1}}, "unknown_parameter", "session.x"),
        (
            {"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"speed": 9}}}},
            "invalid_value",
            "session.audio.output.speed",
        ),
        ({"type": "session.update", "session": {"type": "realtime", "Foo": 1}}, "unknown_parameter", "session.Foo"),
        (
            {
                "type": "session.update",
                "session": {
                    "type": "realtime",
                    "audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 2}}},
                },
            },
            "invalid_value",
            "session.audio.input.turn_detection.threshold",
        ),
        ({"type": "response.create", "response": {"x": 1}}, "unknown_parameter", "response.x"),
        ({"type": "response.create", "response": {"metadata": {"k": 5}}}, "invalid_type", "response.metadata.k"),
    ],
)
def test_bad_input_gets_a_coded_error_and_the_session_goes_on(
    driver: Driver, frame: dict[str, Any] | str | bytes, code: str, param: str | None
) -> None:
    error = only_error(driver.send(frame))
    assert (error["code"], error["param"]) == (code, param)
    assert [e["type"] for e in driver.send(user_message("still here"))][0] == "conversation.item.added"


def test_another_message_under_the_id_of_a_deleted_one_is_answered(driver: Driver) -> None:
    for text in ("hello", "goodbye"):
        driver.send(user_message(text, "mine"))
        driver.send({"type": "response.create"})
        work = driver.work[-1]
        assert isinstance(work, Respond)
        assert driver.session.utterance(work.response_id) == text
        driver.take(driver.session.finish(work.response_id, None))
        driver.send({"type": "conversation.item.delete", "item_id": "mine"})


def test_a_transcript_for_a_message_that_another_has_replaced_is_dropped(driver: Driver) -> None:
    recording = {"type": "input_audio", "audio": json.loads(append(loud(0.2)))["audio"]}
    item = {"type": "message", "id": "mine", "role": "user", "content": [recording, recording]}
    driver.send({"type": "conversation.item.create", "item": item})
    driver.send({"type": "conversation.item.delete", "item_id": "mine"})
    driver.send(user_message("hello", "mine"))
    for content_index in (0, 1):
        assert driver.session.transcribed("mine", content_index, Transcript("late", "en", 1)) == []
    assert [item.text for item in driver.session.conversation] == ["hello"]


def test_an_item_whose_id_is_taken_or_whose_place_is_unknown_is_refused(driver: Driver) -> None:
    driver.send(user_message("one", "one"))
    assert only_error(driver.send(user_message("two", "one")))["code"] == "item_create_duplicate_item_id"
    astray = user_message("two", "two") | {"previous_item_id": "nowhere"}
    assert only_error(driver.send(astray))["code"] == "item_create_invalid_previous_item_id"
    assert [item.id for item in driver.session.conversation] == ["one"]


def test_a_role_cannot_have_the_others_content(driver: Driver) -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "output_text", "text": "x"}]}
    error = only_error(driver.send({"type": "conversation.item.create", "item": item}))
    assert error["param"] == "item.content[0].type"


def test_every_recording_of_a_message_has_its_own_transcript_beside_the_typed_text(driver: Driver) -> None:
    audio = json.loads(append(loud(0.5)))["audio"]
    recording = {"type": "input_audio", "audio": audio}
    content = [{"type": "input_text", "text": "order 48213"}, recording, recording]
    item = {"type": "message", "id": "mine", "role": "user", "content": content}
    driver.send({"type": "conversation.item.create", "item": item})
    assert [(w.item_id, w.content_index) for w in driver.work if isinstance(w, TranscribeFile)] == [
        ("mine", 1),
        ("mine", 2),
    ]
    driver.take(driver.session.transcribed("mine", 2, Transcript("please", "en", 1)))
    driver.take(driver.session.transcribed("mine", 1, Transcript("now", "en", 1)))
    assert driver.events[-1]["content_index"] == 1
    stored = driver.session.conversation.get("mine")
    assert stored is not None
    assert stored.text == "order 48213 now please"


HALVES = st.text(st.sampled_from('ab\ud800\udc00\udfff\\"😀'))


@given(
    HALVES, HALVES, st.sampled_from(["input_text", "transcript", "arguments", "id", "instructions", "event_id", "key"])
)
def test_no_half_of_a_surrogate_pair_is_sent_back(before: str, after: str, place: str) -> None:
    driver = Driver(make_session())
    text = f"{before}\ud83d{after}"
    contents = {
        "input_text": {"type": "input_text", "text": text},
        "transcript": {"type": "input_audio", "transcript": text},
    }
    frames: dict[str, dict[str, Any]] = {
        "arguments": {"item": {"type": "function_call", "name": text, "arguments": text}},
        "id": {"item": {"type": "message", "role": "user", "id": text, "content": []}},
        "instructions": {"type": "session.update", "session": {"type": "realtime", "instructions": text}},
        "event_id": {"type": "input_audio_buffer.commit", "event_id": text},
        "key": {"type": "session.update", "session": {"type": "realtime", text: 1}},
    }
    message = {"item": {"type": "message", "role": "user", "content": [contents.get(place)]}}
    answers = driver.send({"type": "conversation.item.create", **frames.get(place, message)})
    assert answers
    for event in answers:
        json.dumps(event, ensure_ascii=False).encode()


def test_half_a_surrogate_pair_becomes_a_question_mark(driver: Driver) -> None:
    driver.send(user_message("a\ud800b", "mine"))
    driver.send(user_message("\\ud800", "escaped"))
    assert [item.text for item in driver.session.conversation] == ["a?b", "\\ud800"]


def test_an_error_quotes_no_more_of_a_client_than_it_takes_to_recognise_it(driver: Driver) -> None:
    long = "x" * 100_000
    for frame in (
        {"type": long},
        {"type": "conversation.item.delete", "item_id": long},
        {"type": "conversation.item.create", "item": {"type": long}},
        {"type": "input_audio_buffer.clear", long: 1},
        {"type": "input_audio_buffer.clear", "event_id": long},
        {"type": "session.update", "session": {"type": "realtime", "audio": {long: 1}}},
    ):
        assert len(json.dumps(only_error(driver.send(frame)))) < 4000


def test_the_id_of_the_utterance_to_come_is_taken(driver: Driver) -> None:
    started = driver.send(append(loud(0.5)))[0]
    assert only_error(driver.send(user_message("x", started["item_id"])))["code"] == "item_create_duplicate_item_id"
    driver.send(append(silence(0.7)))
    assert "input_audio_buffer.committed" in driver.types()


def test_a_reply_in_progress_keeps_its_sound_however_many_recordings_come(driver: Driver) -> None:
    response_id = start_reply(driver)
    audio = json.loads(append(loud(0.2)))["audio"]
    content = [{"type": "input_audio", "audio": audio}]
    for _ in range(25):
        item = {"type": "message", "role": "user", "content": content}
        driver.send({"type": "conversation.item.create", "item": item})
    driver.take(driver.session.play(response_id, bytes(4800)))
    driver.take(driver.session.finish(response_id, None))
    assert driver.events[-1]["response"]["status"] == "completed"


def test_a_recording_in_a_message_is_transcribed(driver: Driver) -> None:
    content = [{"type": "input_audio", "audio": json.loads(append(loud(0.5)))["audio"]}]
    item = {"type": "message", "role": "user", "content": content}
    driver.send({"type": "conversation.item.create", "item": item})
    (work,) = driver.work
    assert isinstance(work, TranscribeFile)
    assert (len(work.audio), work.format_type) == (24_000, "audio/pcm")


def test_a_recording_with_its_text_is_kept_as_it_came_and_not_transcribed(driver: Driver) -> None:
    audio = json.loads(append(loud(0.5)))["audio"]
    content = [{"type": "input_audio", "audio": audio, "transcript": "hello"}]
    item = {"type": "message", "id": "mine", "role": "user", "content": content}
    driver.send({"type": "conversation.item.create", "item": item})
    assert driver.work == []
    retrieved = driver.send({"type": "conversation.item.retrieve", "item_id": "mine"})[0]["item"]
    assert retrieved["content"] == content


def test_a_recording_that_is_not_base64_is_refused_whole(driver: Driver) -> None:
    item = {"type": "message", "id": "mine", "role": "user", "content": [{"type": "input_audio", "audio": "?"}]}
    assert only_error(driver.send({"type": "conversation.item.create", "item": item}))["code"] == "invalid_value"
    assert driver.session.conversation.get("mine") is None


def test_a_transcription_session_never_responds() -> None:
    driver = Driver(make_session(type="transcription"))
    assert driver.events[0]["session"]["object"] == "realtime.transcription_session"
    speak(driver)
    assert [type(work) for work in driver.work] == [Anticipate, Transcribe]
    assert only_error(driver.send({"type": "response.create"}))["code"] == "invalid_event"


def test_transcript_events_can_be_turned_off(driver: Driver) -> None:
    audio = {"input": {"transcription": None}}
    driver.send({"type": "session.update", "session": {"type": "realtime", "audio": audio}})
    speak(driver)
    work = driver.work[1]
    assert isinstance(work, Transcribe)
    assert driver.session.transcribed(work.item_id, 0, Transcript("hello", "en", 1)) == []
    assert list(driver.session.conversation)[0].text == "hello"


def test_a_turn_detection_that_the_servers_settings_exclude_is_refused_and_nothing_changes() -> None:
    def picky(options: SegmenterOptions) -> VadSegmenter:
        return new_segmenter(replace(options, max_utterance_ms=2000))

    driver = Driver(make_session(picky))
    detection = {"type": "server_vad", "prefix_padding_ms": 4000}
    update = {
        "type": "session.update",
        "session": {"type": "realtime", "audio": {"input": {"turn_detection": detection}}},
    }
    error = only_error(driver.send(update))
    assert error["param"] == "session.audio.input.turn_detection"
    assert "max_utterance_ms" in error["message"]
    speak(driver)
    assert "input_audio_buffer.committed" in driver.types()


def test_the_voice_is_fixed_once_it_was_heard(driver: Driver) -> None:
    update = {"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"voice": "alloy"}}}}
    assert driver.send(update)[0]["type"] == "session.updated"
    driver.take(driver.session.finish(start_reply(driver), None))
    assert driver.send(update)[0]["type"] == "session.updated"
    update["session"]["audio"]["output"]["voice"] = "ash"  # type: ignore[index]
    assert only_error(driver.send(update))["code"] == "cannot_update_voice"


FEW_CHARACTERS = LimitOptions(max_turn_characters=10)


def failure_of_the_turn(driver: Driver) -> dict[str, Any]:
    """The error of the turn under way, which the pipeline meets when it asks for the words."""
    work = driver.work[-1]
    assert isinstance(work, Respond)
    with pytest.raises(ProtocolError) as refused:
        driver.session.utterance(work.response_id)
    driver.take(driver.session.fail(work.response_id, refused.value))
    details: dict[str, Any] = driver.events[-1]["response"]["status_details"]
    return details["error"]  # type: ignore[no-any-return]


def test_a_turn_of_too_much_text_fails_and_the_next_goes_on_without_it() -> None:
    driver = Driver(make_session(limits=FEW_CHARACTERS))
    for text in ("how much", "is it"):
        driver.send(user_message(text))
    driver.send({"type": "response.create"})
    error = failure_of_the_turn(driver)
    assert (error["type"], error["code"]) == ("invalid_request_error", "string_above_max_length")
    assert "13 characters" in error["message"]
    assert "at most 10" in error["message"]
    driver.send(user_message("kettle?", "mine"))
    driver.send({"type": "response.create"})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert driver.session.utterance(work.response_id) == "kettle?"


def test_spoken_text_counts_as_typed_text_does() -> None:
    driver = Driver(make_session(limits=FEW_CHARACTERS))
    speak(driver)
    _, transcribe, _ = driver.work
    assert isinstance(transcribe, Transcribe)
    driver.take(driver.session.transcribed(transcribe.item_id, 0, Transcript("how much is it", "en", 1)))
    assert failure_of_the_turn(driver)["code"] == "string_above_max_length"


def test_a_restored_conversation_counts_only_what_is_still_to_be_answered(driver: Driver) -> None:
    for number in range(100):
        driver.send(user_message(f"question {number} " * 10))
        content = [{"type": "output_text", "text": "answer " * 10}]
        item = {"type": "message", "role": "assistant", "content": content}
        assert driver.send({"type": "conversation.item.create", "item": item})[0]["type"] == "conversation.item.added"
    driver.send(user_message("and the price?"))
    driver.send({"type": "response.create"})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert driver.session.utterance(work.response_id) == "and the price?"


def answered_by(driver: Driver) -> tuple[str, ...]:
    """The messages that the response under way answers, which then ends with one word."""
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "Yes."))
    driver.take(driver.session.finish(work.response_id, None))
    return work.item_ids


@pytest.mark.parametrize("previous", [None, "a"])
def test_a_message_that_comes_while_another_is_answered_is_answered_next(driver: Driver, previous: str | None) -> None:
    driver.send(user_message("first", "a"))
    driver.send({"type": "response.create"})
    driver.send(user_message("second", "b") | {"previous_item_id": previous})
    assert answered_by(driver) == ("a",)
    driver.send({"type": "response.create"})
    assert answered_by(driver) == ("b",)
    driver.send({"type": "response.create"})
    assert answered_by(driver) == ("b",)  # nothing is new: the last turn is answered anew
    driver.send({"type": "conversation.item.delete", "item_id": "b"})
    driver.send({"type": "response.create"})
    assert answered_by(driver) == ()


def test_a_message_put_before_a_reply_in_progress_is_answered_next(driver: Driver) -> None:
    driver.send(user_message("first", "a"))
    driver.send({"type": "response.create"})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "Well,"))
    driver.send(user_message("second", "b") | {"previous_item_id": "a"})
    assert answered_by(driver) == ("a",)
    driver.send({"type": "response.create"})
    assert answered_by(driver) == ("b",)


def test_a_full_conversation_takes_nothing_more_until_something_is_deleted() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_items=2)))
    driver.send(user_message("one", "one"))
    driver.send(user_message("two", "two"))
    for frame in (user_message("three", "three"), {"type": "response.create"}):
        error = only_error(driver.send(frame))
        assert error["code"] == "conversation_full"
        assert "2 items" in error["message"]
    driver.send({"type": "conversation.item.delete", "item_id": "one"})
    driver.send({"type": "response.create"})
    assert answered_by(driver) == ("two",)


def test_recordings_count_until_they_are_recognised_though_they_are_deleted() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_session_bytes=100_000)))
    recording = {"type": "input_audio", "audio": json.loads(append(loud(0.5)))["audio"]}
    item = {"type": "message", "role": "user", "content": [recording]}
    codes = []
    for number in range(5):
        create = {"type": "conversation.item.create", "item": item | {"id": str(number)}}
        codes.append(driver.send(create)[0].get("error", {}).get("code"))
        driver.send({"type": "conversation.item.delete", "item_id": str(number)})
    assert codes == [None, None, "conversation_full", "conversation_full", "conversation_full"]
    for number in range(2):
        driver.take(driver.session.transcribed(str(number), 0, Transcript("late", "en", 1)))
    again = {"type": "conversation.item.create", "item": item | {"id": "again"}}
    assert driver.send(again)[0]["type"] == "conversation.item.added"


def test_a_configuration_is_limited_as_a_whole_and_a_refused_update_changes_nothing() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_configuration_bytes=4000)))
    tools = [{"type": "function", "name": "f", "parameters": {"x": "é" * 500}}]
    update: dict[str, Any] = {"type": "session.update", "session": {"type": "realtime", "tools": tools}}
    assert driver.send(update)[0]["session"]["tools"] == tools
    for session in ({"instructions": "x" * 2800}, {"tools": tools * 4}, {"prompt": {"id": "x" * 5000}}):
        error = only_error(driver.send({"type": "session.update", "session": {"type": "realtime", **session}}))
        assert (error["code"], error["param"]) == ("configuration_too_large", "session")
        assert "may take 4000" in error["message"]
    assert driver.send({"type": "session.update", "session": {"type": "realtime"}})[0]["session"]["tools"] == tools
    smaller: dict[str, Any] = {"type": "realtime", "tools": [], "instructions": "x" * 2000}
    assert driver.send({"type": "session.update", "session": smaller})[0]["type"] == "session.updated"


@pytest.mark.parametrize("text", ["?", "  ", "\u200b\u2060", "😀👍🏽", "-.!*", "\u0000", "… — «»"])
def test_a_text_without_a_letter_or_digit_asks_nothing(driver: Driver, text: str) -> None:
    driver.send(user_message(text))
    driver.send({"type": "response.create"})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert driver.session.utterance(work.response_id) == ""


@pytest.mark.parametrize("text", ["ok", "5", "да", "はい", "/silence", "😀 yes"])
def test_a_text_with_a_letter_or_digit_is_asked_as_it_is(driver: Driver, text: str) -> None:
    driver.send(user_message(text))
    driver.send({"type": "response.create"})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert driver.session.utterance(work.response_id) == text


def steps_of_frames(items: int) -> dict[str, int]:
    """What each frame takes in a conversation of so many answered messages."""
    driver = Driver(make_session(limits=LimitOptions(max_items=100_000)))
    for number in range(items):
        driver.send(user_message("hello", str(number)))
    driver.send({"type": "conversation.item.create", "item": {"type": "message", "role": "assistant", "content": []}})
    frames: list[dict[str, Any]] = [
        user_message("hello", "new"),
        user_message("hello", "between") | {"previous_item_id": "7"},
        {"type": "response.create"},
        {"type": "response.cancel"},
        {"type": "conversation.item.retrieve", "item_id": "7"},
        {"type": "conversation.item.delete", "item_id": "7"},
        {"type": "session.update", "session": {"type": "realtime"}},
    ]

    def receive(frame: dict[str, Any]) -> None:
        for _ in driver.session.receive(json.dumps(frame)):
            pass

    return {f"{at} {frame['type']}": steps(partial(receive, frame)) for at, frame in enumerate(frames)}


def test_no_frame_takes_longer_the_more_items_there_are() -> None:
    few, many = steps_of_frames(100), steps_of_frames(1000)
    for name, taken in many.items():
        assert taken <= 2 * few[name], name


STOPPING = "The server is stopping."


def test_a_session_that_is_stopped_begins_nothing_and_ends_what_it_has_begun(driver: Driver) -> None:
    driver.send(user_message("hello"))
    driver.send({"type": "response.create"})
    driver.session.stop(STOPPING)
    for frame in ({"type": "response.create"}, user_message("more"), {"type": "input_audio_buffer.commit"}):
        assert only_error(driver.send(frame))["code"] == "server_stopping"
    assert only_error(driver.send(append(loud(1.0))))["code"] == "server_stopping"
    assert driver.send(append(loud(1.0))) == []  # a microphone is told once
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "Good day."))
    driver.take(driver.session.finish(work.response_id, None))
    assert driver.events[-1]["response"]["status"] == "completed"
    assert len(driver.session.conversation) == 2


def test_what_is_given_up_ends_with_its_reason(driver: Driver) -> None:
    speak(driver)
    transcribe, respond = driver.work[-2:]
    assert isinstance(transcribe, Transcribe)
    assert isinstance(respond, Respond)
    before = len(driver.events)
    driver.take(driver.session.give_up(STOPPING))
    kinds = ["conversation.item.input_audio_transcription.failed", "response.done"]
    assert driver.types()[before:] == kinds
    response = driver.events[-1]["response"]
    assert response["status"] == "failed"
    assert response["status_details"]["error"]["code"] == "server_stopping"
    assert Cancel(respond.response_id) in driver.work
    assert driver.session.give_up(STOPPING) == []
    assert driver.session.finish(respond.response_id, None) == []


def put(driver: Driver, role: str, item_id: str, text: str = "hello", **place: str) -> None:
    kind = "output_text" if role == "assistant" else "input_text"
    item = {"type": "message", "role": role, "id": item_id, "content": [{"type": kind, "text": text}]}
    driver.send({"type": "conversation.item.create", "item": item, **place})


def history_of(driver: Driver, *answered_ids: str) -> list[str]:
    return [item.id for item in driver.session.take_history(answered_ids)]


def test_what_stands_before_a_message_of_the_assistants_is_history_once(driver: Driver) -> None:
    put(driver, "user", "b")
    put(driver, "assistant", "c")
    put(driver, "system", "s")
    put(driver, "user", "d")
    put(driver, "user", "a", previous_item_id="root")
    assert history_of(driver, "d") == ["a", "b", "c"]
    assert history_of(driver) == []
    put(driver, "assistant", "e")
    assert history_of(driver) == ["e"]


def test_a_question_that_waits_is_no_history_before_something_else_has_answered_it(driver: Driver) -> None:
    put(driver, "user", "a")
    assert history_of(driver) == []
    put(driver, "assistant", "b")
    assert history_of(driver) == ["a", "b"]


def test_a_session_that_ends_cuts_its_responses_short(driver: Driver) -> None:
    put(driver, "user", "a")
    driver.send({"type": "response.create"})
    driver.take(driver.session.end())
    assert driver.events[-1]["response"]["status"] == "cancelled"
    assert driver.session.end() == []


def test_a_language_that_nobody_here_hears_is_refused_and_others_go_with_each_recording() -> None:
    driver = Driver(make_session(languages=frozenset({"en", "de"})))

    def ask_for(language: str) -> list[dict[str, Any]]:
        transcription = {"language": language, "keywords": ["Melange"]}
        session = {"type": "realtime", "audio": {"input": {"transcription": transcription}}}
        return driver.send({"type": "session.update", "session": session})

    error = only_error(ask_for("fr"))
    assert (error["code"], error["param"]) == ("invalid_value", "session.audio.input.transcription.language")
    assert "de, en" in error["message"]
    assert ask_for("de")[0]["session"]["audio"]["input"]["transcription"]["language"] == "de"
    speak(driver)
    hints = [work.hints for work in driver.work if isinstance(work, Anticipate | Transcribe)]
    assert hints == [Hints("de", ("Melange",))] * 2
