"""Conversation patterns in Rasa projects that were made without them: what the line in config.yml changes.

`python -m benchmarks.patterns [PROJECT ...]` trains each project of `../shared/bench/rasa_projects` with the policy
added, and says five things in each of its forms. So that it takes seconds, the pipeline is ours, and TEDPolicy is left
out; its own actions do nothing, and nothing else is changed. `weights` makes the weights that ship.
"""

import http.server
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import yaml

from dialogue.errors import ActionError, ProjectError
from dialogue.options import DialogueOptions
from dialogue.patterns.default_domain import POLICY
from dialogue.patterns.recognizer import FOLDER, WEIGHTS, PatternRecognizer
from dialogue.reply import Reply
from dialogue.runtime.answer_actions import NoKnowledge
from dialogue.runtime.rasa_runtime import RasaRuntime
from dialogue.training.incremental_training import train
from nlu.encoder.sentence_encoder import MiniLMEncoder

ROOT = Path(__file__).parents[1]
PROJECTS = ROOT.parent / "shared" / "bench" / "rasa_projects"
PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "nlu.components.joint.MiniLMJointClassifier"},
    {"name": "FallbackClassifier", "threshold": 0.4},
]
TRIED = {
    "person": "could you put me through to a person please",
    "cancel": "forget it, leave that",
    "cannot answer": "I don't have that right now",
    "repeat": "can you say that again",
    "complaint": "you are no help at all",
}


EVENTS = {"action_session_start": [{"event": "session_started"}, {"event": "action", "name": "action_listen"}]}
"""What an action has to do all the same: without these, no policy sees that the user is listened to."""


def main() -> None:
    """Print the table, or make the weights."""
    if sys.argv[1:] == ["weights"]:
        make_weights()
        return
    if not PROJECTS.exists():
        sys.exit(f"{PROJECTS} is not there: the projects are no part of this repository")
    for project in sorted(path for path in PROJECTS.iterdir() if (path / "config.yml").exists()):
        if not sys.argv[1:] or project.name in sys.argv[1:]:
            try:
                try_project(project)
            except ProjectError as error:
                print(f"{project.name}: {str(error).splitlines()[0]}")


def make_weights() -> None:
    """Learn the shipped weights from the examples."""
    encoder = MiniLMEncoder.shared()
    np.savez_compressed(
        ROOT / FOLDER.replace(".", "/") / WEIGHTS, **PatternRecognizer.learnt(encoder).packed(encoder.identity)
    )


def try_project(project: Path) -> None:
    """Try each pattern in each form that the project's intents begin."""
    with copied(project) as folder, closing(loaded(folder)) as runtime:
        for number, (text, form) in enumerate(beginnings(runtime, folder).items()):
            for pattern, words in TRIED.items():
                conversation = f"{form} {pattern} {number}"
                say(runtime, conversation, text)
                reply = say(runtime, conversation, words)
                print(
                    f"{project.name:20} {form:28} {pattern:14} {', '.join(reply.actions)} {reply.signals or ''}",
                    flush=True,
                )


@contextmanager
def copied(project: Path) -> Iterator[Path]:
    """Copy a project with the policy added, and give it back to nobody."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / project.name
        shutil.copytree(project, folder)
        config = yaml.safe_load((folder / "config.yml").read_text(encoding="utf-8"))
        policies = [policy for policy in config.get("policies") or [] if policy["name"] != "TEDPolicy"]
        config["policies"] = [{"name": POLICY}, *(policies or [{"name": "RulePolicy"}])]
        config["pipeline"] = PIPELINE
        (folder / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
        with doing_nothing() as address:
            (folder / "endpoints.yml").write_text(f"action_endpoint: {{url: {address}}}\n", encoding="utf-8")
            yield folder


class NoActions(http.server.BaseHTTPRequestHandler):
    """An action server whose actions do nothing; the code of these projects' actions is not there."""

    def do_POST(self) -> None:
        """Answer that nothing was done, but for what begins a session."""
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"events": EVENTS.get(call["next_action"], []), "responses": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay quiet."""


@contextmanager
def doing_nothing() -> Iterator[str]:
    """Serve actions that do nothing; gives the address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), NoActions) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/webhook"
        server.shutdown()


def loaded(folder: Path) -> RasaRuntime:
    """Train a project and load it."""
    options = DialogueOptions(endpoints_path=folder / "endpoints.yml")
    return RasaRuntime.load(train(folder, folder / "models"), NoKnowledge(), None, options)


def beginnings(runtime: RasaRuntime, folder: Path) -> dict[str, str]:
    """Find a sentence for each form, by saying the first example of each intent."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yml")):
        held = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for entry in held.get("nlu") or [] if isinstance(held, dict) else []:
            examples = str(entry.get("examples") or "").splitlines()
            if "intent" not in entry or not examples:
                continue
            text = examples[0].removeprefix("- ").strip()
            actions = say(runtime, f"look {len(found)} {entry['intent']}", text).actions
            form = next((action for action in actions if action.endswith("_form")), None)
            if form and form not in found.values():
                found[text] = form
    return found


def say(runtime: RasaRuntime, conversation: str, text: str) -> Reply:
    """Say something; a project's action that fails is no reply."""
    try:
        return runtime.respond(conversation, runtime.interpret(text))
    except ActionError as error:
        return Reply((), actions=(f"failed: {error}",))


if __name__ == "__main__":
    main()
