"""Judges spoken commands: right only where the intent and every slot are, and which stage failed where they are not."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from asr.audio.audio_files import read_audio
from asr.errors import AsrError
from asr.evaluation.acoustics import AS_RECORDED, Acoustics, Condition
from asr.evaluation.recognition import ManifestError, normalized
from asr.samples import Samples
from asr.transcript import Transcript
from nlu.data.examples import NluData
from nlu.interpretation import Interpretation

Slots = Mapping[str, tuple[str, ...]]
Values = frozenset[tuple[str, str]]


class Stage(StrEnum):
    """Where a command went wrong."""

    HEARING = "hearing"
    ENTITY = "entity"
    INTENT = "intent"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class SpokenCommand:
    """A recording with what it means; `text` is what is said, where somebody wrote it down."""

    audio: Path
    intent: str
    slots: Slots
    text: str | None = None

    @property
    def values(self) -> Values:
        """The slots with their values, as they are compared."""
        return frozenset((slot, normalized(value)) for slot, values in self.slots.items() for value in values)


@dataclass(frozen=True, slots=True)
class CommandResult:
    """One command under one condition: what was heard and understood; `failed` is None where all is right."""

    command: SpokenCommand
    condition: Condition
    heard: str
    intent: str
    values: Values
    failed: Stage | None
    seconds: float


@dataclass(frozen=True, slots=True)
class CommandFailure:
    """A recording that could not be read or recognised, and why."""

    command: SpokenCommand
    error: str


@dataclass(frozen=True, slots=True)
class Known:
    """The intents and the kinds of entities that a project can find at all."""

    intents: frozenset[str]
    entities: frozenset[str]

    @classmethod
    def of(cls, data: NluData) -> "Known":
        """Read them off the training data."""
        annotated = {entity.name for example in data.examples for entity in example.entities}
        listed = {listing.name for listing in data.listings if listing.kind in ("lookup", "regex")}
        return cls(frozenset(example.intent for example in data.examples), frozenset(annotated | listed))


def read_commands(path: Path) -> list[SpokenCommand]:
    """Read a JSON Lines file: `audio` (a path from the file's folder), `intent`, `slots`, and `text` if it is known.

    A slot has one value or a list of some. Raises ManifestError.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: cannot be read ({error})") from error
    commands = [_command(line, path.parent, f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not commands:
        raise ManifestError(f"{path}: no line; write one JSON object with audio, intent and slots a line")
    return commands


def _command(line: str, folder: Path, place: str) -> SpokenCommand:
    try:
        entry = json.loads(line)
        slots = {str(slot): _texts(value) for slot, value in (entry.get("slots") or {}).items()}
        text = entry.get("text")
        return SpokenCommand(folder / entry["audio"], str(entry["intent"]), slots, None if text is None else str(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestError(f"{place}: not an object with audio, intent and slots ({error!r})") from error


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(part).strip() for part in (value if isinstance(value, list) else [value]))


class CommandJudge:
    """Says of what was heard whether it was understood; entities of kinds that no command has do not count."""

    def __init__(
        self, interpret: Callable[[str], Interpretation], commands: Sequence[SpokenCommand], known: Known
    ) -> None:
        self._interpret = interpret
        self._known = known
        self._counted = frozenset(slot for command in commands for slot in command.slots)
        self._understood: dict[str, tuple[str, Values]] = {}

    def judge(
        self, command: SpokenCommand, heard: str, condition: Condition = AS_RECORDED, seconds: float = 0.0
    ) -> CommandResult:
        """What the heard text is worth."""
        intent, values = self._meaning(heard)
        failed = self._failed(command, heard, intent, values)
        return CommandResult(command, condition, heard, intent, values, failed, seconds)

    def _meaning(self, text: str) -> tuple[str, Values]:
        if text not in self._understood:
            found = self._interpret(text)
            values = ((entity.name, normalized(entity.value)) for entity in found.entities)
            self._understood[text] = found.intent.name, frozenset(v for v in values if v[0] in self._counted)
        return self._understood[text]

    def _failed(self, command: SpokenCommand, heard: str, intent: str, values: Values) -> Stage | None:
        if (intent, values) == (command.intent, command.values):
            return None
        if command.intent not in self._known.intents or not command.slots.keys() <= self._known.entities:
            return Stage.LABEL
        if command.text is not None:
            intent, values = self._meaning(command.text)
            if (intent, values) == (command.intent, command.values):
                return Stage.HEARING
        elif not all(says(heard, value) for _, value in command.values):
            return Stage.HEARING
        return Stage.ENTITY if intent == command.intent else Stage.INTENT


def says(text: str, value: str) -> bool:
    """Whether a text has a normalised value, word for word."""
    return f" {value} " in f" {normalized(text)} "


def hear_all(
    transcribe: Callable[[Samples], Transcript],
    judge: CommandJudge,
    commands: Iterable[SpokenCommand],
    acoustics: Acoustics,
    conditions: Sequence[Condition] = (AS_RECORDED,),
    now: Callable[[], float] = time.process_time,
) -> Iterator[CommandResult | CommandFailure]:
    """Hear and judge each command under each condition, with the same stretch of a noise at all levels.

    `transcribe` takes float32 [n] mono 16 kHz. A recording that cannot be used gives one failure, and the next follows.
    """
    for number, command in enumerate(commands):
        try:
            samples = read_audio(command.audio)
            for condition in conditions:
                sound = acoustics.apply(samples, condition, seed=number)
                started = now()
                heard = transcribe(sound).text
                yield judge.judge(command, heard, condition, now() - started)
        except AsrError as error:
            yield CommandFailure(command, str(error))
