"""The figures for Prometheus, in its text format 0.0.4 and in OpenMetrics."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import choose_encoder

from server.telemetry.meter import Meter

STAGE_SECONDS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histograms: a typed turn takes 0.03 s, a spoken one 0.3 s, one in a crowd some seconds."""


class PrometheusMeter(Meter):
    """Keeps the figures in a registry of its own: two servers in one process do not add up."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._sessions = Gauge("heedful_sessions", "Sessions that are open.", registry=registry)
        self._waiting = Gauge("heedful_waiting_calls", "Calls of turns that wait for a thread.", registry=registry)
        self._loaded = Info("heedful_loaded", "The model and the index that answer.", registry=registry)
        self._opened = Counter("heedful_sessions_opened", "Sessions that were opened.", registry=registry)
        self._turns = Counter("heedful_turns", "Turns by the status of their response.", ["outcome"], registry=registry)
        self._interruptions = Counter("heedful_interruptions", "Replies that were spoken over.", registry=registry)
        self._fallbacks = Counter("heedful_fallbacks", "Turns that were not understood.", registry=registry)
        self._errors = Counter(
            "heedful_errors", "Errors by the code that clients were sent.", ["code"], registry=registry
        )
        self._stages = Histogram(
            "heedful_stage_seconds",
            "How long a stage of a turn took.",
            ["stage"],
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self._first_audio = Histogram(
            "heedful_first_audio_seconds",
            "From the end of speech, as it was found, to the first sound of the answer.",
            buckets=STAGE_SECONDS,
            registry=registry,
        )

    def watch(self, sessions: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Ask for these when the figures are shown."""
        self._sessions.set_function(sessions)
        self._waiting.set_function(waiting)

    def loaded(self, versions: Mapping[str, str]) -> None:
        """Note which model and index answer from now on."""
        self._loaded.info(dict(versions))

    def session_opened(self) -> None:
        """Count a session."""
        self._opened.inc()

    def turn_ended(self, outcome: str) -> None:
        """Count a turn by the status of its response."""
        self._turns.labels(outcome).inc()

    def interrupted(self) -> None:
        """Count a reply that its listener spoke over."""
        self._interruptions.inc()

    def fell_back(self) -> None:
        """Count a turn that was not understood."""
        self._fallbacks.inc()

    def failed(self, code: str) -> None:
        """Count an error by its code."""
        self._errors.labels(code).inc()

    def stage_took(self, stage: str, seconds: float) -> None:
        """Time a stage of a turn."""
        self._stages.labels(stage).observe(seconds)

    def first_audio_after(self, seconds: float) -> None:
        """Time the wait for the first sound of an answer."""
        self._first_audio.observe(seconds)

    def shown(self, accept: str) -> tuple[bytes, str]:
        """Write the figures in the form that an `Accept` header prefers."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type
