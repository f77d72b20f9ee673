"""The responses of a session: what they answer, and how they end, are cancelled and truncated."""

import base64
import json

import pytest

from asr.transcript import Transcript
from server.options import LimitOptions
from server.protocol.outputs import Cancel, Respond, TranscribeFile
from server.wire.messages import ErrorCode, ProtocolError
from tests.fakes import loud
from tests.server.conftest import Driver, append, make_session
from tests.server.protocol.test_session import FEW_CHARACTERS, answered_by, only_error, speak, start_reply, user_message

CLOSED = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "conversation.item.done",
    "response.output_item.done",
    "response.done",
]
CUT_SHORT = [*CLOSED, "conversation.item.truncated"]


def test_speech_interrupts_a_response_and_closes_its_item_as_incomplete(driver: Driver) -> None:
    response_id = start_reply(driver)
    before = len(driver.events)
    driver.send(append(loud(0.5)))
    assert driver.work[-1] == Cancel(response_id)
    assert driver.types()[before:] == ["input_audio_buffer.speech_started", *CLOSED]
    done = driver.events[-1]["response"]
    assert done["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert done["output"][0]["status"] == "incomplete"
    assert driver.session.say(response_id, "More.") == []
    assert driver.session.finish(response_id, None) == []


def test_speech_does_not_interrupt_where_that_is_turned_off(driver: Driver) -> None:
    detection = {"type": "server_vad", "interrupt_response": False}
    driver.send(
        {"type": "session.update", "session": {"type": "realtime", "audio": {"input": {"turn_detection": detection}}}}
    )
    response_id = start_reply(driver)
    driver.send(append(loud(0.5)))
    assert "response.done" not in driver.types()
    driver.take(driver.session.finish(response_id, None))
    assert driver.events[-1]["response"]["status"] == "completed"


def test_cancel_ends_the_response_and_a_second_cancel_is_an_error(driver: Driver) -> None:
    start_reply(driver)
    events = driver.send({"type": "response.cancel"})
    assert events[-1]["response"]["status_details"]["reason"] == "client_cancelled"
    error = only_error(driver.send({"type": "response.cancel"}))
    assert error["code"] == "response_cancel_not_active"
    assert error["message"].startswith("Cancellation failed")


def test_a_second_response_is_refused_while_one_runs(driver: Driver) -> None:
    response_id = start_reply(driver)
    error = only_error(driver.send({"type": "response.create"}))
    assert error["code"] == "conversation_already_has_active_response"
    assert response_id in error["message"]


def test_metadata_is_echoed_when_the_response_begins_and_ends(driver: Driver) -> None:
    driver.send(user_message("hello"))
    created = driver.send({"type": "response.create", "response": {"metadata": {"client_event_id": "c1"}}})[0]
    assert created["response"]["metadata"] == {"client_event_id": "c1"}
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.fail(work.response_id, ProtocolError(ErrorCode.BUSY, "full")))
    done = driver.events[-1]["response"]
    assert done["metadata"] == {"client_event_id": "c1"}
    assert done["status"] == "failed"
    assert done["status_details"]["error"]["message"] == "full"
    assert done["usage"]["output_tokens"] == 0


def test_an_out_of_band_response_leaves_the_conversation_alone(driver: Driver) -> None:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "aside"}]}
    driver.send({"type": "response.create", "response": {"conversation": "none", "input": [item]}})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    assert work.conversation_id != driver.session.conversation_id
    assert driver.session.utterance(work.response_id) == "aside"
    driver.take(driver.session.say(work.response_id, "Yes."))
    driver.take(driver.session.finish(work.response_id, None))
    assert list(driver.session.conversation) == []
    assert "conversation.item.added" not in driver.types()
    assert driver.events[-1]["response"]["conversation_id"] is None
    driver.send(user_message("hello", "mine"))
    driver.send({"type": "response.create", "response": {"conversation": "none"}})
    aside = driver.work[-1]
    assert isinstance(aside, Respond)
    driver.take(driver.session.finish(aside.response_id, None))
    driver.send({"type": "response.create"})
    assert isinstance(driver.work[-1], Respond)
    assert driver.work[-1].item_ids == ("mine",)  # the aside has not taken the question away


