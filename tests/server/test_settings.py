"""Defaults, file, environment and flags, in that order; nothing unknown is passed over."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from server.settings import SECTIONS, Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    file = folder / "heedful.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_layer_wins_over_the_one_before(tmp_path: Path) -> None:
    file = write(tmp_path, "[server]\nport = 1\nhost = 'a'\nthreads = 3\n")
    settings = load_settings(file, {"HEEDFUL_SERVER_PORT": "2", "HEEDFUL_SERVER_HOST": "b"}, ["server.port=4"])
    assert (settings.server.port, settings.server.host, settings.server.threads) == (4, "b", 3)
    assert settings.server.max_sessions == Settings().server.max_sessions


def test_variables_with_underscores_in_the_key_are_understood(tmp_path: Path) -> None:
    environ = {"HEEDFUL_SEGMENTER_SILENCE_DURATION_MS": "300", "OTHER": "x"}
    assert load_settings(write(tmp_path, ""), environ).segmenter.silence_duration_ms == 300


def test_relative_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), {})
    assert settings.path("data/x") == tmp_path / "data/x"


def test_an_empty_text_stands_for_none_where_none_is_allowed(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "[asr]\nlanguage = ''\n"), {}).asr.language is None


def test_a_list_is_written_with_commas_where_there_are_none() -> None:
    flags = ["asr.temperatures=0.2, 0.4", "server.allowed_origins=https://a.example,"]
    settings = load_settings(None, {}, flags)
    assert settings.asr.temperatures == (0.2, 0.4)
    assert settings.server.allowed_origins == ("https://a.example",)


def test_the_file_is_found_in_a_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "[server]\nport = 9\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert load_settings(environ={}).server.port == 9
    assert load_settings(environ={"HEEDFUL_CONFIG": str(write(below, "[server]\nport = 8\n"))}).server.port == 8


@pytest.mark.parametrize(
    ("text", "environ", "flags", "named"),
    [
        ("[sever]\nport = 1", {}, [], "sever"),
        ("[server]\nprot = 1", {}, [], "server.prot"),
        ("port = 1", {}, [], "port"),
        ("[server]\nport = 'x'", {}, [], "server.port"),
        ("[server]\nport = 70000", {}, [], "70000"),
        ("[server", {}, [], "heedful.toml"),
        ("", {"HEEDFUL_SERVER_PROT": "1"}, [], "HEEDFUL_SERVER_PROT"),
        ("", {"HEEDFUL_NONSENSE": "1"}, [], "HEEDFUL_NONSENSE"),
        ("", {}, ["port=1"], "--set port=1"),
        ("", {}, ["server.port"], "--set server.port"),
        ("", {}, ["server.threads=0"], "threads"),
        ("", {}, ["server.session_minutes=inf"], "session_minutes"),
        ("", {}, ["asr.favoured_products=-1"], "favoured_products"),
        ("", {}, ["asr.batch_size=0"], "batch_size"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, text: str, environ: dict[str, str], flags: list[str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named.replace(".", r"\.")):
        load_settings(write(tmp_path, text), environ, flags)


def test_a_value_that_a_section_refuses_is_blamed_on_its_own_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(write(tmp_path, "[server]\nhost = 'a'\n"), {}, ["server.port=99999"])
    assert "--set server.port" in str(refused.value)
    assert "host" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load_settings(tmp_path / "none.toml", {})


def test_the_projects_file_shows_every_setting_with_its_default() -> None:
    written = tomllib.loads((ROOT / "heedful.toml").read_text(encoding="utf-8"))
    assert set(written) == set(SECTIONS)
    for section, kind in SECTIONS.items():
        assert set(written[section]) == {part.name for part in fields(kind)}, section
    assert load_settings(ROOT / "heedful.toml", {}) == Settings(folder=ROOT, file=ROOT / "heedful.toml")


def test_every_setting_in_the_projects_file_has_a_line_about_it() -> None:
    lines = (ROOT / "heedful.toml").read_text(encoding="utf-8").splitlines()
    for before, line in zip(lines, lines[1:], strict=False):
        if " = " in line and not line.startswith("#"):
            assert before.startswith("# "), line


def test_a_key_that_cannot_be_is_not_shown() -> None:
    with pytest.raises(SettingsError, match=r"server\.api_key") as refused:
        load_settings(environ={}, flags=["server.api_key=schlüssel"])
    assert "schlüssel" not in str(refused.value)
