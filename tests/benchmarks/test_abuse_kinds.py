"""What the kinds of abuse send, against a server that notes it."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.abuse_kinds import KINDS, SENT, Target, of_file


async def received(kind: str) -> list[str]:
    """Return the frames that arrive when that kind is done once."""
    frames: list[str] = []

    async def note(connection: ServerConnection) -> None:
        frames.extend([str(frame) async for frame in connection])

    async with serve(note, "127.0.0.1", 0, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        await asyncio.wait_for((KINDS.get(kind) or of_file(Path(kind)))(Target(f"127.0.0.1:{port}")), 20)
    return frames


async def test_a_kind_is_sent_in_one_session() -> None:
    frames = [json.loads(frame) for frame in await received("8,000 signs")]
    assert [frame["type"] for frame in frames] == ["session.update", "conversation.item.create", "response.create"]
    assert frames[1]["item"]["content"][0]["text"] == "!" * 8000


async def test_the_lines_of_a_file_are_sent_as_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "case.jsonl"
    file.write_text('{"type": "response.create"}\n{\n', encoding="utf-8")
    assert await received(str(file)) == ['{"type": "response.create"}', "{"]


@pytest.mark.parametrize("kind", SENT)
def test_every_kind_has_something_to_send(kind: str) -> None:
    assert next(iter(SENT[kind]()))
