"""Files that can be opened, and those that stop the start."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.errors import ConversationFileError
from dialogue.memory.database import VERSION, open_database


def tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_new_database_has_its_tables_and_opens_again(tmp_path: Path, in_memory: bool) -> None:
    path = None if in_memory else tmp_path / "new" / "conversations.db"
    for _ in range(2):
        with closing(open_database(path)) as connection:
            assert tables(connection) == {"events", "heedful_conversations", "heedful_items"}


def filled(path: Path) -> bytes:
    """A database of many pages."""
    with closing(open_database(path)) as connection:
        connection.executemany("INSERT INTO events (sender_id, type_name) VALUES (?, 'x')", [("y" * 200,)] * 300)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


@pytest.mark.parametrize("damage", ["no database at all", "cut in the middle", "a page of zeros"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "conversations.db"
    whole = filled(path)
    damaged = {
        "no database at all": b"not a database" * 1000,
        "cut in the middle": whole[: len(whole) // 2],
        "a page of zeros": whole[:4096] + bytes(8192) + whole[12288:],
    }[damage]
    path.write_bytes(damaged)
    with pytest.raises(ConversationFileError, match=r"conversations\.db"):
        open_database(path)


def test_a_path_that_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConversationFileError, match=tmp_path.name):
        open_database(tmp_path)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(ConversationFileError, match=str(VERSION + 1)):
        open_database(path)
    with closing(sqlite3.connect(path)) as connection:
        assert tables(connection) == set()
