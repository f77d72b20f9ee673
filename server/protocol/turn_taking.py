"""How a turn ends: by a silence of fixed length, or by one whose length follows from what was said before it."""

from dataclasses import dataclass, replace

from asr.options import SegmenterOptions
from asr.segmentation.end_of_turn import Completeness
from server.wire.session_config import SemanticVad, ServerVad

# The protocol lets low, medium and high eagerness wait for 8, 4 and 2 seconds at most; shorter silences keep the ratio.
PATIENCE = {"low": 2.0, "medium": 1.0, "auto": 1.0, "high": 0.5}


@dataclass(frozen=True, kw_only=True)
class TurnOptions:
    """When `semantic_vad` takes a turn for ended, and what a user hears who says nothing.

    The times hold for medium eagerness; low waits twice as long, high half as long.
    """

    complete_ms: int = 400
    """Silence that ends a turn whose words are complete; it takes until the words are recognised, at least."""

    undecided_ms: int = 1000
    """Silence that ends a turn whose words leave it open, or were not recognised in time."""

    unfinished_ms: int = 4000
    """Silence that ends a turn whose words ask for more, such as "I would like a"."""

    idle_message: str = ""
    """What the dialogue gets when nobody speaks for idle_timeout_ms: a text or an intent such as /silence; empty
    has the last reply said again."""

    def __post_init__(self) -> None:
        times_ms = (self.complete_ms, self.undecided_ms, self.unfinished_ms)
        if min(times_ms) < 0 or list(times_ms) != sorted(times_ms):
            raise ValueError(
                f"complete_ms, undecided_ms and unfinished_ms are {times_ms}; give 0 or more, none below the one before"
            )


@dataclass(frozen=True, slots=True)
class Holds:
    """How long a silence ends the turn, by what was said before it; milliseconds."""

    complete_ms: int
    undecided_ms: int
    unfinished_ms: int

    def silence_ms(self, completeness: Completeness) -> int:
        """Look up the silence that ends a turn whose words were judged so."""
        return {
            Completeness.COMPLETE: self.complete_ms,
            Completeness.UNDECIDED: self.undecided_ms,
            Completeness.UNFINISHED: self.unfinished_ms,
        }[completeness]


@dataclass(frozen=True, slots=True)
class TurnRules:
    """How utterances are found in the audio. With `holds`, the words before a silence say how long it may last."""

    segmenter: SegmenterOptions
    holds: Holds | None = None


@dataclass(frozen=True, slots=True)
class TurnTaking:
    """The server's own settings, into which what a client sets is merged, here and nowhere else."""

    segmenter: SegmenterOptions = SegmenterOptions()
    options: TurnOptions = TurnOptions()

    def rules(self, detection: ServerVad | SemanticVad) -> TurnRules:
        """Merge a client's turn detection into the settings. Raises ValueError where they exclude each other."""
        if isinstance(detection, SemanticVad):
            return self._semantic(detection)
        options = replace(
            self.segmenter,
            threshold=max(detection.threshold, 0.01),
            prefix_padding_ms=detection.prefix_padding_ms,
            silence_duration_ms=detection.silence_duration_ms,
        )
        return TurnRules(options)

    def _semantic(self, detection: SemanticVad) -> TurnRules:
        patience, options = PATIENCE[detection.eagerness], self.options
        times_ms = (options.complete_ms, options.undecided_ms, options.unfinished_ms)
        holds = Holds(*(round(patience * time_ms) for time_ms in times_ms))
        return TurnRules(replace(self.segmenter, silence_duration_ms=holds.undecided_ms), holds)
