"""Turns recordings into text by the same cuts and the same recogniser as the server."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tqdm import tqdm

from asr.audio.audio_files import Recording
from asr.errors import AsrError
from asr.samples import SAMPLE_RATE_HZ, Samples
from asr.transcript import Transcript
from asr.writers import WRITERS
from server.bootstrap import load_aligner, load_recognizer, segmenter_factory
from server.settings import Settings

OutputFormat: TypeAlias = Literal["txt", "vtt", "srt", "tsv", "json", "all"]

BAR = "{desc} {percentage:3.0f}%|{bar}| {n:.0f}/{total:.0f} s [{elapsed}<{remaining}]"


class OutputError(Exception):
    """Options that do not go together; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FileTranscript:
    """The transcripts of a recording's utterances with where each begins, or why there are none.

    In a recording of more than 28 seconds, several utterances may be recognised, and stand here, as one.
    """

    file: Path
    utterances: tuple[tuple[float, Transcript], ...] = ()
    error: str | None = None
    note: str | None = None
    """Why there may be no text, though nothing went wrong."""

    duration_seconds: float = 0.0

    @property
    def text(self) -> str:
        """All that was said."""
        return " ".join(transcript.text for _, transcript in self.utterances if transcript.text)

    @property
    def transcript(self) -> Transcript:
        """All of it in one; times count from the beginning of the recording."""
        from asr.longform import join

        return join(self.utterances, self.duration_seconds)

    def as_dict(self) -> dict[str, Any]:
        """The transcript for JSON; `start_seconds` counts from the beginning of the recording."""
        utterances = [{"start_seconds": start, **asdict(transcript)} for start, transcript in self.utterances]
        return {"file": str(self.file), "text": self.text, "utterances": utterances}


@dataclass(frozen=True, slots=True)
class Output:
    """Where transcripts go: files in a folder, or text to be printed.

    Neither a format nor a folder: the plain text; a folder alone: all formats in it, as with whisper.
    """

    format: OutputFormat | None = None
    folder: Path | None = None
    json_lines: bool = False

    def prepare(self, files: Sequence[Path]) -> None:
        """Make the folder. Raises OutputError when the transcripts of `files` would get mixed up, OSError."""
        if self.json_lines and (self.format or self.folder):
            raise OutputError("--json prints all there is; leave it out, or --output-format and --output-dir")
        if self.folder is None:
            self._check_printing(several=len(files) > 1)
            return
        named: dict[str, Path] = {}
        for file in files:
            if (other := named.setdefault(file.stem, file)) is not file:
                raise OutputError(f"{other} and {file} would be written to the same file; use a folder for each")
        self.folder.mkdir(parents=True, exist_ok=True)

    def take(self, result: FileTranscript, *, several: bool) -> str | None:
        """Write the transcript; returns the text to be printed, if any. Raises OSError."""
        if self.folder is not None:
            self._write(result.transcript, self.folder / result.file.stem)
            return None
        if self.json_lines:
            return json.dumps(result.as_dict())
        if self.format is not None:
            return WRITERS[self.format](result.transcript).removesuffix("\n")
        return f"{result.file}: {result.text}" if several else result.text

    def _write(self, transcript: Transcript, stem: Path) -> None:
        for name, write in WRITERS.items():
            if self.format in (None, "all", name):
                stem.with_name(f"{stem.name}.{name}").write_text(write(transcript), encoding="utf-8")

    def _check_printing(self, *, several: bool) -> None:
        if self.format == "all":
            raise OutputError("all formats need files to go to; add --output-dir")
        if several and self.format in ("vtt", "srt", "tsv"):
            raise OutputError(f"several recordings cannot be printed as one {self.format}; add --output-dir")


def overrides(model: str | None, language: str | None, task: str | None, beam_size: int | None = None) -> list[str]:
    """Return the command's own options as settings, in the form of --set.

    `auto` has the language detected, and so does a translation whose language is not given.
    """
    if task == "translate" and language is None:
        language = "auto"
    given = {"model": model, "language": "" if language == "auto" else language, "task": task, "beam_size": beam_size}
    return [f"asr.{key}={value}" for key, value in given.items() if value is not None]


def transcribe_files(
    settings: Settings, files: Sequence[Path], *, word_timestamps: bool = False
) -> Iterator[FileTranscript]:
    """The transcript of each file in turn; a file that cannot be read is reported and the next one is taken.

    A bar on stderr, if that is a terminal, shows how far it is.
    """
    from asr.longform import transcribe

    recognizer = load_recognizer(settings)
    align = load_aligner(settings) if word_timestamps else _as_it_is
    new_segmenter = segmenter_factory()
    for number, file in enumerate(files, 1):
        title = f"{number}/{len(files)} {file.name}"
        try:
            recording = Recording(file)
            for _ in recording.measure():
                """How long and how loud it is: known when it has been read once."""
            heard = transcribe(
                _shown(recording, title),
                recognizer,
                new_segmenter(settings.segmenter),
                settings.segmenter,
                batch_size=settings.asr.batch_size,
            )
            parts = tuple((chunk.start_ms / 1000, align(chunk.samples, transcript)) for chunk, transcript in heard)
            result = FileTranscript(file, parts, duration_seconds=recording.seconds)
            if not result.text:
                result = replace(result, note=f"{file}: {recording.silence_note}")
        except AsrError as error:
            result = FileTranscript(file, error=f"{file}: {error}")
        yield result


def _shown(recording: Recording, title: str) -> Iterator[Samples]:
    """The blocks, with a bar about the seconds that are done."""
    with tqdm(total=recording.seconds, desc=title, bar_format=BAR, leave=False, disable=None) as bar:
        for block in recording.blocks():
            yield block
            bar.update(len(block) / SAMPLE_RATE_HZ)


def _as_it_is(samples: Samples, transcript: Transcript) -> Transcript:
    return transcript
