"""`heedful keys`."""

from pathlib import Path

from tests.server.cli.running import heedful_here


def test_keys_are_made_listed_and_revoked(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str, str]:
        done = heedful_here("keys", *words, "--set", f"server.keys_file={tmp_path / 'keys.json'}")
        return done.returncode, done.stdout, done.stderr

    status, shown, _ = run("add", "kiosk", "--sessions", "4", "--audio-minutes-per-hour", "1.5")
    assert (status, shown.startswith("hk_")) == (0, True)
    assert run("add", "ops", "--scope", "admin", "--scope", "talk")[0] == 0
    listed = run("list")[1].splitlines()
    assert [line.split("  ")[2:] for line in listed] == [
        ["kiosk", "talk", "4 sessions, 1.5 minutes of speech an hour"],
        ["ops", "admin,talk", "no limits"],
    ]
    assert shown.strip().rpartition("_")[2] not in "".join(listed)
    assert run("revoke", "kiosk")[1] == "kiosk is revoked\n"
    status, _, error = run("revoke", "kiosk")
    assert (status, "there are: ops" in error) == (1, True)
    assert run("add", "other", "--sessions", "0")[0] == 2
