"""The pages for readers show only commands, settings, files and names that exist."""

import ast
import asyncio
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from dialogue.reply import Reply
from nlu.interpretation import Intent, Interpretation
from nlu.options import JointOptions
from nlu.spoken import written
from retrieval.ingestion.rows.transforms import TRANSFORMS
from server.settings import Settings, load_settings
from server.turns.pipeline import Assistant
from server.wire.metadata import turn_metadata
from tests.test_architecture import PACKAGES
from tests.test_end_to_end import serving

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "SECURITY.md",
        ROOT / "data/knowledge/README.md",
        *sorted((ROOT / "docs").glob("*.md")),
    )
}
WRITTEN_HERE = {name: text for name, text in PAGES.items() if not name.startswith("data/")}
ROOMS = ("asr", "nlu", "retrieval", "dialogue", "server")
IGNORED = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
FOLDERS = sorted(
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and path.name[0] != "." and not any(fnmatch(path.name, pattern) for pattern in IGNORED)
)
CONFIG = tomllib.loads((ROOT / "heedful.toml").read_text(encoding="utf-8"))
MODULE, _, MAIN = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"][
    "heedful"
].partition(":")
APP: typer.Typer = importlib.import_module(MODULE).app
HEEDFUL: Any = typer.main.get_command(APP)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
OTHER_PROGRAMS = {"curl"}
COMMON_OPTIONS = {"--config", "--set"}


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of that language; empty: of none."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.M | re.S)
    return [body for found, body in fenced if found == language]


def prose(text: str) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def inline(text: str) -> list[str]:
    """What is set as code within the page's sentences and tables."""
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose(text))]


def rows(page: str, header: str) -> list[list[str]]:
    """The cells of each row of the table with that header line."""
    lines = PAGES[page].splitlines()
    found = lines[lines.index(header) + 2 :]
    end = next((number for number, line in enumerate(found) if not line.startswith("|")), len(found))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[:end]]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


SHOWN = sorted({line for text in PAGES.values() for block in blocks(text, "sh") for line in block.splitlines() if line})
MENTIONED = sorted({code for text in PAGES.values() for code in inline(text)})


def heedful_command(arguments: list[str]) -> tuple[Any, list[str]]:
    """The command that the arguments name, and what is left for it."""
    command = HEEDFUL
    while arguments and (inner := getattr(command, "commands", {}).get(arguments[0])):
        command, arguments = inner, arguments[1:]
    only_options = all(argument.startswith("-") for argument in arguments)
    assert only_options or not hasattr(command, "commands"), f"there is no command {arguments[0]!r}"
    return command, arguments


def options_of(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("-")}


def leaves(command: Any = HEEDFUL, name: str = "heedful") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    for inner, child in command.commands.items():
        whole = f"{name} {inner}"
        yield from leaves(child, whole) if hasattr(child, "commands") else [(whole, child)]


def check_heedful(arguments: list[str]) -> None:
    """Parse the arguments as the command itself does, and read the settings among them."""
    command, rest = heedful_command(arguments)
    try:
        command.make_context(command.name, list(rest))
    except typer.Exit:  # --help and --version end here
        return
    load_settings(ROOT / "heedful.toml", {}, [rest[at + 1] for at, word in enumerate(rest) if word == "--set"])


