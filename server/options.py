"""Every setting of the server with its default and one line about it."""

import math
from dataclasses import dataclass, fields

from asr.options import RecognizerOptions


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """Where the server listens and how much it takes on."""

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for all."""

    port: int = 8765
    """Port to listen on; 0 lets the system choose."""

    api_key: str = ""
    """Key that clients must show, and that may do everything; empty: those of `keys_file`, if there are any."""

    keys_file: str = "keys.json"
    """Keys with a name, scopes and limits: `heedful keys add`. With neither, everyone is let in."""

    open_to_network: bool = False
    """Listen beyond this computer although no key is needed."""

    allowed_origins: tuple[str, ...] = ()
    """Origins of web pages that may connect, such as https://shop.example; `*` for all. The server's own always may."""

    max_sessions: int = 64
    """Connections at a time; more are answered with 503 at once."""

    threads: int = 2
    """Threads on which models run."""

    max_turns_per_session: int = 32
    """Recordings and responses that may be under way at a time in one session; more get server_busy at once."""

    session_minutes: float = 60.0
    """Longest life of a session."""

    drain_seconds: float = 20.0
    """How long running turns may go on after a signal to stop, before their sessions are closed."""

    unread_seconds: float = 20.0
    """Longest wait for a client to read on; one that does not is dropped."""

    watch_seconds: float = 0.0
    """How often to look for a newly trained assistant or index, to load it; 0: only when `heedful reload` asks."""

    log_format: str = "text"
    """Form of the log's lines: text, or json with the ids of session, conversation and turn."""

    tls_certificate: str = ""
    """PEM file of the certificate chain; set it to serve wss and https."""

    tls_key: str = ""
    """PEM file of the private key, unless the certificate's file holds it."""

    def __post_init__(self) -> None:
        if not (self.api_key.isascii() and self.api_key.isprintable()) or self.api_key != self.api_key.strip():
            raise ValueError(
                "api_key holds a letter beyond ASCII, a control character, or a space at an end, which no client can "
                "send in a header; choose letters, digits and signs"
            )
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port is {self.port}; give 0 to 65535")
        for name in ("max_sessions", "threads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give 1 or more")
        for name in ("session_minutes", "unread_seconds"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; give a number above 0")
        for name in ("drain_seconds", "watch_seconds"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; give 0 or more")
        if self.log_format not in ("text", "json"):
            raise ValueError(f"log_format is {self.log_format!r}; give text or json")
        if self.max_turns_per_session < 2:
            named = f"max_turns_per_session is {self.max_turns_per_session}"
            raise ValueError(f"{named}; give 2 or more, for an utterance and its answer")


@dataclass(frozen=True, kw_only=True)
class LimitOptions:
    """How much one session may hold and ask for. What is beyond a limit is refused, and the session goes on."""

    max_turn_characters: int = 4000
    """Characters of the user's text that one response answers, typed, spoken or given with response.create."""

    max_items: int = 5000
    """Items of a conversation."""

    max_item_parts: int = 100
    """Parts of one item: texts, recordings and images."""

    max_responses: int = 8
    """Responses out of band that are under way at once."""

    max_configuration_bytes: int = 2**16
    """Bytes of the configuration as JSON, that of a session or of one response: instructions, tools and the rest."""

    max_session_bytes: int = 64 * 2**20
    """Bytes of text, images, and audio that is kept or being recognised. The oldest kept audio goes to make room."""

    max_server_bytes: int = 2**30
    """The same of all sessions together. Half is shared equally among `max_sessions`, half is for who needs it."""

    max_requests: int = 16
    """Recordings and texts of HTTP requests that are recognised or spoken at a time, by all clients together."""

    max_upload_bytes: int = 100 * 2**20
    """Bytes of one uploaded recording."""

    max_recording_seconds: int = 7200
    """Seconds of sound of one uploaded recording."""

    def __post_init__(self) -> None:
        for limit in fields(self):
            if getattr(self, limit.name) < 1:
                raise ValueError(f"{limit.name} is {getattr(self, limit.name)}; give 1 or more")


@dataclass(frozen=True, kw_only=True)
class SpeechOptions(RecognizerOptions):
    """How speech is turned into text, and which names it may hold."""

    favoured_products: int = 10_000
    """Products whose names are expected, the most important first: those that are in stock and much reviewed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.favoured_products < 0:
            raise ValueError(f"favoured_products is {self.favoured_products}; give 0 or more")


@dataclass(frozen=True, kw_only=True)
class PathOptions:
    """Where things lie; relative paths count from the folder of heedful.toml."""

    assistant: str = "data/assistant"
    """The Rasa project: config.yml, domain.yml, data/, actions/."""

    knowledge: str = "data/knowledge"
    """The product knowledge: JSONL, YAML and Markdown files."""

    build: str = "build"
    """Where trained models and indexes are kept."""
