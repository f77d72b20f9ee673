"""The log line of a request, which nobody can forge."""

import logging

import pytest

from tests.server.conftest import serving
from tests.server.endpoints.fetching import ask


async def test_a_request_is_one_line_without_its_query(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "server")
    async with serving() as (_, address):
        answer = await ask(address, "GET", "/a%0A2026-11-30%20CRITICAL%1b[31m?key=sesame")
        await ask(address, "GET", "/healthz")
    [line] = [record.getMessage() for record in caplog.records if record.name.endswith("access_log")]
    assert line.startswith("GET /a\\n2026")
    assert ": 404 after " in line
    assert line.isprintable()
    assert "sesame" not in line
    assert answer.headers["date"].endswith("GMT")
    assert answer.headers["x-content-type-options"] == "nosniff"