def check_module(arguments: list[str]) -> None:
    """The benchmark runs as a module and has the options."""
    assert arguments[0] == "-m", arguments
    source = (ROOT / arguments[1].replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    assert '__name__ == "__main__"' in source
    for option in arguments[2:]:
        assert not option.startswith("--") or f'"{option}"' in source, f"{arguments[1]} has no option {option}"


def check_make(arguments: list[str]) -> None:
    assert {argument for argument in arguments if "=" not in argument} <= TARGETS


CHECKS = {"heedful": check_heedful, "python": check_module, "make": check_make}


@pytest.mark.parametrize("line", SHOWN)
def test_a_command_shown_exists_with_its_options(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words = shlex.split(line, comments=True)
    while "=" in words[0] or words[0] == "time":
        words = words[1:]
    assert words[0] in OTHER_PROGRAMS | CHECKS.keys(), f"nothing checks {words[0]!r}"
    if check := CHECKS.get(words[0]):
        check(words[1:])


@pytest.mark.parametrize("code", [code for code in MENTIONED if code.startswith("heedful ")])
def test_a_command_mentioned_exists_with_its_options(code: str) -> None:
    words = [word for word in code.split()[1:] if word != "..."]
    command, rest = heedful_command(words)
    assert {word for word in rest if word.startswith("-")} <= options_of(command)


@pytest.mark.parametrize("code", [code for code in MENTIONED if code.startswith("make ")])
def test_a_make_target_mentioned_exists(code: str) -> None:
    check_make(code.split()[1:])


@pytest.mark.parametrize("line", [line for line in SHOWN if re.fullmatch(r"heedful .*--(help|version)", line)])
def test_help_and_version_are_printed(line: str) -> None:
    result = CliRunner().invoke(APP, line.split()[1:])
    assert (result.exit_code, bool(result.output)) == (0, True)


def test_every_command_is_listed_with_its_options() -> None:
    listed = {
        codes(name)[0]: set(codes(options))
        for name, _, options in rows("docs/configuration.md", "| command | purpose | options |")
    }
    assert listed == {name: options_of(command) - COMMON_OPTIONS - {"--help"} for name, command in leaves()}


def test_every_setting_is_listed_in_the_files_order() -> None:
    table = rows("docs/configuration.md", "| section | about | settings |")
    listed = [(codes(section)[0], codes(keys)) for section, _, keys in table]
    assert listed == [(f"[{section}]", list(keys)) for section, keys in CONFIG.items()]


@pytest.mark.parametrize("code", [code for code in MENTIONED if re.match(r"\[\w+\]|--set \w", code)])
def test_a_setting_mentioned_exists_and_takes_the_value(code: str) -> None:
    if code == "--set section.key=value":
        return
    found = re.fullmatch(r"(?:--set )?\[?(\w+)\]?(?:[ .](\w+))?(?: ?= ?(.+))?", code)
    assert found, code
    section, key, value = found.groups()
    assert not key or key in CONFIG[section]
    if value:
        load_settings(ROOT / "heedful.toml", {}, [f"{section}.{key}={value.strip(chr(34))}"])
    assert section in CONFIG


def test_the_limits_that_can_be_set_have_their_defaults() -> None:
    limits = [cells for cells in rows("docs/operations.md", "| limit | value | beyond it |") if "[" in cells[1]]
    assert len(limits) >= 5
    for _, cell, _ in limits:
        found = re.fullmatch(r"`\[(\w+)\] (\w+)`, ([\d.]+)", cell)
        assert found, cell
        assert CONFIG[found[1]][found[2]] == float(found[3])


def slug_of(heading: str) -> str:
    """The anchor of a heading, as the usual hosts make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


LINKS = sorted(
    (page, link)
    for page, text in PAGES.items()
    for link in set(re.findall(r"\]\(([^)]+)\)", prose(text)))
    if "://" not in link
)


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_a_link_leads_somewhere(page: str, link: str) -> None:
    file, _, anchor = link.partition("#")
    target = (ROOT / page).parent / file if file else ROOT / page
    assert target.exists()
    if anchor:
        headings = re.findall(r"^#+ (.*)$", prose(target.read_text(encoding="utf-8")), flags=re.M)
        assert anchor in map(slug_of, headings)


def test_every_page_is_in_the_index() -> None:
    index = PAGES["docs/README.md"]
    pages = [name for name in WRITTEN_HERE if name.startswith("docs/") and f"({Path(name).name})" not in index]
    assert pages == ["docs/README.md"]


@pytest.mark.parametrize(
    "code", [code for code in MENTIONED if re.match(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*$|[\w.-]+\.(?:toml|txt)$", code)]
)
def test_a_file_mentioned_exists_or_its_folder_where_a_new_one_goes(code: str) -> None:
    named_by_others = {"domain.yml", "taxonomy-with-ids.txt"}
    path = Path(code.partition("...")[0])
    assert code in named_by_others or (ROOT / (path.parent if "NAME" in path.name else path)).exists()


@pytest.mark.parametrize("code", [code for code in MENTIONED if re.match(rf"(?:{'|'.join(ROOMS)})(?:\.\w+)+$", code)])
def test_a_component_mentioned_can_be_named_in_a_config(code: str) -> None:
    module, _, name = code.rpartition(".")
    tree = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def test_the_rooms_are_the_folders_with_their_own_first_sentence() -> None:
    packages = [file for room in ROOMS for file in sorted((ROOT / room).rglob("__init__.py"))]
    said = {
        f"`{file.parent.relative_to(ROOT).as_posix()}/`": ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
        for file in packages
    }
    assert dict(rows("docs/architecture.md", "| room | what it is for |")) == said


def test_the_readmes_map_is_the_top_folders() -> None:
    mapped = rows("README.md", "| folder | what is there |")
    assert sorted(re.findall(r"\[(\w+)/\]", " ".join(first for first, _ in mapped))) == FOLDERS


def test_the_import_rules_are_those_that_a_test_keeps() -> None:
    stated = {
        codes(room)[0]: set(codes(others)) for room, others in rows("docs/architecture.md", "| room | may import |")
    }
    everything = set(ROOMS) - {"server"}
    assert {**stated, "server": everything} == PACKAGES


def test_every_metadata_key_the_server_sends_is_explained() -> None:
    sent = turn_metadata(None, Interpretation("", Intent("", 0.0)), Reply((), signals=("handover", "slower")), {})
    explained = [key for keys, _ in rows("docs/protocol.md", "| key | value |") for key in codes(keys)]
    assert explained == list(sent)


def test_the_classifiers_settings_have_their_defaults() -> None:
    options = asdict(JointOptions())
    for name, default, _ in rows("docs/your-rasa-project.md", "| setting | default | meaning |"):
        assert options[codes(name)[0]] == yaml.safe_load(codes(default)[0])


@pytest.mark.parametrize(("spoken", "text"), rows("docs/your-rasa-project.md", "| spoken | written |"))
def test_what_is_spoken_is_written_as_shown(spoken: str, text: str) -> None:
    assert written(spoken) == text


def test_the_actions_of_the_answers_are_those_of_the_demo() -> None:
    domain = yaml.safe_load((ROOT / "data/assistant/domain.yml").read_text(encoding="utf-8"))
    actions = [codes(name)[0] for name, _ in rows("docs/your-rasa-project.md", "| action | what it does |")]
    assert actions == [action for action in domain["actions"] if action.startswith("action_answer")]


def test_every_step_of_a_column_map_is_explained() -> None:
    steps = [code for cell, _ in rows("docs/your-data.md", "| step | what it does |") for code in codes(cell)]
    assert {step.partition(":")[0] for step in steps} == set(TRANSFORMS)


def test_every_benchmark_that_runs_is_listed() -> None:
    for file in (ROOT / "benchmarks").glob("*.py"):
        if '__name__ == "__main__"' in file.read_text(encoding="utf-8"):
            assert re.search(rf"benchmarks\.{file.stem}\b", PAGES["docs/benchmarks.md"]), file.name


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(PAGES["README.md"].splitlines()) <= 150


@pytest.mark.parametrize("page", WRITTEN_HERE)
def test_the_pages_are_in_plain_words(page: str) -> None:
    # A room's line is the room's own, see above.
    text = re.sub(r"^\| `\w+/.*$|`[^`]+`", "", prose(WRITTEN_HERE[page]), flags=re.M)
    odd = r"told|tells?|cures?|mend(?:s|ed)?|stands? for|likelier|dearest|beside|put right"
    assert re.findall(rf"\b(?:{odd})\b", text, flags=re.I) == []


def test_the_glossary_is_sorted_short_and_about_words_in_use() -> None:
    entries = rows("docs/glossary.md", "| word | meaning |")
    words = [word for word, _ in entries]
    assert words == sorted(set(words))
    assert len(words) <= 40
    others = " ".join(text.lower() for name, text in PAGES.items() if name != "docs/glossary.md")
    for word, meaning in entries:
        assert re.search(rf"\b{word}(?:s|es)?\b", others), f"{word} is in no other page"
        assert re.fullmatch(r"[A-Z][^.]*\.", meaning), f"{word}: write one sentence"
        assert len(meaning.split()) <= 25, f"{word}: write 25 words at most"


@pytest.mark.heavy
async def test_the_example_of_the_protocol_prints_what_is_shown(assistant: Assistant, settings: Settings) -> None:
    page = PAGES["docs/protocol.md"]
    (example,) = blocks(page, "python")
    (shown,) = blocks(page.partition("It prints:")[2].partition("##")[0], "")
    assert "127.0.0.1:8765" in example
    async with serving(assistant, settings) as address:
        program = example.replace("127.0.0.1:8765", address)
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        printed, errors = await client.communicate()
    assert (client.returncode, printed.decode()) == (0, shown), errors.decode()


@pytest.mark.heavy
def test_the_first_catalogue_is_indexed_and_answers_as_shown(tmp_path: Path) -> None:
    page = PAGES["docs/your-data.md"].partition("## What is read")[0]
    (table,), (commands, _), (shown, taken) = (
        blocks(page.partition("## What shops")[0], kind) for kind in ("csv", "sh", "")
    )
    (tmp_path / "shop.csv").write_text(table, encoding="utf-8")
    (tmp_path / "data").symlink_to(ROOT / "data")
    program = f"from {MODULE} import {MAIN}; {MAIN}()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    printed: list[str] = []
    for line in commands.splitlines():
        arguments = [sys.executable, "-c", program, *shlex.split(line)[1:]]
        done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert printed[0].startswith(taken)
    assert printed[1] == shown
