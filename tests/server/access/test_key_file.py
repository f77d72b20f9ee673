"""The file of keys: what it keeps, what it does not, and what it refuses."""

from pathlib import Path

import pytest

from server.access.key_file import KeyFile, KeyFileError, is_of
from server.access.keys import KeyLimits, Scope

TALK = frozenset({Scope.TALK})
LIMITS = KeyLimits(sessions=2, audio_minutes_per_hour=0.5)


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "kept" / "keys.json")


def test_a_key_is_kept_with_what_it_allows_and_without_itself(file: KeyFile) -> None:
    shown = file.add("kiosk", TALK, LIMITS)
    (key,) = file.read()
    assert (key.name, key.scopes, key.limits) == ("kiosk", TALK, LIMITS)
    text = file.path.read_text(encoding="utf-8")
    assert shown.rpartition("_")[2] not in text
    assert "$argon2id$" in text
    assert file.path.stat().st_mode & 0o077 == 0


def test_only_the_key_itself_is_right(file: KeyFile) -> None:
    shown, other = file.add("kiosk", TALK, LIMITS), file.add("phone", TALK, LIMITS)
    key = file.read()[0]
    assert is_of(key, shown)
    assert not any(is_of(key, wrong) for wrong in (other, shown[:-1], shown.upper(), ""))


def test_a_revoked_key_is_gone_and_the_file_stays(file: KeyFile) -> None:
    assert not file.exists()
    file.add("kiosk", TALK, LIMITS)
    file.revoke("kiosk")
    assert file.read() == []
    assert file.exists()


def test_names_are_there_once(file: KeyFile) -> None:
    file.add("kiosk", TALK, LIMITS)
    with pytest.raises(KeyFileError, match="'kiosk' already"):
        file.add("kiosk", TALK, LIMITS)
    with pytest.raises(KeyFileError, match="there are: kiosk"):
        file.revoke("phone")
    with pytest.raises(KeyFileError, match="no name"):
        file.add("a\nb", TALK, LIMITS)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": [{"id": "x"}]}', '{"keys": 3}', "\x00"])
def test_a_file_of_something_else_is_named(file: KeyFile, text: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(text, encoding="utf-8")
    with pytest.raises(KeyFileError, match=r"keys\.json"):
        file.read()
