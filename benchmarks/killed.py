"""Whether `kill -9` loses a finished turn: a server is killed in mid-turn, again and again, and its clients come back.

Each client talks about a product of its own, which it names once: the later questions are answered from what the
conversation remembers. After each kill it resumes its conversation and finds every turn whose `response.done` it has
seen; one more may be there, whose `response.done` was on its way.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path

from server.client.demo import LocalServer, free_port, running_server
from server.client.realtime_client import ClientError, RealtimeClient, open_session
from server.settings import Settings, load_settings

PRODUCTS = {
    "pulse buds 2": "pulse-buds-2",
    "harbor kettle": "harbor-kettle",
    "robin vacuum": "robin-vacuum",
}
ASKED = ("and how heavy is it?", "and what does it cost?")
LONGEST_DELAY_SECONDS = 1.5
ITEMS_OF_A_TURN = 2


@dataclass(slots=True)
class Talker:
    """A client that comes back: what it has seen, and what was wrong when it came back."""

    name: str
    product_id: str
    address: str = ""
    turns: int = 0
    resumed: int = 0
    lost: int = 0
    strayed: int = 0

    async def talk(self, url: str) -> None:
        """Resume the conversation, check it, and ask until the server is gone."""
        with contextlib.suppress(ClientError, ConnectionError, OSError):
            async with open_session(f"{url}?{self.address}", speaks=False) as client:
                self._come_back(client)
                while True:
                    await self._ask(client)

    def _come_back(self, client: RealtimeClient) -> None:
        about = client.conversation
        if not self.address:
            self.address = f"conversation={about['conversation_id']}&resume_token={about['resume_token']}"
            return
        found = about["items"] / ITEMS_OF_A_TURN
        self.resumed += 1
        self.lost += found not in (self.turns, self.turns + 1)
        self.turns = int(found)

    async def _ask(self, client: RealtimeClient) -> None:
        asked = ASKED[self.turns % len(ASKED)] if self.turns else f"how much is the {self.name}?"
        turn = await client.ask(asked)
        self.turns += 1
        self.strayed += not all(source.startswith(f"product:{self.product_id}#") for source in turn.sources)


async def talk_until_killed(talkers: list[Talker], url: str, process_id: int, delay_seconds: float) -> None:
    """Let all talk, and kill the server after a while."""
    talking = [asyncio.create_task(talker.talk(url)) for talker in talkers]
    before = [talker.turns for talker in talkers]
    while any(talker.turns <= turns for talker, turns in zip(talkers, before, strict=True)):
        await asyncio.sleep(0.01)  # each has taken a turn of this round
        for task in talking:
            if task.done():
                task.result()
                raise RuntimeError("a client has ended before the server was killed")
    await asyncio.sleep(delay_seconds)
    os.kill(process_id, signal.SIGKILL)
    await asyncio.gather(*talking)


def kill_often(settings: Settings, rounds: int, file: Path) -> list[Talker]:
    """Kill a server that keeps its conversations in `file` so many times; returns the clients that came back."""
    talkers = [Talker(name, product_id) for name, product_id in PRODUCTS.items()]
    chance = random.Random(7)
    os.environ["HEEDFUL_DIALOGUE_TRACKER_PATH"] = str(file)
    try:
        for _ in range(rounds):
            local = LocalServer("127.0.0.1", free_port("127.0.0.1"), "", settings.folder, settings.file)
            with running_server(local) as server:
                delay_seconds = chance.uniform(0, LONGEST_DELAY_SECONDS)
                url = f"ws://{local.address}/v1/realtime"
                asyncio.run(talk_until_killed(talkers, url, server.process_id, delay_seconds))
    finally:
        del os.environ["HEEDFUL_DIALOGUE_TRACKER_PATH"]
    return talkers


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=51, help="how often the server is started and killed")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="heedful-benchmark-") as folder:
        talkers = kill_often(load_settings(), rounds, Path(folder) / "conversations.db")
    print(f"{rounds} kills, {sum(talker.turns for talker in talkers)} finished turns")
    print(f"{'conversations resumed':36}{sum(talker.resumed for talker in talkers):6}")
    print(f"{'of these with a turn lost':36}{sum(talker.lost for talker in talkers):6}    (bar: 0)")
    print(f"{'answers about another product':36}{sum(talker.strayed for talker in talkers):6}    (bar: 0)")


if __name__ == "__main__":
    main()
