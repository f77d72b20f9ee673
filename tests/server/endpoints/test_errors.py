"""The error object, as the stock client's types have it."""

import json

import pytest
from openai.types.shared import ErrorObject

from server.endpoints.errors import ApiError, Refusal, error_answer, error_body, from_protocol
from server.wire.messages import ErrorCode, ProtocolError


def test_codes_are_told_apart() -> None:
    assert len({refusal.code for refusal in Refusal}) == len(Refusal)


@pytest.mark.parametrize("refusal", Refusal)
def test_an_answer_is_the_error_object_of_the_stock_client(refusal: Refusal) -> None:
    answer = error_answer(ApiError(refusal, "no", "file", {"Retry-After": "2"}))
    error = json.loads(bytes(answer.body))["error"]
    ErrorObject.model_validate(error, strict=True)
    assert (answer.status_code, error["code"], error["param"]) == (refusal.status, refusal.code, "file")
    assert answer.headers["retry-after"] == "2"
    assert error["type"] == ("server_error" if refusal.status >= 500 else "invalid_request_error")


def test_what_quotes_a_client_is_cut() -> None:
    assert len(error_body(Refusal.NOT_FOUND, "x" * 10_000)["error"]["message"]) == 2000


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (ErrorCode.MISSING_PARAMETER, Refusal.MISSING_PARAMETER),
        (ErrorCode.CONFIGURATION_TOO_LARGE, Refusal.TOO_LARGE),
        (ErrorCode.UNKNOWN_PARAMETER, Refusal.INVALID_VALUE),
    ],
)
def test_what_the_protocol_refuses_keeps_its_message_and_parameter(code: ErrorCode, refusal: Refusal) -> None:
    error = from_protocol(ProtocolError(code, "wrong", "session.type"))
    assert (error.refusal, error.message, error.param) == (refusal, "wrong", "session.type")
