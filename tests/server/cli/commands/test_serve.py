"""`heedful serve` before it serves."""

from pathlib import Path

import pytest

from server.artifacts import model_path
from server.settings import load_settings
from tests.server.cli.running import heedful_here


def test_without_a_trained_assistant_or_with_a_damaged_index_it_says_how_to_make_them(tmp_path: Path) -> None:
    file = tmp_path / "heedful.toml"
    file.write_text("[server]\nport = 0\n", encoding="utf-8")
    result = heedful_here("serve", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith(f"heedful: there is no model {tmp_path}")
    assert "heedful train" in result.stderr
    model = model_path(load_settings(file, {}))
    model.parent.mkdir(parents=True)
    model.touch()
    (tmp_path / "build" / "index").mkdir()
    result = heedful_here("serve", folder=tmp_path)
    assert result.returncode == 1
    assert "heedful index" in result.stderr


@pytest.mark.parametrize("flag", [("--port", "70000"), ("--set", "server.port=70000")])
def test_its_own_options_are_settings_as_others_are(tmp_path: Path, flag: tuple[str, str]) -> None:
    result = heedful_here("serve", *flag, folder=tmp_path)
    assert (result.returncode, "--set server.port" in result.stderr) == (1, True)


def test_its_own_options_go_before_set(tmp_path: Path) -> None:
    result = heedful_here("serve", "--port", "9", "--set", "server.port=70000", folder=tmp_path)
    assert "there is no model" in result.stderr
