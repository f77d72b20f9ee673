"""Who a key names, and when a file of keys is read again."""

import logging
from pathlib import Path

import pytest

from server.access.callers import Callers
from server.access.key_file import KeyFile, KeyFileError
from server.access.keys import ALL_SCOPES, KeyLimits, Scope

TALK = frozenset({Scope.TALK})


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


async def name_of(callers: Callers, shown: str | None) -> str | None:
    caller = await callers.find(shown)
    return caller.name if caller else None


async def test_without_keys_anybody_may_do_everything(file: KeyFile) -> None:
    callers = Callers("", file)
    assert not callers.needs_key
    caller = await callers.find("whatever")
    assert caller is await callers.find(None)
    assert caller is not None
    assert caller.scopes == ALL_SCOPES


async def test_the_key_of_the_settings_may_do_everything(file: KeyFile) -> None:
    callers = Callers("sesame", file)
    caller = await callers.find("sesame")
    assert caller is not None
    assert caller.scopes == ALL_SCOPES
    assert [await name_of(callers, wrong) for wrong in (None, "", "sesam", "s\u00e4same", "hk_1_x")] == [None] * 5


async def test_a_key_of_the_file_names_its_caller_and_is_no_other(file: KeyFile) -> None:
    kiosk, phone = file.add("kiosk", TALK, KeyLimits(sessions=1)), file.add("phone", ALL_SCOPES, KeyLimits())
    callers = Callers("sesame", file)
    found = await callers.find(kiosk)
    assert found is await callers.find(kiosk)
    assert found is not None
    assert (found.name, found.scopes, found.allowance.limits.sessions) == ("kiosk", TALK, 1)
    assert await name_of(callers, phone) == "phone"
    mixed = kiosk.rpartition("_")[0] + "_" + phone.rpartition("_")[2]
    assert await callers.find(mixed) is None
    assert await name_of(callers, "sesame") == "server.api_key"


async def test_changes_of_the_file_count_at_once_and_what_was_counted_stays(file: KeyFile) -> None:
    kiosk = file.add("kiosk", TALK, KeyLimits(turns_per_minute=5))
    callers = Callers("", file)
    before = await callers.find(kiosk)
    assert before is not None
    phone = file.add("phone", TALK, KeyLimits())
    after = await callers.find(kiosk)
    assert after is not None
    assert after.allowance is before.allowance
    assert await name_of(callers, phone) == "phone"
    file.revoke("kiosk")
    assert await callers.find(kiosk) is None
    file.revoke("phone")
    assert callers.needs_key  # a server whose last key was revoked lets nobody in
    assert await callers.find(None) is None


async def test_a_file_that_is_removed_opens_nothing_by_itself(file: KeyFile) -> None:
    kiosk = file.add("kiosk", TALK, KeyLimits())
    callers = Callers("sesame", file)
    assert await name_of(callers, kiosk) == "kiosk"
    file.path.unlink()
    assert await callers.find(kiosk) is None


async def test_a_damaged_file_is_an_error_and_opens_nothing(file: KeyFile) -> None:
    kiosk = file.add("kiosk", TALK, KeyLimits())
    file.path.write_text("{", encoding="utf-8")
    with pytest.raises(KeyFileError, match="keys"):
        await Callers("", file).find(kiosk)


async def test_no_key_gets_into_the_log(file: KeyFile, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kiosk = file.add("kiosk", TALK, KeyLimits())
    await Callers("", file).find(kiosk)
    assert kiosk.rpartition("_")[2] not in caplog.text
