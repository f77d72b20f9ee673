"""Every setting in one typed object: defaults < heedful.toml < HEEDFUL_* variables < flags."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from asr.options import SegmenterOptions
from dialogue.options import DialogueOptions
from nlu.options import EncoderOptions, ValidationOptions
from retrieval.options import (
    AnswerOptions,
    IndexOptions,
    IngestOptions,
    MatchOptions,
    SearchOptions,
    TaxonomyOptions,
)
from server.options import LimitOptions, PathOptions, ServerOptions, SpeechOptions
from server.protocol.turn_taking import TurnOptions

FILE_NAME = "heedful.toml"
PREFIX = "HEEDFUL_"
FILE_VARIABLE = "HEEDFUL_CONFIG"


class SettingsError(Exception):
    """A setting that does not exist or cannot have the value given; the message names it and where it was given."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set. Each section is the options of one part."""

    server: ServerOptions = field(default_factory=ServerOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)
    paths: PathOptions = field(default_factory=PathOptions)
    asr: SpeechOptions = field(default_factory=SpeechOptions)
    segmenter: SegmenterOptions = field(default_factory=SegmenterOptions)
    turns: TurnOptions = field(default_factory=TurnOptions)
    encoder: EncoderOptions = field(default_factory=EncoderOptions)
    validation: ValidationOptions = field(default_factory=ValidationOptions)
    dialogue: DialogueOptions = field(default_factory=DialogueOptions)
    ingest: IngestOptions = field(default_factory=IngestOptions)
    index: IndexOptions = field(default_factory=IndexOptions)
    match: MatchOptions = field(default_factory=MatchOptions)
    taxonomy: TaxonomyOptions = field(default_factory=TaxonomyOptions)
    search: SearchOptions = field(default_factory=SearchOptions)
    answer: AnswerOptions = field(default_factory=AnswerOptions)
    folder: Path = field(default_factory=Path.cwd)
    """The folder that relative paths count from: that of heedful.toml. Not a setting of its own."""
    file: Path | None = None
    """The file that was read, if any. Not a setting of its own."""

    def path(self, value: str) -> Path:
        """Return a path setting as an absolute path."""
        return (self.folder / value).resolve()


SECTIONS: dict[str, Any] = {
    part.name: part.default_factory for part in fields(Settings) if part.name not in ("folder", "file")
}


@dataclass(frozen=True, slots=True)
class _Given:
    """A value with where it came from, for the error message."""

    section: str
    key: str
    value: Any
    origin: str


def load_settings(
    file: Path | None = None, environ: Mapping[str, str] | None = None, flags: Sequence[str] = ()
) -> Settings:
    """Read the settings from the file, the environment and flags of the form `section.key=value`.

    `file` None: the one that HEEDFUL_CONFIG names, else heedful.toml in the working folder or one above it, if any.

    Raises:
        SettingsError: a file that cannot be read, an unknown section or key, or a value of the wrong kind.
    """
    environ = os.environ if environ is None else environ
    file = file or _find_file(environ)
    given = [
        *(_from_file(file) if file else []),
        *_from_environment(environ),
        *(_from_flag(flag) for flag in flags),
    ]
    values: dict[str, dict[str, _Given]] = {name: {} for name in SECTIONS}
    for setting in given:
        _check_known(setting)
        values[setting.section][setting.key] = setting
    sections = {name: _section(name, chosen) for name, chosen in values.items()}
    file = file.resolve() if file else None
    return Settings(**sections, folder=file.parent if file else Path.cwd(), file=file)


def _find_file(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get(FILE_VARIABLE):
        return Path(named)
    here = Path.cwd()
    return next((folder / FILE_NAME for folder in (here, *here.parents) if (folder / FILE_NAME).is_file()), None)


def _from_file(file: Path) -> list[_Given]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}") from error
    given = []
    for section, table in tables.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{file}: '{section}' stands outside a section; write it below one such as [server]")
        given += [_Given(section, key, value, f"{file}: {section}.{key}") for key, value in table.items()]
    return given


def _from_environment(environ: Mapping[str, str]) -> list[_Given]:
    given = []
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name == FILE_VARIABLE:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("_")
        given.append(_Given(section, key, value, name))
    return given


def _from_flag(flag: str) -> _Given:
    name, equals, value = flag.partition("=")
    section, dot, key = name.partition(".")
    if not (equals and dot):
        raise SettingsError(f"--set {flag}: write section.key=value, such as server.port=9000")
    return _Given(section.strip(), key.strip(), value, f"--set {name}")


def _check_known(given: _Given) -> None:
    if given.section not in SECTIONS:
        raise SettingsError(f"{given.origin}: there is no section '{given.section}'; there are {', '.join(SECTIONS)}")
    known = [part.name for part in fields(SECTIONS[given.section])]
    if given.key not in known:
        raise SettingsError(
            f"{given.origin}: there is no setting '{given.key}' in '{given.section}'; there are {', '.join(known)}"
        )


def _section(name: str, given: dict[str, _Given]) -> Any:
    kind = SECTIONS[name]
    values = {key: _typed(kind, key, setting.value) for key, setting in given.items()}
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        # A check of the section as a whole begins its message with the setting at fault.
        key = str(first["loc"][0]) if first["loc"] else message.split(" ", 1)[0]
        origin = given[key].origin if key in given else name
        shown = "" if key == "api_key" else f" (it is {values.get(key)!r})"  # a secret is for no log
        raise SettingsError(f"{origin}: {message}{shown}") from error


def _typed(kind: Any, key: str, value: Any) -> Any:
    """TOML and the environment have no null, and the environment and flags no lists.

    An empty text means None where the setting can be None; a text is split at commas where the setting is a list.
    """
    annotation = str(next(part.type for part in fields(kind) if part.name == key))
    if isinstance(value, str) and annotation.startswith("tuple["):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return None if value == "" and "None" in annotation else value
