"""The responses that are not done, and what becomes of what they answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from server.options import LimitOptions
from server.protocol.active_responses import MOST_GIVEN_UP, ActiveResponses
from server.protocol.barge_in import SPOKEN_OVER
from server.protocol.conversation import Conversation
from server.protocol.items import Item, Part
from server.protocol.response import Ending, Response, ResponseOptions
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SessionConfig

OPTIONS = ResponseOptions.of(SessionConfig())
COMPLETED = Ending("completed")
BUSY = Ending.failed(ProtocolError(ErrorCode.BUSY, "full"))
BROKEN = Ending.failed(ProtocolError(ErrorCode.SERVER_ERROR, "broken"))


def response(number: int = 1, *, in_conversation: bool = True, item_ids: tuple[str, ...] = ("asked",)) -> Response:
    options = replace(OPTIONS, in_conversation=in_conversation)
    return Response(f"resp_{number}", Item(f"item_{number}", role="assistant"), options, "conv_1", "", item_ids)


@pytest.fixture
def conversation() -> Conversation:
    """A conversation with one message of a user."""
    conversation = Conversation(LimitOptions())
    conversation.insert(Item("asked", role="user", parts=[Part("input_audio", "hello", recognition_ms=30.0)]))
    return conversation


@pytest.fixture
def active(conversation: Conversation) -> ActiveResponses:
    return ActiveResponses(conversation, LimitOptions())


@pytest.mark.parametrize(
    ("ending", "says", "answered"),
    [
        (COMPLETED, "Good day.", True),
        (COMPLETED, "", True),
        (BROKEN, "", True),
        (BUSY, "", False),
        (BUSY, "Good", True),
        (SPOKEN_OVER, "", False),
        (SPOKEN_OVER, "Good", True),
    ],
)
def test_words_are_left_to_the_next_response_only_where_this_one_gave_nothing(
    active: ActiveResponses, conversation: Conversation, ending: Ending, says: str, answered: bool
) -> None:
    active.begin(response())
    if says:
        active.say("resp_1", says)
    active.end("resp_1", ending)
    assert conversation.unanswered() == (() if answered else ("asked",))


def test_a_response_out_of_band_answers_nothing_and_leaves_room(
    active: ActiveResponses, conversation: Conversation
) -> None:
    active.begin(response(in_conversation=False))
    active.check_room(OPTIONS)
    active.say("resp_1", "Aside.")
    active.end("resp_1", COMPLETED)
    assert conversation.unanswered() == ("asked",)
    assert [item.id for item in conversation] == ["asked"]


def test_a_second_response_in_the_conversation_finds_no_room(active: ActiveResponses) -> None:
    active.begin(response())
    with pytest.raises(ProtocolError, match="resp_1") as refused:
        active.check_room(OPTIONS)
    assert refused.value.code == ErrorCode.RESPONSE_ACTIVE
    active.end("resp_1", COMPLETED)
    active.check_room(OPTIONS)


def test_responses_out_of_band_are_limited_and_leave_room_in_the_conversation(conversation: Conversation) -> None:
    active = ActiveResponses(conversation, LimitOptions(max_responses=2))
    aside = replace(OPTIONS, in_conversation=False)
    active.begin(response(1))
    for number in (2, 3):
        active.check_room(aside)
        active.begin(response(number, in_conversation=False))
    with pytest.raises(ProtocolError, match="at most 2") as refused:
        active.check_room(aside)
    assert refused.value.code == ErrorCode.TOO_MANY_RESPONSES
    active.end("resp_1", COMPLETED)
    active.check_room(OPTIONS)
    active.end("resp_2", COMPLETED)
    active.check_room(aside)


@pytest.mark.parametrize(
    "late",
    [
        lambda active: active.say("resp_1", "More."),
        lambda active: active.play("resp_1", b"\0\0", None),
        lambda active: active.utterance("resp_1"),
        lambda active: active.recognition_ms("resp_1"),
        lambda active: active.end("resp_1", COMPLETED),
    ],
)
def test_what_comes_after_the_end_has_no_effect(
    active: ActiveResponses, late: Callable[[ActiveResponses], object]
) -> None:
    active.begin(response())
    active.end("resp_1", COMPLETED)
    assert not late(active)


def test_what_is_answered_is_joined_and_timed_without_what_was_deleted(
    active: ActiveResponses, conversation: Conversation
) -> None:
    conversation.insert(Item("more", role="user", parts=[Part("input_audio", "there", recognition_ms=12.0)]))
    active.begin(response(item_ids=("asked", "more", "deleted")))
    assert active.utterance("resp_1") == "hello there"
    assert active.recognition_ms("resp_1") == 42.0
    conversation.delete("asked")
    assert (active.utterance("resp_1"), active.recognition_ms("resp_1")) == ("there", 12.0)


def test_a_recording_that_failed_is_raised_once_and_the_rest_is_answered_then(
    active: ActiveResponses, conversation: Conversation
) -> None:
    for item in conversation:
        item.parts.append(Part("input_audio", failure=ProtocolError(ErrorCode.BUSY, "full")))
    active.begin(response())
    with pytest.raises(ProtocolError, match="full"):
        active.utterance("resp_1")
    assert active.utterance("resp_1") == "hello"


@pytest.mark.parametrize("messages", [20, 100, 400])
def test_what_is_asked_and_cancelled_without_end_is_taken_along_a_bounded_number_of_times(messages: int) -> None:
    conversation = Conversation(LimitOptions())
    active = ActiveResponses(conversation, LimitOptions())
    characters = 0
    for number in range(messages):
        name = f"message {number:06}"
        conversation.insert(Item(name, role="user", parts=[Part("input_text", name)]))
        active.begin(response(number, item_ids=active.to_answer()))
        characters += len(active.utterance(f"resp_{number}"))
        active.end(f"resp_{number}", SPOKEN_OVER)
    assert characters <= messages * MOST_GIVEN_UP * len("message 000000 ")
    assert len(conversation.unanswered()) == MOST_GIVEN_UP - 1
