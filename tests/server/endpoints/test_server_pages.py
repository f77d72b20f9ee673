"""What the server says of itself, over real sockets; stand-in models."""

import re
from dataclasses import replace

import pytest
from openai import AsyncOpenAI, NotFoundError
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from retrieval.passage import Passage
from server.options import ServerOptions
from server.telemetry.prometheus_meter import PrometheusMeter
from server.transport.app import App
from server.turns.worker import Worker
from server.wire.session_config import SessionConfig
from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask
from tests.server.transport.test_app import type_text


async def test_the_page_and_the_health_are_open_to_all() -> None:
    async with serving(options=ServerOptions(port=0, api_key="sesame")) as (_, address):
        page, health, ready = [await ask(address, "GET", path) for path in ("/", "/healthz", "/readyz")]
    assert b"<title>Heedful" in page.body
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert health.json() == {"status": "ok"}
    assert ready.json() == {"status": "ready", "sessions": 0, "max_sessions": 64, "needs_key": True}


async def test_a_server_that_loads_or_stops_says_so() -> None:
    worker = Worker(1, 1)
    app = App(ServerOptions(port=0), SessionConfig(), worker)
    async with app.listen() as server:
        address = f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        loading = await ask(address, "GET", "/readyz")
        await app.drain()
        draining = await ask(address, "GET", "/readyz")
    worker.close()
    assert (loading.status, loading.json()["status"]) == (503, "loading")
    assert (draining.status, draining.json()["status"]) == (503, "draining")


async def test_a_reload_is_done_or_refused_with_its_reason() -> None:
    def refuse() -> None:
        raise ValueError("the model mumbles")

    async with serving(options=ServerOptions(port=0, api_key="sesame")) as (app, address):
        assert app.assistant is not None
        key = {"Authorization": "Bearer sesame"}
        app.assistant = replace(app.assistant, reload=lambda: lambda: None)
        done = await ask(address, "POST", "/v1/reload", b"", **key)
        keyless = await ask(address, "POST", "/v1/reload", b"")
        from_page = await ask(address, "POST", "/v1/reload", b"", Origin="http://shop.example", **key)
        from_console = await ask(address, "POST", "/v1/reload", b"", Origin=f"http://{address}", **key)
        app.assistant = replace(app.assistant, reload=refuse)  # type: ignore[arg-type]
        refused = await ask(address, "POST", "/v1/reload", b"", **key)
    assert (done.status, done.json()) == (200, {"status": "reloaded"})
    assert (keyless.status, from_page.status, from_console.status) == (401, 403, 200)
    assert (refused.status, refused.error["message"]) == (409, "the model mumbles")


async def test_the_stock_client_lists_the_models() -> None:
    async with serving() as (_, address), AsyncOpenAI(api_key="any", base_url=f"http://{address}/v1") as client:
        names = [model.id async for model in client.models.list()]
        assert "heedful" in names
        assert (await client.models.retrieve(names[0])).id == names[0]
        with pytest.raises(NotFoundError) as missing:
            await client.models.retrieve("gpt-9")
    assert missing.value.code == "model_not_found"


BATTERY = Passage("product:buds#battery", "product:buds", "product", "Buds", "Battery: 8 hours", 0.0)


async def test_a_passage_is_told_by_its_id() -> None:
    async with serving() as (app, address):
        assert app.assistant is not None
        app.assistant = replace(app.assistant, source={BATTERY.id: BATTERY}.get)
        told = await ask(address, "GET", "/v1/sources/product:buds%23battery")
        missing = await ask(address, "GET", "/v1/sources/product:buds")
    assert told.json() == {
        "object": "source",
        "id": "product:buds#battery",
        "document_id": "product:buds",
        "kind": "product",
        "title": "Buds",
        "text": "Battery: 8 hours",
    }
    assert (missing.status, missing.error["code"]) == (404, "source_not_found")


async def test_a_server_without_knowledge_has_no_sources_and_no_suggestions() -> None:
    async with serving() as (_, address):
        assert (await ask(address, "GET", "/v1/sources/x")).status == 404
        assert (await ask(address, "GET", "/v1/suggestions")).json() == {"object": "list", "data": []}


async def test_suggestions_are_listed_to_those_who_show_the_key() -> None:
    async with serving(options=ServerOptions(port=0, api_key="sesame")) as (app, address):
        assert app.assistant is not None
        app.assistant = replace(app.assistant, suggestions=lambda: ["How much is the lamp?"])
        shown = await ask(address, "GET", "/v1/suggestions", Authorization="Bearer sesame")
        refused = await ask(address, "GET", "/v1/suggestions")
    assert shown.json()["data"] == ["How much is the lamp?"]
    assert refused.status == 401


async def test_the_page_runs_nothing_but_its_own_files_and_stands_in_no_frame() -> None:
    async with serving() as (_, address):
        page = await ask(address, "GET", "/")
        named = re.findall(r'(?:src|href)="(page/[^"]+)"', page.body.decode())
        files = [await ask(address, "GET", f"/{name}") for name in named]
        outside = await ask(address, "GET", "/page/../server_pages.py")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert [file.status for file in files] == [200] * 3
    assert outside.status == 404


async def test_the_figures_are_shown_in_the_form_that_is_asked_for_to_who_has_the_key() -> None:
    meter = PrometheusMeter()
    async with serving(options=ServerOptions(port=0, api_key="sesame"), meter=meter) as (_, address):
        refused = await ask(address, "GET", "/metrics")
        key = {"Authorization": "Bearer sesame"}
        async with connect(f"ws://{address}/v1/realtime", additional_headers=key) as client:
            await type_text(client, "hello")
            plain = await ask(address, "GET", "/metrics", **key)
            open_metrics = await ask(
                address, "GET", "/metrics", Accept="application/openmetrics-text;version=1.0.0", **key
            )
    assert refused.status == 401
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
    shown = plain.body.decode()
    for line in (
        "heedful_sessions 1.0",
        "heedful_waiting_calls 0.0",
        'heedful_turns_total{outcome="completed"} 1.0',
        'heedful_stage_seconds_count{stage="dialogue"} 1.0',
    ):
        assert f"\n{line}\n" in shown
    assert open_metrics.body.endswith(b"# EOF\n")


async def test_who_is_refused_is_counted_by_the_code_of_the_error() -> None:
    meter = PrometheusMeter()
    async with serving(options=ServerOptions(port=0, max_sessions=1), meter=meter) as (_, address):
        await ask(address, "GET", "/nowhere")
        await ask(address, "POST", "/v1/audio/speech", {})
        async with connect(f"ws://{address}/v1/realtime?resume=x") as client:
            await client.recv()
        async with connect(f"ws://{address}/v1/realtime") as client:
            await client.recv()
            with pytest.raises(InvalidStatus):
                await connect(f"ws://{address}/v1/realtime")
            shown = (await ask(address, "GET", "/metrics")).body.decode()
    for code in ("not_found", "missing_required_parameter", "unknown_parameter", "server_busy"):
        assert f'heedful_errors_total{{code="{code}"}} 1.0' in shown
