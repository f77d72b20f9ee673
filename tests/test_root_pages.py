"""What the pages at the root name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PAGES = ("NOTICE", "CODE_OF_CONDUCT.md", ".github/PULL_REQUEST_TEMPLATE.md")  # test_docs.py reads the others


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_target_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in re.findall(
        r"(?<![\w/])((?:asr|nlu|retrieval|dialogue|server|tests|benchmarks|data|tools)/[\w/.-]*)", text
    ):
        assert "NAME" in name or "..." in name or (ROOT / name.rstrip(".")).exists(), name
    for target in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", text, flags=re.M):
        assert re.search(rf"^{''.join(target)}:", MAKEFILE, flags=re.M), target


def test_hooks_run_what_is_installed() -> None:
    entries = re.findall(r"entry: (.*)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert len(entries) == 3
    assert all(entry.startswith(".venv/bin/") for entry in entries)
