"""What `heedful transcribe` does: recordings to text by the same cuts and the same recogniser as the server."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asr.audio import read_audio
from asr.errors import AsrError
from asr.segmenter import SpeechStopped, Utterance
from asr.transcript import Transcript
from server.bootstrap import load_recognizer, segmenter_factory
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class FileTranscript:
    """The transcripts of a recording's utterances with where each begins, or why there are none."""

    file: Path
    utterances: tuple[tuple[float, Transcript], ...] = ()
    error: str | None = None

    @property
    def text(self) -> str:
        """All that was said."""
        return " ".join(transcript.text for _, transcript in self.utterances if transcript.text)

    def as_dict(self) -> dict[str, Any]:
        """The transcript for JSON; `start_seconds` counts from the beginning of the recording."""
        utterances = [{"start_seconds": start, **asdict(transcript)} for start, transcript in self.utterances]
        return {"file": str(self.file), "text": self.text, "utterances": utterances}


def transcribe_files(settings: Settings, files: Sequence[Path]) -> Iterator[FileTranscript]:
    """The transcript of each file in turn; a file that cannot be read is reported and the next one is taken."""
    recognizer = load_recognizer(settings)
    new_segmenter = segmenter_factory(settings)
    for file in files:
        try:
            segmenter = new_segmenter(settings.segmenter)
            events = [*segmenter.push(read_audio(file)), *segmenter.flush()]
            utterances = [event.utterance for event in events if isinstance(event, SpeechStopped)]
            yield FileTranscript(file, tuple((_start(one), recognizer.transcribe(one.samples)) for one in utterances))
        except AsrError as error:
            yield FileTranscript(file, error=f"{file}: {error}")


def _start(utterance: Utterance) -> float:
    return utterance.start_ms / 1000
