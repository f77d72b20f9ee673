"""The README tells the truth about commands, files and settings."""

import re
from pathlib import Path

import pytest
import typer

from server.cli.commands import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_command_is_shown_and_every_command_shown_exists() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    shown = set(re.findall(r"^heedful (\w+)", README, flags=re.M))
    assert shown == commands - {"demo"}  # `make demo` runs it


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)\b", README)) <= targets


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_file_linked_exists(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_file_in_the_map_exists() -> None:
    rows = re.findall(r"^\| \[(\w+)/\]\(\w+\) \|[^|]*\|([^|]*)\|", README, flags=re.M)
    assert len(rows) == 9
    for folder, files in rows:
        for name in re.findall(r"`([\w/.]+)`", files):
            assert (ROOT / folder / name).exists(), f"{folder}/{name}"


def test_every_metadata_key_the_server_sends_is_explained() -> None:
    source = (ROOT / "server" / "protocol" / "metadata.py").read_text(encoding="utf-8")
    keys = set(re.findall(r'"(heedful\.\w+)":', source))
    assert len(keys) == 6
    for key in keys:
        assert f"`{key}`" in README
