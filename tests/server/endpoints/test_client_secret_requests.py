"""Keys for clients, asked for and used over real sockets with the stock client."""

import json
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.types.realtime import ClientSecretCreateResponse
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from server.options import ServerOptions
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask

LOCKED = ServerOptions(port=0, api_key="sesame")
PATH = "/v1/realtime/client_secrets"
KEY = {"Authorization": "Bearer sesame"}


async def test_a_client_with_a_secret_gets_the_session_that_it_was_made_for() -> None:
    async with serving(options=LOCKED) as (_, address):
        async with AsyncOpenAI(api_key="sesame", base_url=f"http://{address}/v1") as owner:
            secret = await owner.realtime.client_secrets.create(
                session={"type": "realtime", "model": "shop", "instructions": "be kind", "output_modalities": ["text"]},
                expires_after={"anchor": "created_at", "seconds": 30},
            )
        assert secret.session.instructions == "be kind"
        async with (
            AsyncOpenAI(api_key=secret.value, base_url=f"http://{address}/v1") as guest,
            guest.realtime.connect(model="other") as connection,
        ):
            created = await connection.recv()
        protocols = ["realtime", f"openai-insecure-api-key.{secret.value}"]
        async with connect(f"ws://{address}/v1/realtime", subprotocols=protocols) as browser:  # type: ignore[arg-type]
            again = json.loads(await browser.recv())
        assert created.session.instructions == again["session"]["instructions"] == "be kind"
        assert again["session"]["output_modalities"] == ["text"]
        assert again["session"]["model"] == "shop"


async def test_a_secret_opens_sessions_and_nothing_else() -> None:
    async with serving(options=LOCKED) as (_, address):
        secret = (await ask(address, "POST", PATH, {}, **KEY)).json()["value"]
        assert (await ask(address, "GET", "/v1/models", Authorization=f"Bearer {secret}")).status == 401
        assert (await ask(address, "POST", "/v1/reload", b"", Authorization=f"Bearer {secret}")).status == 401


@pytest.mark.parametrize("options", [LOCKED, ServerOptions(port=0)])
async def test_a_secret_that_is_not_valid_opens_nothing(options: ServerOptions) -> None:
    async with serving(options=options) as (_, address):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://{address}/v1/realtime", additional_headers={"api-key": "ek_0"})
        assert b"client_secrets" in refused.value.response.body


async def test_the_answer_is_what_the_stock_clients_types_say() -> None:
    async with serving() as (_, address):
        for session in ({}, {"type": "transcription"}, {"type": "realtime", "tools": []}):
            answer = (await ask(address, "POST", PATH, {"session": session})).json()
            ClientSecretCreateResponse.model_validate(answer, strict=True)
        older = (await ask(address, "POST", "/v1/realtime/sessions", {"instructions": "be kind"})).json()
        assert older["client_secret"]["value"].startswith("ek_")
        assert older["instructions"] == "be kind"


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({"session": {"type": "realtime", "nope": 1}}, 400, "session.nope"),
        ({"session": {"type": "magic"}}, 400, "session.type"),
        ({"expires_after": {"seconds": 9}}, 400, "body.expires_after.seconds"),
        ({"nope": 1}, 400, "body.nope"),
        (b"[1]", 400, None),
        (b"{", 400, None),
        (b'{"session": NaN}', 400, None),
        (b"[" * 50_000, 400, None),
        ({"session": {"type": "realtime", "instructions": "x" * 70_000}}, 413, None),
    ],
    ids=["field", "type", "seconds", "parameter", "list", "broken", "constant", "depth", "size"],
)
async def test_what_cannot_be_granted_is_named(body: Any, status: int, param: str | None) -> None:
    async with serving() as (_, address):
        answer = await ask(address, "POST", PATH, body)
    assert (answer.status, answer.error["param"]) == (status, param)
