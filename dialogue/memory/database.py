"""The SQLite database that holds conversations: its tables, and how a file is opened and checked."""

import sqlite3
from pathlib import Path

from dialogue.errors import ConversationFileError

VERSION = 1
"""Of our tables. A file that Rasa wrote has none yet, and version 0."""

# The first table is Rasa's own (`SQLTrackerStore`): either may go on with the other's file.
_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL,
    timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT);
CREATE INDEX IF NOT EXISTS ix_events_sender_id ON events (sender_id);
CREATE INDEX IF NOT EXISTS heedful_not_understood ON events (id)
    WHERE intent_name IN ('nlu_fallback', 'out_of_scope') OR action_name = 'action_default_fallback';
CREATE TABLE IF NOT EXISTS heedful_conversations (
    id TEXT NOT NULL PRIMARY KEY, user TEXT, token_hash BLOB, created REAL NOT NULL, updated REAL NOT NULL,
    turns INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS heedful_conversations_updated ON heedful_conversations (updated);
CREATE INDEX IF NOT EXISTS heedful_conversations_user ON heedful_conversations (user);
CREATE TABLE IF NOT EXISTS heedful_items (
    conversation_id TEXT NOT NULL, id TEXT NOT NULL, previous_id TEXT, data TEXT NOT NULL,
    PRIMARY KEY (conversation_id, id)) WITHOUT ROWID;
"""


def open_database(path: Path | None) -> sqlite3.Connection:
    """Open the file, and make its tables where they are missing; None: a database in memory.

    Raises:
        ConversationFileError: the file is damaged, no database, of a newer version, or cannot be opened.
    """
    if path is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        connection.executescript(_TABLES)
        return connection
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
    except (OSError, sqlite3.Error) as error:
        raise ConversationFileError(f"the file {path} of the conversations cannot be opened: {error}") from error
    try:
        _prepare(connection)
    except (sqlite3.Error, ValueError) as error:
        connection.close()
        raise ConversationFileError(
            f"the conversations in {path} cannot be read ({error}): move the file away, or put a backup in its place"
        ) from error
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise ValueError(finding)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise ValueError(f"it has version {version} of the tables, and this program knows {VERSION}")
    # One write a transaction, flushed to the disk: what was committed outlives a crash of the machine, too.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")  # of a conversation that is deleted nothing stays in the file
    connection.executescript(_TABLES)
    connection.execute(f"PRAGMA user_version = {VERSION}")
