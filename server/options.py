"""Every setting of the server with its default and one line about it."""

import math
from dataclasses import dataclass

from asr.options import RecognizerOptions


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """Where the server listens and how much it takes on."""

    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for all."""

    port: int = 8765
    """Port to listen on; 0 lets the system choose."""

    api_key: str = ""
    """Key that clients must show; empty lets everyone in."""

    max_sessions: int = 64
    """Connections at a time; more are answered with 503 at once."""

    threads: int = 2
    """Threads on which models run."""

    max_turns_per_session: int = 32
    """Recordings and responses that may be under way at a time in one session; more get server_busy at once."""

    session_minutes: float = 60.0
    """Longest life of a session."""

    watch_seconds: float = 0.0
    """How often to look for a newly trained assistant or index, to load it; 0: only when `heedful reload` asks."""

    tls_certificate: str = ""
    """PEM file of the certificate chain; set it to serve wss and https."""

    tls_key: str = ""
    """PEM file of the private key, unless the certificate's file holds it."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port is {self.port}; give 0 to 65535")
        for name in ("max_sessions", "threads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give 1 or more")
        if self.max_turns_per_session < 2:
            named = f"max_turns_per_session is {self.max_turns_per_session}"
            raise ValueError(f"{named}; give 2 or more, for an utterance and its answer")
        if not 0 < self.session_minutes < math.inf:
            raise ValueError(f"session_minutes is {self.session_minutes}; give a number above 0")
        if not 0 <= self.watch_seconds < math.inf:
            raise ValueError(f"watch_seconds is {self.watch_seconds}; give 0 or more")


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
