"""How long the server takes to start and what it holds: idle, after typed turns, and in which files.

Each start is one of its own. The share of memory (PSS) counts what processes hold together once; resident memory (RSS)
counts it in each of them.
"""

import argparse
import asyncio
import os
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.turns import TYPED
from server.client.demo import LocalServer, free_port, running_server
from server.client.realtime_client import open_session
from server.settings import load_settings

SETTLING_SECONDS = 2.0
LARGEST = 12


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in MiB, and its proportional share by the file it comes from."""

    resident_mib: float
    share_mib: float
    by_file: dict[str, float]


def memory_of(process_id: int) -> Memory:
    """Read what a process holds from Linux's /proc."""
    resident, shares, name = 0, Counter[str](), ""
    for line in Path(f"/proc/{process_id}/smaps").read_text(encoding="utf-8").splitlines():
        if mapping := re.match(r"[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+\s*(.*)", line):
            name = mapping[1] or "[anonymous]"
        elif line.startswith("Rss:"):
            resident += int(line.split()[1])
        elif line.startswith("Pss:"):
            shares[name] += int(line.split()[1])
    return Memory(resident / 1024, shares.total() / 1024, {file: kib / 1024 for file, kib in shares.most_common()})


def cpu_seconds(process_id: int) -> float:
    """Return the processor time that a process has used, all threads together."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def take_turns(url: str, count: int) -> None:
    """Take so many typed turns in one conversation."""
    async with open_session(url, speaks=False) as client:
        for number in range(count):
            await client.ask(TYPED[number % len(TYPED)])


def main() -> None:
    """Start the server several times and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3, help="how often the server is started")
    parser.add_argument("--turns", type=int, default=100, help="how many turns are typed after each start")
    parser.add_argument("--files", action="store_true", help="print the files that hold the most memory")
    arguments = parser.parse_args()
    settings = load_settings()
    at = settings.server
    ready: list[float] = []
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; Whisper {settings.asr.model}")
    for _ in range(arguments.starts):
        local = LocalServer(at.host, free_port(at.host), at.api_key, settings.folder, settings.file)
        with running_server(local) as server:
            ready.append(server.ready_seconds)
            started_cpu = cpu_seconds(server.process_id)
            time.sleep(SETTLING_SECONDS)
            idle = memory_of(server.process_id)
            before = cpu_seconds(server.process_id)
            asyncio.run(take_turns(f"ws://{local.address}/v1/realtime", arguments.turns))
            turn_ms = (cpu_seconds(server.process_id) - before) / max(arguments.turns, 1) * 1000
            used = memory_of(server.process_id)
        print(
            f"ready after {server.ready_seconds:.1f} s ({started_cpu:.1f} s of processor time); "
            f"idle RSS {idle.resident_mib:.0f} PSS {idle.share_mib:.0f} MiB; after {arguments.turns} turns "
            f"RSS {used.resident_mib:.0f} PSS {used.share_mib:.0f} MiB; {turn_ms:.1f} ms of processor time a turn"
        )
        if arguments.files:
            for file, mib in list(idle.by_file.items())[:LARGEST]:
                print(f"    {mib:8.1f} MiB  {file}")
    print(f"ready: median {statistics.median(ready):.1f} s of {len(ready)} starts")


if __name__ == "__main__":
    main()
