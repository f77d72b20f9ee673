"""`heedful conversations`."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

from dialogue.memory.conversation_store import ConversationStore, ItemRecord
from tests.server.cli.running import heedful_here

Run: TypeAlias = Callable[..., "CompletedProcess[str]"]
ITEM = {"id": "i", "type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command on a file with three conversations, one of which is old."""
    path = tmp_path / "conversations.db"
    for name, user, at in (("old", "bob", 1.0), ("a", "ann", 2e9), ("b", "ann", 2e9 + 1)):
        store = ConversationStore(path, now=lambda at=at: at)  # type: ignore[misc]
        store.open(name, user=user)
        data = json.dumps({"item": ITEM, "answered": True})
        store.write(store.turn(name, [ItemRecord("i", None, data)], ends=True))
        store.close()
    return lambda *words: heedful_here("conversations", *words, "--set", f"dialogue.tracker_path={path}")


def ids(run: Run, *options: str) -> list[str]:
    return [json.loads(line)["id"] for line in run("list", "--json", *options).stdout.splitlines()]


def test_conversations_are_listed_and_shown(run: Run) -> None:
    assert (ids(run), ids(run, "--user", "bob")) == (["b", "a", "old"], ["old"])
    assert run("list").stdout.splitlines()[0].split()[:2] == ["b", "ann"]
    assert run("show", "a").stdout == "user: hello\n"
    assert json.loads(run("show", "a", "--json").stdout) == ITEM
    unknown = run("show", "c")
    assert (unknown.returncode, "'c'" in unknown.stderr) == (1, True)


def test_conversations_are_deleted_by_id_and_by_user(run: Run) -> None:
    assert run("delete", "old", "unknown").stdout == "1 deleted\n"
    assert run("delete", "--user", "ann").stdout == "2 deleted\n"
    assert ids(run) == []
    assert run("delete").returncode == 2


def test_old_conversations_expire(run: Run) -> None:
    assert run("expire").stdout == "1 deleted\n"
    assert ids(run) == ["b", "a"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(b"broken" * 1000)
    result = heedful_here("conversations", "list", "--set", f"dialogue.tracker_path={path}")
    assert (result.returncode, "broken.db" in result.stderr) == (1, True)
