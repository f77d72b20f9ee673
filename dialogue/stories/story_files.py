"""Test stories (`stories:`) and end-to-end tests (`test_cases:`) of a Rasa project, read from YAML."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from dialogue.errors import ProjectError
from dialogue.project.rasa_project import Project
from dialogue.stories.story import Does, Holds, HoldsNot, Replies, Said, Step, Story, Utters
from nlu.data.entity_markup import parse_markup

FOLDERS = ("tests", "e2e_tests")
ENDINGS = (".yml", ".yaml")
# What the reply shows by itself: a form that begins or ends, and the form's question.
SILENT = ("active_loop",)


def read_stories(folder: Path) -> list[Story]:
    """Read all tests of a project: those of `tests/` and `e2e_tests/`; of a file, those in it.

    Raises ProjectError where a file is no YAML, or has a step that cannot be checked.
    """
    files = [folder] if folder.is_file() else [file for name in FOLDERS for file in sorted((folder / name).rglob("*"))]
    return [story for file in files if file.suffix in ENDINGS for story in _stories_of(file)]


def responses_of(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Read the responses of a project's domain, which may be a folder."""
    domain = project.domain
    files = sorted(domain.rglob("*")) if domain.is_dir() else [domain]
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files if file.suffix in ENDINGS]
    return {name: texts for part in read if part for name, texts in (part.get("responses") or {}).items()}


def _stories_of(file: Path) -> Iterator[Story]:
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProjectError(f"{file} cannot be read: {error}") from error
    if not isinstance(read, Mapping):
        return
    for key, name_key in (("stories", "story"), ("test_cases", "test_case")):
        for described in read.get(key) or ():
            name = str(described.get(name_key, ""))
            if described.get("fixtures"):
                raise ProjectError(f"{file}: {name}: fixtures cannot be set; let the conversation set those slots")
            steps = [step for each in described.get("steps") or () for step in _steps(each, f"{file}: {name}")]
            yield Story(name, file, tuple(steps))


def _steps(described: Mapping[str, Any], place: str) -> Iterator[Step]:
    if "user" in described:
        yield _said(described)
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


def _said(described: Mapping[str, Any]) -> Said:
    written = str(described["user"]).strip()
    if "intent" not in described:
        return Said(written)
    text, entities = parse_markup(written)
    return Said(text, str(described["intent"]), entities)


def _slots(listed: Sequence[Any] | Mapping[str, Any]) -> Iterator[tuple[str, object, bool]]:
    """Each slot with its value, and whether the value does not matter."""
    for slot in [listed] if isinstance(listed, Mapping) else listed:
        if isinstance(slot, Mapping):
            yield from ((str(name), value, False) for name, value in slot.items())
        else:
            yield str(slot), None, True
