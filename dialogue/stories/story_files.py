"""Test stories (`stories:`) and end-to-end tests (`test_cases:`) of a Rasa project, read from YAML."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.stories.assertions import read_assertions
from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Step, Story, Utters
from nlu.data.entity_markup import parse_markup

FOLDERS = ("tests", "e2e_tests")
OF_A_PROJECT = ("config.yml", "domain.yml", "domain")
ENDINGS = (".yml", ".yaml")
# What the reply shows by itself: a form that begins or ends, and the form's question.
SILENT = ("active_loop",)


def read_stories(folder: Path) -> list[Story]:
    """Read all tests of a project: those of `tests/` and `e2e_tests/`; of a file or another folder, those in it.

    Raises ProjectError where a file is no YAML, or has a step that cannot be checked.
    """
    files = _files(folder)
    return [story for file in files if file.suffix in ENDINGS for story in _StoryFile.read(file).stories()]


def _files(folder: Path) -> list[Path]:
    """Find the files of a project's tests; of a folder that is no project, all."""
    if folder.is_file():
        return [folder]
    is_project = any((folder / name).exists() for name in (*OF_A_PROJECT, *FOLDERS))
    roots = [folder / name for name in FOLDERS] if is_project else [folder]
    return [file for root in roots for file in sorted(root.rglob("*"))]


def responses_of(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Read the responses of a project's domain, which may be a folder."""
    domain = project.domain
    files = sorted(domain.rglob("*")) if domain.is_dir() else [domain]
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files if file.suffix in ENDINGS]
    return {name: texts for part in read if part for name, texts in (part.get("responses") or {}).items()}


class _StoryFile:
    """One file of test conversations: its fixtures and metadata, and the stories that name them."""

    def __init__(self, file: Path, content: Mapping[str, Any]) -> None:
        self._file = file
        self._content = content
        self._fixtures = _named(content.get("fixtures"))
        self._metadata = _named(content.get("metadata"))

    @classmethod
    def read(cls, file: Path) -> "_StoryFile":
        """Read a file. Raises ProjectError where it is no YAML."""
        try:
            content = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ProjectError(f"{file} cannot be read: {error}") from error
        return cls(file, content if isinstance(content, Mapping) else {})

    def stories(self) -> Iterator[Story]:
        """Yield the test stories and the end-to-end tests."""
        if self._content.get("test_cases") and self._content.get("stub_custom_actions"):
            raise ProjectError(f"{self._file}: stub_custom_actions: actions are run here, not replaced; take it out")
        for key, name_key in (("stories", "story"), ("test_cases", "test_case")):
            for described in self._content.get(key) or ():
                yield self._story(described, str(described.get(name_key, "")))

    def _story(self, described: Mapping[str, Any], name: str) -> Story:
        place = f"{self._file}: {name}"
        steps = described.get("steps") or ()
        # As in Rasa Pro: a test that has assertions is checked by them alone.
        asserts = any("assertions" in each for each in steps)
        chosen = [each for each in steps if "user" in each] if asserts else steps
        slots: dict[str, object] = {}
        for fixture in described.get("fixtures") or ():
            slots |= self._named(self._fixtures, fixture, f"{place}: the fixture")
        return Story(name, self._file, tuple(step for each in chosen for step in self._steps(each, place)), slots)

    def _named(self, listed: Mapping[str, dict[str, Any]], name: object, place: str) -> dict[str, Any]:
        if str(name) not in listed:
            raise ProjectError(f"{place} {name} is not in the file: write it under its key at the top")
        return listed[str(name)]

    def _steps(self, described: Mapping[str, Any], place: str) -> Iterator[Step]:
        if "user" in described:
            yield self._said(described, place)
            if "assertions" in described:
                yield from read_assertions(described["assertions"], f"{place}: {str(described['user']).strip()!r}")
        elif "action" in described:
            yield Does(str(described["action"]))
        elif "bot" in described:
            yield Replies(str(described["bot"]).strip())
        elif "utter" in described:
            yield Utters(str(described["utter"]))
        elif "slot_was_set" in described:
            yield from (Holds(*slot) for slot in _slots(described["slot_was_set"]))
        elif "slot_was_not_set" in described:
            yield from (HoldsNot(*slot) for slot in _slots(described["slot_was_not_set"]))
        elif not any(key in described for key in SILENT):
            raise ProjectError(f"{place}: the step {dict(described)} cannot be checked: use user, bot, utter or action")

    def _said(self, described: Mapping[str, Any], place: str) -> Said:
        written, metadata = str(described["user"]).strip(), described.get("metadata")
        known = {} if metadata is None else self._named(self._metadata, metadata, f"{place}: the metadata")
        text, entities = parse_markup(written) if "intent" in described else (written, ())
        return Said(
            text,
            str(described["intent"]) if "intent" in described else None,
            entities,
            self._recording(known["audio"], place) if "audio" in known else None,
            str(known["spoken"]) if "spoken" in known else None,
            bool(described.get("assertion_order_enabled")),
        )

    def _recording(self, name: object, place: str) -> Path:
        """Return a recording, as a path from the folder of the file."""
        recording = (self._file.parent / str(name)).resolve()
        if not recording.is_file():
            raise ProjectError(f"{place}: there is no recording {recording}")
        return recording


def _named(listed: object) -> dict[str, dict[str, Any]]:
    """Read a list of names with their values: `- name: {key: value}`, or `- name: [{key: value}, ...]`."""
    named: dict[str, dict[str, Any]] = {}
    for entry in listed if isinstance(listed, list) else ():
        for name, values in entry.items():
            parts = values if isinstance(values, list) else [values or {}]
            named[str(name)] = {str(key): value for part in parts for key, value in part.items()}
    return named


def _slots(listed: Sequence[Any] | Mapping[str, Any]) -> Iterator[tuple[str, object, bool]]:
    """Yield each slot with its value, and whether the value does not matter."""
    for slot in [listed] if isinstance(listed, Mapping) else listed:
        if isinstance(slot, Mapping):
            yield from ((str(name), value, False) for name, value in slot.items())
        else:
            yield str(slot), None, True
