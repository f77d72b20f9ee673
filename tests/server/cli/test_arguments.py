"""What the arguments of the commands become."""

from pathlib import Path

import pytest
import typer

from dialogue.errors import ProjectError
from server.cli.arguments import end_with, project_of, read_settings, settle_in, wrong_usage
from server.settings import SettingsError


def test_settings_come_from_the_file_and_the_flags_go_before_it(tmp_path: Path) -> None:
    file = tmp_path / "heedful.toml"
    file.write_text("[server]\nport = 1\nhost = 'a'\n", encoding="utf-8")
    assert read_settings(file).server.port == 1
    settings = read_settings(file, ["server.port=2"])
    assert (settings.server.port, settings.server.host) == (2, "a")
    with pytest.raises(SettingsError, match=r"server\.prot"):
        read_settings(file, ["server.prot=2"])


def test_a_project_has_what_is_named_and_else_what_its_folder_has(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").touch()
    settings = read_settings(tmp_path / "heedful.toml")
    assistant = project_of(settings, None, None, None, None)
    assert assistant.folder == tmp_path / "data" / "assistant"
    assert assistant.config == assistant.folder / "config.yml"
    other = project_of(settings, Path("shop"), [Path("a"), Path("b")], Path("d.yml"), Path("c.yml"))
    assert other.inputs == (Path("c.yml"), Path("d.yml"), Path("a"), Path("b"))
    assert other.folder == Path("shop")


def test_a_project_is_the_working_folder_and_files_stay_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "heedful.toml").touch()
    (tmp_path / "bot").mkdir()
    monkeypatch.chdir(tmp_path)
    settings = settle_in(read_settings(tmp_path / "heedful.toml", ["server.tls_certificate=chain.pem"]), Path("bot"))
    assert Path.cwd() == settings.path(settings.paths.assistant) == tmp_path / "bot"
    assert settings.server.keys_file == str(tmp_path / "keys.json")
    assert (settings.server.tls_certificate, settings.server.tls_key) == (str(tmp_path / "chain.pem"), "")
    with pytest.raises(ProjectError, match="no folder"):
        settle_in(settings, Path("nowhere"))


def test_only_an_error_of_the_kind_is_wrong_usage() -> None:
    with pytest.raises(typer.BadParameter, match="no such day"), wrong_usage(LookupError):
        raise KeyError("no such day")
    with pytest.raises(ValueError, match="other"), wrong_usage(LookupError):
        raise ValueError("other")


def test_failures_are_printed_and_decide_the_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as failed:
        end_with(["a is low", "b is low"])
    assert failed.value.exit_code == 1
    assert capsys.readouterr().err == "heedful: a is low\nheedful: b is low\n"
    with pytest.raises(typer.Exit) as passed:
        end_with([])
    assert passed.value.exit_code == 0
