"""The command line as a person meets it."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import soundfile

from server.artifacts import model_path
from server.cli.commands import main
from server.settings import load_settings

ROOT = Path(__file__).parents[3]
COMMANDS = [
    "serve",
    "talk",
    "chat",
    "demo",
    "transcribe",
    "parse",
    "validate",
    "train",
    "index",
    "match",
    "reload",
    "ask",
    "say",
]


def heedful(*arguments: str, folder: Path | None = None, text: str = "") -> "subprocess.CompletedProcess[str]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEEDFUL_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli.commands", *arguments],
        cwd=folder or ROOT,
        env={**environ, "PYTHONPATH": str(ROOT)},
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def heedful_here(*arguments: str, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """The same in this process, where nothing heavy is imported again."""
    printed, told, status = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(told):
        for name in [name for name in os.environ if name.startswith("HEEDFUL_")]:
            patch.delenv(name)
        patch.setattr(sys, "argv", ["heedful", *arguments])
        patch.chdir(folder or ROOT)
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
    return subprocess.CompletedProcess(arguments, status, printed.getvalue(), told.getvalue())


def test_help_names_every_command() -> None:
    result = heedful("--help")
    assert result.returncode == 0
    for command in COMMANDS:
        assert f"  {command} " in result.stdout


@pytest.mark.parametrize(
    ("module", "libraries"),
    [
        ("server.cli.commands", ("torch", "rasa", "spacy", "numpy", "faiss")),
        ("server.transport.serve", ("torch", "rasa", "spacy", "faiss")),
    ],
)
def test_neither_help_nor_the_port_waits_for_a_model_library(module: str, libraries: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([m for m in {libraries} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [("dance",), ("transcribe",), ("parse",), ("serve", "--port", "x")])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert heedful(*arguments).returncode == 2


def test_an_unknown_setting_is_named_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    result = heedful("serve", folder=tmp_path)
    assert result.returncode == 1
    assert "server.prot" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["chat", "reload"])
def test_without_a_server_its_clients_say_how_to_start_one(command: str) -> None:
    result = heedful(command, "--url", "ws://127.0.0.1:9/v1/realtime")
    assert result.returncode == 1
    assert "heedful serve" in result.stderr


def test_say_writes_a_wav_file(tmp_path: Path) -> None:
    result = heedful("say", "Good day. How are you?", "--out", str(tmp_path / "said.wav"))
    assert result.returncode == 0, result.stderr
    info = soundfile.info(tmp_path / "said.wav")
    assert (info.samplerate, info.channels, info.subtype) == (24_000, 1, "PCM_16")
    assert 1 < info.duration < 6


def test_serving_without_a_trained_assistant_or_index_stops_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "heedful.toml"
    file.write_text("[server]\nport = 0\n", encoding="utf-8")
    result = heedful("serve", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith(f"heedful: there is no model {tmp_path}")
    assert "heedful train" in result.stderr
    model = model_path(load_settings(file, {}))
    model.parent.mkdir(parents=True)
    model.touch()
    result = heedful("serve", folder=tmp_path)
    assert result.returncode == 1
    assert "heedful index" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve",),
        ("serve", "--set", "server.prot=1"),
        ("parse", "hello"),
        ("transcribe", "a.wav", "--task", "translate"),
    ],
)
def test_what_no_model_is_needed_for_is_told_before_one_is_imported(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code = """
import sys
from server.cli.commands import main
try:
    main()
finally:
    print([name for name in ("torch", "rasa", "faiss") if name in sys.modules])
"""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout.strip()) == (1, "[]")


def test_indexing_names_what_it_cannot_read_and_loads_no_model_for_it(tmp_path: Path) -> None:
    result = heedful("index", str(tmp_path / "gone"), folder=tmp_path)
    assert result.returncode == 1
    assert "gone:1: there is no such folder" in result.stderr
    result = heedful("index", str(ROOT / "data" / "knowledge"), "--map", "none.yml", folder=tmp_path)
    assert "none.yml: cannot be read" in result.stderr


@pytest.mark.heavy
def test_foreign_files_are_indexed_and_answer(tmp_path: Path) -> None:
    (tmp_path / "heedful.toml").write_text("[ingest]\nmax_rejected_share = 0.5\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("sku;title;w\n1;Brook Flask;500g\n2;;1kg\n", encoding="utf-8")
    (tmp_path / "list.yml").write_text(
        "documents:\n- kind: product\n  fields: {id: sku, name: title}\n  specs: [{label: weight, column: w}]\n",
        encoding="utf-8",
    )
    result = heedful("index", "list.csv", "--map", "list.yml", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    rejected = tmp_path / "build" / "index" / "rejected.jsonl"
    assert result.stdout.splitlines() == [
        "1 documents, 2 passages",
        "3 vectors, 3 of them new, searched one by one",
        f"2 entries read, 1 kept, 1 left out: {rejected}",
        "       1  name is missing",
    ]
    result = heedful_here("ask", "what is the weight of the brook flask", folder=tmp_path)
    assert result.stdout.splitlines() == ["The weight of the Brook Flask is 500 grams.", "product:1#weight"]
    result = heedful_here(
        "index", "list.csv", "--map", "list.yml", "--set", "ingest.max_rejected_share=0", folder=tmp_path
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert "1 of 2 entries cannot be read (1 times name is missing)" in result.stderr
    (tmp_path / "faq.jsonl").write_text('{"id": "why", "question": "Why?", "answer": "Because."}\n', encoding="utf-8")
    result = heedful_here("index", "--update", "faq.jsonl", folder=tmp_path)
    assert result.stdout.splitlines()[:2] == [
        "2 documents, 3 passages",
        "5 vectors, 2 of them new, searched one by one",
    ]
    result = heedful_here("forget", "product:1", folder=tmp_path)
    assert result.stdout.splitlines()[0] == "1 documents, 1 passages"
    result = heedful_here("forget", "product:1", folder=tmp_path)
    assert (result.returncode, "the index has no product:1" in result.stderr) == (1, True)


def test_two_catalogues_become_one_file_that_can_be_indexed(tmp_path: Path) -> None:
    (tmp_path / "abt.csv").write_text(
        "id,name,price\n1,Oak Desk Lamp,$20\n2,Brook Flask,\n2,Twice,\n", encoding="utf-8"
    )
    (tmp_path / "buy.csv").write_text(
        "id,name,price\n1,Brook Flask (steel),$9\n7,oak desk lamp,$25\n", encoding="utf-8"
    )
    result = heedful_here("match", "abt.csv", "buy.csv", "--map", "m.yml", "--out", "m.jsonl", folder=tmp_path)
    assert (result.returncode, "m.yml: cannot be read" in result.stderr) == (1, True)
    names = "documents: [{kind: product, fields: {id: id, name: name, price: price}}]"
    (tmp_path / "m.yml").write_text(names, encoding="utf-8")
    result = heedful("match", "abt.csv", "buy.csv", "--map", "m.yml", "--out", "m.jsonl", folder=tmp_path)
    assert result.stdout.splitlines() == [
        "2 and 2 products, 2 pairs are the same: 2 products",
        "5 entries read, 4 kept, 1 left out: m.rejected.jsonl",
        "       1  id used twice",
    ]
    lamp, flask = (json.loads(line) for line in (tmp_path / "m.jsonl").read_text(encoding="utf-8").splitlines())
    assert (lamp["id"], lamp["price"], lamp["specs"]["price at buy"]) == ("1", 20, "$25")
    assert (flask["id"], flask["price"], flask["aliases"]) == ("2", 9, ["Brook Flask (steel)"])
