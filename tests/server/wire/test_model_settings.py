"""What a client says about its language model comes back as it was sent, or is refused."""

import pytest
from openai.types.realtime import RealtimeSessionCreateRequest
from pydantic import BaseModel, ValidationError

from server.wire.model_settings import FunctionTool, McpTool, Prompt, RetentionRatio, Tracing


@pytest.mark.parametrize(
    ("model", "field", "sent"),
    [
        (FunctionTool, "tools", {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": True}),
        (McpTool, "tools", {"type": "mcp", "server_label": "x", "allowed_tools": {"read_only": True}}),
        (RetentionRatio, "truncation", {"type": "retention_ratio", "retention_ratio": 0.5}),
        (Prompt, "prompt", {"id": "p", "variables": {"a": {"type": "input_text", "text": "b"}}, "version": None}),
        (Tracing, "tracing", {"workflow_name": "w", "metadata": {"a": [1]}}),
    ],
)
def test_a_setting_is_echoed_with_the_fields_that_were_sent(
    model: type[BaseModel], field: str, sent: dict[str, object]
) -> None:
    echo = model.model_validate(sent).model_dump()
    assert echo == sent
    session = {"type": "realtime", field: [echo] if field == "tools" else echo}
    RealtimeSessionCreateRequest.model_validate(session, strict=True)


@pytest.mark.parametrize("ratio", [-0.1, 1.1, "many"])
def test_a_share_is_from_0_to_1(ratio: object) -> None:
    with pytest.raises(ValidationError):
        RetentionRatio.model_validate({"type": "retention_ratio", "retention_ratio": ratio})
