"""The console in a real Chromium; stand-in models, a real store."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser import chromium, needs_chromium
from tests.dialogue.memory.test_archive import bot, keep, slot, user
from tests.server.endpoints.test_console_requests import console
from tests.test_page_end_to_end import AXE, DESKTOP, PHONE, page_of

pytestmark = needs_chromium
expect.set_options(timeout=20_000)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def test_a_key_opens_it_and_a_wrong_one_does_not(browser: Browser) -> None:
    async with console(api_key="sesame") as (_, address), page_of(browser, f"{address}/console") as page:
        for key in ("barley", "sesame"):
            await expect(page.get_by_role("alert")).to_contain_text("wrong or missing API key")
            await expect(page.locator("#shown")).to_be_hidden()
            await page.get_by_label("Admin key of this server").fill(key)
            await page.keyboard.press("Enter")
        await expect(page.locator("#state")).to_have_text("Ready")
        await expect(page.locator("#count")).to_have_text("2 kept, the latest first")
        await expect(page.get_by_role("alert")).to_be_hidden()
        assert "sesame" not in page.url


async def test_a_conversation_is_read_and_deleted(browser: Browser) -> None:
    async with console() as (app, address), page_of(browser, f"{address}/console") as page:
        assert app.assistant is not None
        events = [
            user("order <b>48213</b>", "order_status", number="48213"),
            slot("number", "48213"),
            bot("On its way."),
        ]
        keep(app.assistant.reception.store, "third", *events)
        await page.reload()
        await page.get_by_role("button", name="third").click()
        turns = page.get_by_role("dialog").get_by_role("listitem")
        await expect(turns).to_have_text(
            [
                "User: order <b>48213</b>",
                'order_status (0.75) · number: 48213 · number = "48213"',
                "Heedful: On its way.",
            ]
        )
        await page.get_by_role("button", name="Delete").click()
        await page.get_by_role("button", name="Delete for good").click()
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.locator("#count")).to_have_text("2 kept, the latest first")
        await expect(page.locator("#not-understood")).to_contain_text("grumble")


async def test_more_is_listed_on_demand(browser: Browser) -> None:
    async with console() as (app, address), page_of(browser, f"{address}/console") as page:
        assert app.assistant is not None
        for number in range(60):
            keep(app.assistant.reception.store, f"c{number}", user("hello"))
        await page.reload()
        rows = page.locator("#conversations tbody tr")
        await expect(rows).to_have_count(50)
        await page.get_by_role("button", name="Show more").click()
        await expect(rows).to_have_count(62)
        await expect(page.get_by_role("button", name="Show more")).to_be_hidden()


async def test_a_reload_that_is_refused_says_why(browser: Browser) -> None:
    async with console() as (_, address), page_of(browser, f"{address}/console") as page:
        await page.get_by_role("button", name="Load new models").click()
        await expect(page.get_by_role("alert")).to_contain_text("nothing that it could load again")


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make clients")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_axe_finds_nothing(browser: Browser, scheme: str, size: tuple[int, int]) -> None:
    async with (
        console() as (app, address),
        page_of(browser, f"{address}/console", size, scheme, bypass_csp=True) as page,
    ):
        app.meter.turn_ended("completed")
        app.meter.stage_took("dialogue", 0.1)
        app.meter.failed("server_busy")
        await page.reload()
        await expect(page.locator("#stages")).to_contain_text("100 ms")
        await page.add_script_tag(path=AXE)
        check = "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
        found = await page.evaluate(check)
        width = await page.evaluate("document.documentElement.scrollWidth")
        await page.get_by_role("button", name="second").last.click()
        found += await page.evaluate(check)
    assert found == []
    assert width <= size[0]