def test_a_response_about_too_much_input_is_refused() -> None:
    driver = Driver(make_session(limits=FEW_CHARACTERS))
    items = [user_message(text)["item"] for text in ("how much", "is it")]
    error = only_error(driver.send({"type": "response.create", "response": {"input": items}}))
    assert (error["code"], error["param"]) == ("string_above_max_length", "response.input")
    assert driver.send({"type": "response.create", "response": {"input": items[:1]}})[0]["type"] == "response.created"


def test_responses_out_of_band_are_refused_beyond_their_limit_and_the_conversation_goes_on() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_responses=2)))
    aside = {"type": "response.create", "response": {"conversation": "none", "input": [user_message("x")["item"]]}}
    answers = [driver.send(aside)[0] for _ in range(3)]
    assert [answer["type"] for answer in answers] == ["response.created", "response.created", "error"]
    assert answers[2]["error"]["code"] == "too_many_responses"
    driver.send(user_message("hello", "mine"))
    driver.send({"type": "response.create"})
    assert answered_by(driver) == ("mine",)
    driver.send({"type": "response.cancel"})
    assert driver.send(aside)[0]["type"] == "response.created"


def test_a_response_that_is_cut_short_says_what_was_understood(driver: Driver) -> None:
    driver.send(user_message("hello"))
    driver.send({"type": "response.create", "response": {"metadata": {"client_event_id": "c1"}}})
    work = driver.work[-1]
    assert isinstance(work, Respond)
    understood = {"client_event_id": "c1", "heedful.intent": "greet"}
    driver.session.understood(work.response_id, understood)
    driver.take(driver.session.say(work.response_id, "Good"))
    driver.send({"type": "response.cancel"})
    assert driver.events[-1]["response"]["metadata"] == understood
    driver.session.understood(work.response_id, {})  # too late


def truncate(driver: Driver, end_ms: int) -> tuple[list[str], str, int]:
    """Truncate the last reply: the events, the text that is left, and its sound in milliseconds."""
    item_id = driver.session.conversation.last_id
    cut = {"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0, "audio_end_ms": end_ms}
    types = [event["type"] for event in driver.send(cut)]
    part = driver.send({"type": "conversation.item.retrieve", "item_id": item_id})[0]["item"]["content"][0]
    return types, part["transcript"], len(base64.b64decode(part.get("audio", ""))) // 48


def test_truncate_ends_a_reply_that_is_still_being_made() -> None:
    driver = Driver(make_session())
    response_id = start_reply(driver)  # two sentences of one second
    assert truncate(driver, 800) == (CUT_SHORT, "It costs ten", 800)
    assert driver.work[-1] == Cancel(response_id)
    done = next(event["response"] for event in driver.events if event["type"] == "response.done")
    assert done["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert done["output"][0]["content"][0]["transcript"] == "It costs ten"
    assert driver.session.play(response_id, bytes(4800)) == []
    assert driver.send({"type": "response.cancel"}) == []  # of the response that is truncated, as clients do
    assert only_error(driver.send({"type": "response.cancel"}))["code"] == "response_cancel_not_active"


def test_the_next_response_can_be_cancelled_after_a_truncate(driver: Driver) -> None:
    start_reply(driver)
    truncate(driver, 800)
    driver.send(user_message("hello"))
    driver.send({"type": "response.create"})
    assert driver.send({"type": "response.cancel"})[-1]["response"]["status"] == "cancelled"


def test_nothing_is_remembered_of_a_reply_that_is_truncated_before_its_first_sound(driver: Driver) -> None:
    speak(driver)
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "It costs ten dollars."))
    assert truncate(driver, 0) == (CUT_SHORT, "", 0)


@pytest.mark.parametrize("ends", ["response.cancel", "conversation.item.truncate"])
def test_of_a_sentence_whose_sound_was_cut_short_only_the_words_heard_are_remembered(driver: Driver, ends: str) -> None:
    speak(driver)
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.say(work.response_id, "It costs ten dollars."))
    driver.take(driver.session.play(work.response_id, bytes(48 * 500), 1000.0))
    if ends == "response.cancel":
        driver.send({"type": ends})
    assert truncate(driver, 500)[1:] == ("It costs", 500)


