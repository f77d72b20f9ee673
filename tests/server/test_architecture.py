"""Which rooms of the server may import which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "protocol": {"protocol"},
    "turns": {"turns", "protocol"},
    "transport": {"transport", "turns", "protocol", "options"},
    "client": {"client", "protocol"},
}


def rooms_imported(file: Path) -> Iterator[str]:
    """The rooms and modules of the server that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (name.split(".")[1] for name in names if name.startswith("server."))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_those_before_it(room: str) -> None:
    files = list((ROOT / "server" / room).rglob("*.py"))
    assert files
    for file in files:
        foreign = set(rooms_imported(file)) - MAY_IMPORT[room]
        assert not foreign, f"{file.relative_to(ROOT)} imports {sorted(foreign)} of the server"
