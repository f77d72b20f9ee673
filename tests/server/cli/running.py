"""Runs the command line as a person does: in a process of its own, or here, where nothing heavy is imported again."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from server.cli.app import main
from tests.conftest import ROOT


def heedful(*arguments: str, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own, with no settings of this machine's environment."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEEDFUL_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *arguments],
        cwd=folder or ROOT,
        env={**environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def heedful_here(*arguments: str, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command in this process."""
    printed, complained, status = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(complained):
        for name in [name for name in os.environ if name.startswith("HEEDFUL_")]:
            patch.delenv(name)
        patch.setattr(sys, "argv", ["heedful", *arguments])
        patch.chdir(folder or ROOT)
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return subprocess.CompletedProcess(arguments, status, printed.getvalue(), complained.getvalue())
