"""How long the console's first page takes with many conversations: `python -m benchmarks.console [CONVERSATIONS]`.

A store is filled, `heedful serve` opens it, and each request of the page is asked for in turn; milliseconds, median
and slowest. Needs the demo's model and index.
"""

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path

from dialogue.memory.conversation_store import ConversationStore, ItemRecord
from server.client.demo import LocalServer, free_port, running_server

TURNS = 6
REPEATS = 20
PATHS = ("/console", "/v1/console/overview", "/v1/console/conversations", "/v1/console/not_understood")


def fill(path: Path, conversations: int) -> None:
    """Write conversations of `TURNS` turns; every tenth turn was not understood."""
    with closing(ConversationStore(path)) as store:
        for number in range(conversations):
            name = f"conv_{number:06}"
            store.open(name, user=f"user{number % 100}")
            store.add(name, [event for turn in range(TURNS) for event in _turn(number * TURNS + turn)])
            store.write(store.turn(name, [_item(name)], ends=True))
            store.close_conversation(name)


def _turn(number: int) -> list[dict[str, object]]:
    intent = {"name": "ask" if number % 10 else "nlu_fallback", "confidence": 0.9}
    said: dict[str, object] = {
        "event": "user",
        "text": f"question {number}",
        "timestamp": number,
        "parse_data": {"intent": intent},
    }
    action: dict[str, object] = {"event": "action", "name": "action_answer_question"}
    return [said, action, {"event": "bot", "text": "An answer of usual length."}]


def _item(name: str) -> ItemRecord:
    content = [{"type": "input_text", "text": "question"}]
    return ItemRecord(
        f"item_{name}", None, json.dumps({"item": {"role": "user", "content": content}, "answered": True})
    )


def took_ms(url: str) -> float:
    """Ask once."""
    began = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000


def main(conversations: int) -> None:
    """Print one line a request."""
    with tempfile.TemporaryDirectory() as folder:
        config, store = Path(folder) / "heedful.toml", Path(folder) / "conversations.db"
        fill(store, conversations)
        here = json.dumps(str(Path.cwd()))[1:-1]
        paths = "".join(
            f'{name} = "{here}/{place}"\n' for name, place in (("assistant", "data/assistant"), ("build", "build"))
        )
        config.write_text(f"[paths]\n{paths}[dialogue]\ntracker_path = {json.dumps(str(store))}\n", encoding="utf-8")
        server = LocalServer("127.0.0.1", free_port("127.0.0.1"), "", Path.cwd(), config)
        with running_server(server):
            for path in PATHS:
                times = [took_ms(f"http://{server.address}{path}") for _ in range(REPEATS)]
                print(f"{path:32} {statistics.median(times):8.1f} {max(times):8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
