"""How conversations of real people with catalogues that nobody tuned for go: turns right, by set, kind and phenomenon.

The sets lie in `../shared/bench/conversations`. Each is indexed by the plain command, without a column map and without
concepts, and served with a project that any catalogue can use; the set's own scorer asks over a real socket. Half of
the conversations are looked at, and only counted are the others: which, a hash of their ids says.

`python -m benchmarks.conversations [SET...] [--project FOLDER] [--show KIND]`: prints wrong turns of that kind, or of
`all`, in the half that is looked at.
"""

import argparse
import json
import shutil
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.client.demo import LocalServer, free_port, running_server

SHARED = Path(__file__).parents[2] / "shared" / "bench" / "conversations"
SETS = ("cambridge-dstc11", "sanfrancisco-spoken-dstc10", "townguide-sgd")
FILES = ("products.jsonl", "faq.jsonl", "reviews.jsonl")
BUILT = Path("build") / "benchmarks" / "conversations"
PROJECT = Path("data") / "any-catalogue"
LOOKED_AT, REPORTED = "looked at", "reported"
HALVES = (LOOKED_AT, REPORTED)
GOODBYE = "closing"


@dataclass(frozen=True, slots=True)
class ScoredTurn:
    """A turn as the scorer judged it; `row` is what it wrote of it."""

    kind: str
    phenomena: tuple[str, ...]
    half: str
    is_right: bool
    row: dict[str, Any]

    @property
    def groups(self) -> Iterator[str]:
        """The lines of the table that count the turn."""
        yield "all"
        if self.kind != GOODBYE:
            yield "without goodbyes"
        yield f"kind {self.kind}"
        yield from (f"with {phenomenon}" for phenomenon in self.phenomena)


def half_of(conversation: str) -> str:
    """Return which half a conversation belongs to."""
    return HALVES[zlib.crc32(conversation.encode()) % len(HALVES)]


def scored_turns(rows: Sequence[dict[str, Any]], conversations: Sequence[dict[str, Any]]) -> Iterator[ScoredTurn]:
    """Join the scorer's rows, in the order of the conversations, with the turns they are about."""
    turns = [(talk["id"], turn) for talk in conversations for turn in talk["turns"]]
    for row, (conversation, turn) in zip((row for row in rows if "bridge" not in row), turns, strict=True):
        if row.get("problems") is not None:
            half, phenomena = half_of(conversation), tuple(turn["phenomena"])
            yield ScoredTurn(turn["kind"], phenomena, half, not row["problems"], row)


def ask(name: str, project: Path, shared: Path = SHARED, *, port: int | None = None) -> list[ScoredTurn]:
    """Index a set, serve it, and have its scorer type its conversations."""
    folder, source = BUILT / name, shared / name
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "heedful.toml"
    config.write_text(f'[paths]\nassistant = "{project.resolve()}"\nbuild = "."\n', encoding="utf-8")
    _run_heedful(config, "index", *(str(source / file) for file in FILES if (source / file).exists()))
    _train(config, folder)
    server = LocalServer("127.0.0.1", port or free_port("127.0.0.1"), "", Path.cwd(), config)
    with running_server(server):
        url, out = f"ws://{server.address}/v1", folder / "scored.json"
        command = [sys.executable, str(shared / "score.py"), url, str(source), "--json", str(out)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with (source / "conversations.jsonl").open(encoding="utf-8") as lines:
        talks = [talk for talk in map(json.loads, lines) if talk["split"] == "dev"]
    return list(scored_turns(json.loads(out.read_text(encoding="utf-8")), talks))


def _train(config: Path, folder: Path) -> None:
    """Train the project, from what the sets share of it."""
    common = BUILT / "assistant"
    if common.exists():
        shutil.copytree(common, folder / "assistant", dirs_exist_ok=True)
    _run_heedful(config, "train")
    shutil.copytree(folder / "assistant", common, dirs_exist_ok=True)


def _run_heedful(config: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "server.cli", *arguments, "--config", str(config)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def table(turns: Sequence[ScoredTurn]) -> list[str]:
    """Count right turns of each group and half."""
    right, total = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for turn in turns:
        for group in turn.groups:
            total[group, turn.half] += 1
            right[group, turn.half] += turn.is_right
    lines = [f"{'':24}" + "".join(f"{half:>18}" for half in (*HALVES, "both"))]
    for group in sorted({group for group, _ in total}):
        counts = [(right[group, half], total[group, half]) for half in HALVES]
        counts.append((sum(good for good, _ in counts), sum(count for _, count in counts)))
        lines.append(f"{group:24}" + "".join(f"{_share(good, count):>18}" for good, count in counts))
    return lines


def _share(good: int, count: int) -> str:
    return f"{good} of {count} {good / count if count else 0:4.0%}"


def misses(turns: Sequence[ScoredTurn], kind: str) -> Iterator[str]:
    """Describe the wrong turns of a kind, or of `all`, in the half that is looked at."""
    for turn in turns:
        if turn.half == LOOKED_AT and not turn.is_right and kind in ("all", turn.kind):
            row = turn.row
            yield f"- {row['conversation']} [{turn.kind}] {row['user']!r} ({row['intent']}; about {row['talk']})"
            yield f"    {row['reply'][:300]!r} {row['sources'][:4]}"
            yield f"    {row['problems']}; expected {json.dumps(row['expect'])[:200]}"


def main() -> None:
    """Print the table of each set, and wrong turns where asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--project", type=Path, default=PROJECT)
    parser.add_argument("--port", type=int)
    parser.add_argument("--show", default="", help="a kind, or all")
    options = parser.parse_args()
    for name in options.sets:
        turns = ask(name, options.project, port=options.port)
        print(f"\n{name}", *table(turns), *(misses(turns, options.show) if options.show else ()), sep="\n", flush=True)


if __name__ == "__main__":
    main()
