"""Compare the pinned packages with the database of known holes; `make audit` runs it where pip-audit is installed.

Exit status 1: a package has a known hole and is not one of those that have to stay old, or could not be looked up.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# Held back by Rasa 3.6 or by its TensorFlow; SECURITY.md says by what, and what a hole in each can do here.
HELD = frozenset({
    "tensorflow-cpu", "keras", "jax", "jaxlib", "ml-dtypes", "gast", "wrapt", "flatbuffers", "tensorboard",
    "werkzeug", "markdown", "numpy", "scipy", "pyarrow", "scikit-learn", "matplotlib", "protobuf", "spacy", "thinc",
    "dask", "packaging", "jsonschema", "ruamel-yaml", "sqlalchemy", "jsonpickle", "aio-pika", "aiormq", "pamqp",
    "aiogram", "sanic-cors", "sanic-jwt",
})  # fmt: skip


def pinned(root: Path = ROOT) -> Iterator[str]:
    """Yield `name==version` of all that is installed, also without dependencies."""
    lock = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    yield from (line for line in lock if line and not line.startswith("#"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    yield from project["dependency-groups"]["no-deps"]


def look_up(requirements: Sequence[str]) -> list[dict[str, Any]]:
    """Ask pip-audit about each; returns its `dependencies`. Raises RuntimeError when it cannot ask."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requirements))
        file.flush()
        command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "-f", "json", "-r", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise RuntimeError(f"pip-audit failed: {done.stderr.strip()[-500:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return found


def findings(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[bool, str]]:
    """Yield whether it has to be dealt with, and a line about it, for each hole and each package not looked up."""
    for package in found:
        if "skip_reason" in package:
            yield True, f"{package['name']}: not looked up: {package['skip_reason']}"
            continue
        is_held = package["name"] in HELD
        for hole in package["vulns"]:
            fixed = ", ".join(hole["fix_versions"]) or "nothing yet"
            held = "; held back, see SECURITY.md" if is_held else ""
            yield not is_held, f"{package['name']} {package['version']}: {hole['id']}, fixed in {fixed}{held}"


def main() -> int:
    """Print the findings; returns the exit status."""
    requirements = list(pinned())
    found = list(findings(look_up(requirements)))
    for _, line in found:
        print(line)
    open_ones = sum(is_open for is_open, _ in found)
    print(f"{len(requirements)} packages; {len(found) - open_ones} findings explained in SECURITY.md, {open_ones} not")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
