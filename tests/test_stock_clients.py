"""The stock agents of others call a function over a real socket: each is a program with an environment of its own.

`make clients` installs them in `build/clients`.
"""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from server.turns.hot_reload import LiveUnderstanding
from tests.conftest import ROOT
from tests.server.conftest import serving

pytestmark = pytest.mark.heavy

CLIENTS = ROOT / "tests" / "clients"
PYTHON = ROOT / "build" / "clients" / "bin" / "python"
MODULES = ROOT / "build" / "clients" / "node_modules"
SECONDS = 90


async def run_client(address: str, *command: str, folder: Path = ROOT) -> dict[str, object]:
    """What the client prints last."""
    url = f"ws://{address}/v1/realtime"
    pipe = asyncio.subprocess.PIPE
    client = await asyncio.create_subprocess_exec(*command, url, stdout=pipe, stderr=pipe, cwd=folder)
    try:
        async with asyncio.timeout(SECONDS):
            out, err = await client.communicate()
    finally:
        if client.returncode is None:
            client.kill()
    assert client.returncode == 0, err.decode()[-3000:]
    printed: dict[str, object] = json.loads(out.decode().splitlines()[-1])
    return printed


@pytest.mark.skipif(not PYTHON.exists(), reason="`make clients` has not installed the stock clients")
@pytest.mark.parametrize("client", ["agents_client", "livekit_client", "pipecat_client"])
async def test_a_python_agent_is_called_and_says_what_came_of_it(tool_talk: LiveUnderstanding, client: str) -> None:
    async with serving(tool_talk) as (_, address):
        printed = await run_client(address, str(PYTHON), str(CLIENTS / f"{client}.py"))
    assert printed["asked"] == [48213]
    assert "Order 48213 is on its way." in str(printed["said"])


@pytest.mark.skipif(not (MODULES.exists() and shutil.which("node")), reason="`make clients` found no Node")
async def test_an_agent_in_javascript_is_called_and_says_what_came_of_it(tool_talk: LiveUnderstanding) -> None:
    script = MODULES.parent / "agents_client.mjs"  # next to its modules, where Node looks for them
    shutil.copy(CLIENTS / "agents_client.mjs", script)
    async with serving(tool_talk) as (_, address):
        printed = await run_client(address, "node", str(script))
    assert printed["asked"] == [48213]
    assert "Order 48213 is on its way." in str(printed["said"])
