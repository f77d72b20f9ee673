"""Who is interrupted by speech, what a cancel means, and how much of a reply is still to be heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.options import LimitOptions
from server.protocol.active_responses import ActiveResponses
from server.protocol.barge_in import SPOKEN_OVER, STOPPED_BY_CLIENT, heard_text, spoken_over, to_cancel, unheard_ms
from server.protocol.conversation import Conversation
from server.protocol.response import Ending
from server.wire.messages import ErrorCode, ProtocolError
from server.wire.session_config import SemanticVad, ServerVad
from tests.server.protocol.test_active_responses import response


@pytest.fixture
def active() -> ActiveResponses:
    """A response in the conversation and a later one out of band."""
    active = ActiveResponses(Conversation(LimitOptions()), LimitOptions())
    active.begin(response(1))
    active.begin(response(2, in_conversation=False))
    return active


@pytest.mark.parametrize(
    ("detection", "interrupted"),
    [
        (ServerVad(), ["resp_1"]),
        (SemanticVad(type="semantic_vad"), ["resp_1"]),
        (ServerVad(interrupt_response=False), []),
        (None, []),
    ],
)
def test_speech_ends_the_reply_in_the_conversation_where_the_client_wants_that(
    active: ActiveResponses, detection: ServerVad | SemanticVad | None, interrupted: list[str]
) -> None:
    assert [response.id for response in spoken_over(active, detection)] == interrupted


def test_a_cancel_means_the_response_it_names_else_the_latest(active: ActiveResponses) -> None:
    assert to_cancel(active, None).id == "resp_2"
    assert to_cancel(active, "resp_1").id == "resp_1"
    with pytest.raises(ProtocolError) as refused:
        to_cancel(active, "resp_3")
    assert refused.value.code == ErrorCode.CANCEL_NOT_ACTIVE


@pytest.mark.parametrize(
    ("ending", "expected_ms"), [(Ending("completed"), 1000.0), (SPOKEN_OVER, 0.0), (STOPPED_BY_CLIENT, 0.0)]
)
def test_a_reply_that_was_cut_short_is_not_waited_for(ending: Ending, expected_ms: float) -> None:
    reply = response()
    reply.open()
    reply.say("Good day.")
    reply.play(bytes(48_000))
    assert unheard_ms(reply, ending) == expected_ms
    assert unheard_ms(response(), ending) == 0.0


SPOKEN = [("It costs ten dollars.", 1000.0), (" It weighs one pound.", 2000.0)]


@pytest.mark.parametrize(
    ("end_ms", "text"),
    [
        (0, ""),
        (500, "It costs"),
        (1000, "It costs ten dollars."),
        (1500, "It costs ten dollars. It weighs"),
        (2000, "It costs ten dollars. It weighs one pound."),
        (9000, "It costs ten dollars. It weighs one pound."),
    ],
)
def test_words_are_heard_in_proportion_to_their_time(end_ms: float, text: str) -> None:
    assert heard_text(SPOKEN, end_ms) == text


@given(st.floats(0, 3000), st.floats(0, 3000))
def test_more_time_never_means_fewer_words(first: float, second: float) -> None:
    early, late = sorted((first, second))
    assert heard_text(SPOKEN, late).startswith(heard_text(SPOKEN, early))


def test_a_piece_without_sound_is_heard_with_the_one_before_it() -> None:
    assert heard_text([("One.", 100.0), (" Two.", 100.0)], 100) == "One. Two."
