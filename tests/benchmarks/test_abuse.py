"""A polite client beside an abusive one, against a real server."""

from pathlib import Path

import pytest

from benchmarks import abuse
from server.client.demo import LocalServer, free_port, running_server
from server.settings import Settings


def test_a_program_runs_with_the_port_until_the_end_of_the_block(tmp_path: Path) -> None:
    program = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(os.environ['PORT']); time.sleep(60)"
    noted = tmp_path / "port"
    with abuse.running(["-c", program, str(noted)], 8765):
        while not (noted.exists() and noted.read_text(encoding="ascii")):
            pass
    assert noted.read_text(encoding="ascii") == "8765"


@pytest.mark.heavy
def test_a_polite_client_is_answered_beside_an_abusive_one(built: Settings) -> None:
    local = LocalServer("127.0.0.1", free_port("127.0.0.1"), "", built.folder, built.file)
    with running_server(local):
        met = abuse.beside(["-m", "benchmarks.abuse_kinds", "100,000 emoji", local.address], local, 2.0)
    assert met.times_ms
    assert met.errors == []
