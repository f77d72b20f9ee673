"""What Rasa raises about a project, as findings with file, line and cure."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from dialogue.project.project_files import component_places, project_yaml, read_project_files
from dialogue.project.rasa_project import Project
from dialogue.quiet import quiet_imports
from nlu.data.examples import Place
from nlu.data.yaml_nodes import DataError
from nlu.validation.findings import Finding

with quiet_imports():
    from rasa.shared.utils.validation import YamlValidationException

LONGEST_MESSAGE = 300
COLOUR = re.compile(r"\x1b\[\d*m")
# What Rasa says, and what most often helps.
CURES = {
    r"Cannot retrieve class|Can't load class|No module named": "fix the component's name, or install what brings it",
    r"missing required components": "put what the component needs before it in the pipeline",
    r"[Cc]ontradict": "let the rules and stories agree, or give a rule a condition",
    r"Unresolved slots": "add the slots to the domain, or fix their names",
    r"slot type": "take a type that Rasa has, such as text, bool, float, categorical, list or any",
    r"No recipe": "write recipe: default.v1",
    r" stopped with ": "look at the component's settings, which may be of a kind or size that it cannot use",
}
CURE = "fix what the message says"


def findings_of(error: BaseException, project: Project) -> Iterator[Finding]:
    """The errors of a file that Rasa cannot read or use, each at its line where one can be found."""
    text = COLOUR.sub("", str(error) or repr(error))
    mistakes = re.findall(r"in (?:(\S.*?):|Line )(\d+):\s*\n\s+(.+)", text)
    if isinstance(error, YamlValidationException) and mistakes:
        for file, line, problem in mistakes:
            at = Place(Path(file or error.filename or project.config), int(line))
            yield Finding("error", "format", shortened(problem), "write it as Rasa's format has it", at)
        return
    cure = next((cure for sign, cure in CURES.items() if re.search(sign, text)), CURE)
    yield Finding("error", "unreadable", shortened(text), cure, _place(error, text, project))


def place_in(text: str) -> Place | None:
    """The file that a message names, with the line if it names one."""
    file = re.search(r"['\"\s]([^'\"\s]+\.(?:ya?ml|json))\b", text)
    line = re.search(r"line (\d+)", text)
    return Place(Path(file[1]), int(line[1]) if line else 1) if file else None


def shortened(text: str) -> str:
    """On one line; Rasa prints whole files into some messages."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} …"


def _place(error: BaseException, text: str, project: Project) -> Place | None:
    """Return the place that the message gives, else where the first thing stands that it names."""
    named = getattr(error, "filename", None)  # RasaException has none, YamlException may
    return place_in(text) or (Place(Path(named), 1) if named else None) or _mentioned(text, project)


def _mentioned(text: str, project: Project) -> Place | None:
    """Where a component, a rule, a story or else anything stands that the message names."""
    try:
        components, files = component_places(project.config), read_project_files(project)
    except DataError as error:
        return error.place
    quoted = re.findall(r"'([^'\n]+)'", text)
    parts = [place for name, place in components.items() if name in text]
    # Rasa names rules that contradict each other in any order: the later contradicts what stood there.
    steps = sorted(filter(None, (files.find(name, "rule", "story") for name in quoted)), reverse=True)
    others = filter(None, (files.find(name, "action", "intent") for name in quoted))
    lines = (place for name in quoted for place in _lines_with(name, project))
    return next(chain(parts, steps, others, lines), None)


def _lines_with(word: str, project: Project) -> Iterator[Place]:
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    for file in project_yaml(project):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                yield Place(file, number)
