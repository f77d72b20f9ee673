"""The settings of a language model: checked where the protocol knows them, and echoed as they were sent.

Source: the session object of the OpenAI Realtime API (GA).
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer


class _AsSent(BaseModel):
    """A setting of a language model: checked where the protocol knows it, and echoed as it was sent."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @model_serializer(mode="wrap")
    def _as_sent(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in serialize(self).items() if name in self.model_fields_set}


class FunctionTool(_AsSent):
    type: Literal["function"]
    name: str
    description: str | None = None
    parameters: Any = None


ConnectorId: TypeAlias = Literal[
    "connector_dropbox",
    "connector_gmail",
    "connector_googlecalendar",
    "connector_googledrive",
    "connector_microsoftteams",
    "connector_outlookcalendar",
    "connector_outlookemail",
    "connector_sharepoint",
]


class ToolFilter(_AsSent):
    read_only: bool | None = None
    tool_names: list[str] | None = None


class ApprovalFilter(_AsSent):
    always: ToolFilter | None = None
    never: ToolFilter | None = None


class McpTool(_AsSent):
    type: Literal["mcp"]
    server_label: str
    server_url: str | None = None
    server_description: str | None = None
    connector_id: ConnectorId | None = None
    authorization: str | None = None
    headers: dict[str, str] | None = None
    allowed_callers: list[Literal["direct", "programmatic"]] | None = None
    allowed_tools: list[str] | ToolFilter | None = None
    require_approval: Literal["always", "never"] | ApprovalFilter | None = None
    defer_loading: bool | None = None
    tunnel_id: str | None = None


Tool: TypeAlias = Annotated[FunctionTool | McpTool, Field(discriminator="type")]


class FunctionChoice(_AsSent):
    type: Literal["function"]
    name: str


class McpChoice(_AsSent):
    type: Literal["mcp"]
    server_label: str
    name: str | None = None


ToolChoice: TypeAlias = (
    Literal["none", "auto", "required"] | Annotated[FunctionChoice | McpChoice, Field(discriminator="type")]
)


class Reasoning(_AsSent):
    effort: Literal["minimal", "low", "medium", "high", "xhigh"] | None = None


class Tracing(_AsSent):
    group_id: str | None = None
    metadata: Any = None
    workflow_name: str | None = None


class TokenLimits(_AsSent):
    post_instructions: int | None = None


class RetentionRatio(_AsSent):
    type: Literal["retention_ratio"]
    retention_ratio: Annotated[float, Field(ge=0, le=1)]
    token_limits: TokenLimits | None = None


class TextVariable(_AsSent):
    model_config = ConfigDict(extra="forbid")
    type: Literal["input_text"]
    text: str


class ImageVariable(_AsSent):
    model_config = ConfigDict(extra="forbid")
    type: Literal["input_image"]
    detail: Literal["low", "high", "auto", "original"]
    file_id: str | None = None
    image_url: str | None = None


class FileVariable(_AsSent):
    model_config = ConfigDict(extra="forbid")
    type: Literal["input_file"]
    detail: Literal["auto", "low", "high"] | None = None
    file_data: str | None = None
    file_id: str | None = None
    file_url: str | None = None
    filename: str | None = None


Variable: TypeAlias = str | Annotated[TextVariable | ImageVariable | FileVariable, Field(discriminator="type")]


class Prompt(_AsSent):
    id: str
    variables: dict[str, Variable] | None = None
    version: str | None = None