def test_a_sentence_without_any_sound_was_not_heard_where_the_reply_was_cancelled(driver: Driver) -> None:
    response_id = start_reply(driver)
    driver.take(driver.session.say(response_id, " Shall I order it?"))
    driver.send({"type": "response.cancel"})
    assert truncate(driver, 2000)[1:] == ("It costs ten dollars. It weighs one pound.", 2000)


def test_a_cancelled_reply_can_be_truncated_at_its_end_rounded_up(driver: Driver) -> None:
    start_reply(driver, 48_010)  # 1000.2 ms
    driver.send({"type": "response.cancel"})
    types, text, _ = truncate(driver, 2001)
    assert (types, text) == (["conversation.item.truncated"], "It costs ten dollars. It weighs one pound.")
    assert truncate(driver, 2001)[0] == ["conversation.item.truncated"]


def test_words_without_a_sound_are_heard_with_those_before_them(driver: Driver) -> None:
    response_id = start_reply(driver)
    driver.take(driver.session.say(response_id, " ..."))
    driver.take(driver.session.finish(response_id, None))
    assert truncate(driver, 2000)[1:] == ("It costs ten dollars. It weighs one pound. ...", 2000)


def test_after_each_response_a_client_learns_how_many_turns_it_has_left() -> None:
    driver = Driver(make_session(max_turns=4))
    aside = {"conversation": "none", "input": [user_message("hello")["item"]]}
    driver.send({"type": "response.create", "response": aside})
    speak(driver)
    assert driver.rate_limits == []
    work = driver.work[-1]
    assert isinstance(work, Respond)
    driver.take(driver.session.fail(work.response_id, ProtocolError(ErrorCode.BUSY, "full")))
    (event,) = driver.rate_limits
    # The other response and the recording are still under way.
    assert event["rate_limits"] == [{"name": "requests", "limit": 4, "remaining": 2, "reset_seconds": 0.0}]


@pytest.mark.parametrize("conversation", ["none", "auto"])
def test_a_recording_given_with_a_response_is_heard_and_answered(driver: Driver, conversation: str) -> None:
    sound = {"type": "input_audio", "audio": json.loads(append(loud(0.5)))["audio"]}
    message = {
        "type": "message",
        "role": "user",
        "id": "mine",
        "content": [sound, {"type": "input_text", "text": "now"}],
    }
    request = {"conversation": conversation, "input": [message]}
    events = driver.send({"type": "response.create", "response": request})
    assert [event["type"] for event in events] == ["response.created"]
    file, respond = driver.work
    assert isinstance(file, TranscribeFile)
    assert isinstance(respond, Respond)
    assert respond.item_ids == (file.item_id,)
    assert file.item_id != "mine"  # what the conversation may have already
    driver.take(driver.session.transcribed(file.item_id, 0, Transcript("tell me", "en", 0.5), 7.0))
    assert driver.types()[-1] == "response.created"  # nobody asked for the transcript of what is in no conversation
    assert driver.session.utterance(respond.response_id) == "tell me now"
    assert driver.session.recognition_ms(respond.response_id) == 7.0
    assert driver.session.conversation.held_bytes == 0
    assert len(driver.session.conversation) == 0


def test_a_recording_given_with_a_response_that_cannot_be_heard_fails_it(driver: Driver) -> None:
    sound = {"type": "input_audio", "audio": json.loads(append(loud(0.5)))["audio"]}
    request = {"conversation": "none", "input": [{"type": "message", "role": "user", "content": [sound]}]}
    driver.send({"type": "response.create", "response": request})
    file, respond = driver.work
    assert isinstance(file, TranscribeFile)
    assert isinstance(respond, Respond)
    driver.take(driver.session.transcription_failed(file.item_id, 0, ProtocolError(ErrorCode.BUSY, "full")))
    with pytest.raises(ProtocolError, match="full"):
        driver.session.utterance(respond.response_id)


def test_what_a_response_is_given_has_a_limit() -> None:
    driver = Driver(make_session(limits=LimitOptions(max_session_bytes=60_000)))
    sound = {"type": "input_audio", "audio": json.loads(append(loud(0.5)))["audio"]}
    item = {"type": "message", "role": "user", "content": [sound, sound]}
    request = {"type": "response.create", "response": {"conversation": "none", "input": [item]}}
    assert only_error(driver.send(request))["code"] == "conversation_full"
    assert driver.work == []
