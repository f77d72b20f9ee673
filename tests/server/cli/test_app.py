"""The command line as a whole: its commands, its errors, and what it must not wait for."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli.app import app
from tests.conftest import ROOT
from tests.server.cli.running import heedful, heedful_here

COMMANDS = (
    *("serve", "talk", "chat", "demo", "transcribe", "parse", "validate", "train", "test", "index", "forget", "match"),
    *("reload", "ask", "say", "evaluate", "conversations", "keys"),
)


def test_help_names_every_command_in_the_order_of_their_use() -> None:
    result = heedful("--help")
    assert result.returncode == 0
    listed = result.stdout.partition("Commands:")[2].splitlines()
    assert tuple(line.split()[0] for line in listed if line.startswith("  ")) == COMMANDS


def test_the_version_is_that_of_the_package() -> None:
    result = heedful_here("--version")
    assert (result.returncode, result.stdout) == (0, f"heedful {version('heedful')}\n")


@pytest.mark.parametrize(
    ("module", "libraries"),
    [
        ("server.cli.app", ("torch", "rasa", "spacy", "numpy", "faiss")),
        ("server.transport.serve", ("torch", "rasa", "spacy", "faiss")),
    ],
)
def test_neither_help_nor_the_port_waits_for_a_model_library(module: str, libraries: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([m for m in {libraries} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [("dance",), ("transcribe",), ("parse",), ("serve", "--port", "x")])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_an_error_is_one_line_that_names_the_cause_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    result = heedful("serve", folder=tmp_path)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith("heedful: ")
    assert "server.prot" in result.stderr


def test_the_whole_error_is_logged_when_asked_for(tmp_path: Path) -> None:
    result = heedful("--verbose", "serve", "--set", "server.prot=1", folder=tmp_path)
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "SettingsError" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve",),
        ("serve", "--set", "server.prot=1"),
        ("parse", "hello"),
        ("transcribe", "a.wav", "--task", "translate"),
    ],
)
def test_what_no_model_is_needed_for_is_reported_before_a_model_library_is_imported(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code = """
import sys
from server.cli.app import main
try:
    main()
finally:
    print([name for name in ("torch", "rasa", "faiss") if name in sys.modules])
"""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip()) == (1, "[]")
