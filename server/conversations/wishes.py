"""Which conversation a session is about, as its door asks for it.

A door that knows its clients, such as a REST channel with its `sender` or a telephone with the id of a call, gives
`Named`. A client that came over the network itself gives `New`, or `Resumed` with the token it was given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from server.wire.messages import ErrorCode, ProtocolError

OWN_PREFIX = "conv_"
"""Ids that begin so are drawn by the server: no door can name one."""

MAX_NAME = 255
"""Characters of an id, a token or a user: what the table of Rasa's events holds."""

CONVERSATION_HEADER = "Heedful-Conversation"
TOKEN_HEADER = "Heedful-Resume-Token"
USER_HEADER = "OpenAI-Safety-Identifier"
"""The header by which clients of the Realtime API name their user."""

OWN_QUERY = ("conversation", "resume_token", "user", "replay_items")
QUERY = frozenset({*OWN_QUERY, "model", "intent", "call_id", "deployment", "api-version"})
"""What a query may hold: our own, and what clients of the Realtime API send."""


@dataclass(frozen=True, slots=True)
class New:
    """A new conversation, whose id and token the server draws."""


@dataclass(frozen=True, slots=True)
class Named:
    """A conversation under the door's own name for it; it begins when it is first named.

    The door answers for its clients: nobody else is asked for a token. All doors that give the same name share it.

    Raises:
        ProtocolError: the name is empty, too long, or the server's own.
    """

    name: str

    def __post_init__(self) -> None:
        _check_length("conversation", self.name)
        if self.name.startswith(OWN_PREFIX):
            raise ProtocolError(
                ErrorCode.INVALID_VALUE,
                f"Invalid value: '{self.name}'. Names that begin with '{OWN_PREFIX}' are the server's own: choose "
                "another.",
                "conversation",
            )


@dataclass(frozen=True, slots=True)
class Resumed:
    """A conversation that a client goes on with, which it proves by the token that it was given."""

    conversation_id: str
    resume_token: str


Wish: TypeAlias = New | Named | Resumed


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a client's connection asks for: a conversation, its user, and whether its items are sent again."""

    wish: Wish
    user: str | None
    replays_items: bool = False


def arrival_of(query: Mapping[str, Sequence[str]], headers: Callable[[str], Sequence[str]]) -> Arrival:
    """Read the query and the headers of a client's request; `headers` gives all values of one. The query goes first.

    Raises:
        ProtocolError: a name in the query that nothing here has, an id without its token or the reverse, or a value
            that is too long.
    """
    _check_names(query)

    def given(name: str, header: str) -> str | None:
        values = [*filter(None, query.get(name, ())), *headers(header)]
        return values[0] if values else None

    conversation_id = given("conversation", CONVERSATION_HEADER)
    token = given("resume_token", TOKEN_HEADER)
    user = given("user", USER_HEADER)
    if user is not None:
        _check_length("user", user)
    if conversation_id is None and token is None:
        return Arrival(New(), user)
    if conversation_id is None or token is None:
        missing = "resume_token" if token is None else "conversation"
        raise ProtocolError(
            ErrorCode.MISSING_PARAMETER,
            f"Missing required parameter: '{missing}'. A conversation goes on with its id and its resume token: "
            "session.created has both.",
            missing,
        )
    _check_length("conversation", conversation_id)
    _check_length("resume_token", token)
    return Arrival(Resumed(conversation_id, token), user, query.get("replay_items", ["false"])[0] == "true")


def _check_names(query: Mapping[str, Sequence[str]]) -> None:
    """Refuse a name that would have no effect: a client that means to resume must not begin anew in silence."""
    for name in sorted(query.keys() - QUERY):
        raise ProtocolError(
            ErrorCode.UNKNOWN_PARAMETER,
            f"Unknown parameter: '{name[:MAX_NAME]}' in the address. There are model, intent, {', '.join(OWN_QUERY)}.",
            name[:MAX_NAME],
        )


def _check_length(name: str, value: str) -> None:
    if not 0 < len(value) <= MAX_NAME:
        raise ProtocolError(
            ErrorCode.INVALID_VALUE,
            f"Invalid value for '{name}': it has {len(value)} characters; give 1 to {MAX_NAME}.",
            name,
        )
