"""A real server, killed in mid-turn."""

from pathlib import Path

import pytest

from benchmarks.killed import kill_often
from server.settings import Settings


@pytest.mark.heavy
def test_no_finished_turn_is_lost_and_each_conversation_goes_on(built: Settings, tmp_path: Path) -> None:
    talkers = kill_often(built, 2, tmp_path / "conversations.db")
    assert [talker.resumed for talker in talkers] == [1, 1, 1]
    assert [(talker.lost, talker.strayed) for talker in talkers] == [(0, 0)] * 3
    assert all(talker.turns >= 2 for talker in talkers)
