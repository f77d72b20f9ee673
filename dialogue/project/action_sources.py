"""The code of a project's own actions, looked at without importing it."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from dialogue.answer_manners import RENAMED_ACTIONS, SHIPPED_ACTIONS
from dialogue.project.project_files import ProjectFiles
from nlu.data.examples import Listed
from nlu.data.yaml_nodes import child, read_nodes, scalar
from nlu.validation.findings import Finding

ACTIONS = "actions/"


def action_sources(project_dir: Path) -> str:
    """Return all of it as one text."""
    files = [*sorted((project_dir / "actions").rglob("*.py")), project_dir / "actions.py"]
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.is_file())


def missing_actions(files: ProjectFiles, project_dir: Path, done_by_client: Collection[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each old name of our answers, and one for all other actions of the domain that no code here
    names. Responses, our own answers, and what a client does, need no code.
    """
    sources = action_sources(project_dir)
    absent = [
        Listed(name, place)
        for name, place in files.domain["actions"].items()
        if not (name.startswith("utter_") or name in SHIPPED_ACTIONS or name in done_by_client or _names(sources, name))
    ]
    server = action_server(project_dir)
    renamed = {} if server else RENAMED_ACTIONS  # a server may have actions of any name
    yield from (_renamed(listed, renamed[listed.text]) for listed in absent if listed.text in renamed)
    absent = [listed for listed in absent if listed.text not in renamed]
    if absent:
        names = ", ".join(listed.text for listed in absent)
        unless = f" unless the server at {server} has it" if server else ""
        message = f"there is no code here for {names}: a turn that calls one fails{unless}"
        cure = f"start that server, or write them in {ACTIONS}" if server else f"write them in {ACTIONS}"
        yield Finding("warning", "missing-action", message, cure, absent[0].place, tuple(absent[1:]))


def _renamed(listed: Listed, name: str) -> Finding:
    message = f"{listed.text} is called {name} now: a turn that calls it by its old name fails"
    return Finding("error", "renamed-action", message, f"write {name} in the domain, rules and stories", listed.place)


def _names(sources: str, action: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(action)}(?!\w)", sources) is not None


def action_server(project_dir: Path) -> str:
    """Return the address in the project's endpoints.yml; empty where none is named."""
    file = project_dir / "endpoints.yml"
    if not file.is_file():
        return ""
    return scalar(child(child(read_nodes(file), "action_endpoint"), "url"))
