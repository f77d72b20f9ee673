"""The page in a real Chromium, with a microphone that hears a recording; stand-in models over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.async_api import Browser, Page, expect

from dialogue.client_tools import NO_TOOLS, ToolOffer
from dialogue.reply import Reply
from nlu.interpretation import Interpretation
from retrieval.passage import Passage
from server.options import ServerOptions
from server.transport.app import App
from tests.browser import OTHER_HOST, Cable, chromium, needs_chromium
from tests.fakes import ChoosingUnderstanding, EchoUnderstanding, GatedUnderstanding, silence
from tests.server.conftest import serving

pytestmark = needs_chromium
expect.set_options(timeout=20_000)  # a busy machine is slow, and no test is about time
QUESTION = Path("data/audio/battery-question.wav")
AXE = Path("build/clients/node_modules/axe-core/axe.min.js")
DESKTOP, PHONE = (1200, 800), (360, 740)


class LongWinded(EchoUnderstanding):
    """Says so much that there is time to interrupt: about six seconds."""

    def respond(self, conversation_id: str, interpretation: Interpretation, offer: ToolOffer = NO_TOOLS) -> Reply:
        words = " ".join(f"and{number}" for number in range(60))
        return Reply((f"You said {interpretation.text} {words}.",), ("echo:1",), ("action_echo",))


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@asynccontextmanager
async def page_of(
    browser: Browser,
    address: str,
    size: tuple[int, int] = DESKTOP,
    scheme: str = "light",
    *,
    may_hear: bool = True,
    bypass_csp: bool = False,
) -> AsyncIterator[Page]:
    """The page as a visitor has it; fails where its scripts raise."""
    view = {"width": size[0], "height": size[1]}
    context = await browser.new_context(viewport=view, color_scheme=scheme, bypass_csp=bypass_csp)  # type: ignore[arg-type]
    if may_hear:
        await context.grant_permissions(["microphone"])
    page = await context.new_page()
    raised: list[object] = []
    page.on("pageerror", lambda error: raised.append(error))
    await page.goto(f"http://{address}")
    yield page
    await context.close()
    assert raised == []


async def state(page: Page, text: str) -> None:
    await expect(page.locator("#state")).to_have_text(text)


async def say(page: Page, text: str) -> None:
    await page.locator("#message").fill(text)
    await page.keyboard.press("Enter")


def recording(folder: Path, times: int, pause_seconds: float) -> Path:
    """The question `times` times after each other, then silence."""
    question, rate = soundfile.read(QUESTION, dtype="float32")
    pieces = [silence(1.0)] + [question, silence(pause_seconds)] * times + [silence(20.0)]
    path = folder / "microphone.wav"
    soundfile.write(path, np.concatenate(pieces), rate)
    return path


async def test_what_is_spoken_is_answered_aloud(tmp_path: Path) -> None:
    async with (
        serving() as (_, address),
        chromium(recording(tmp_path, 1, 1.0)) as browser,
        page_of(browser, address) as page,
    ):
        await state(page, "Ready")
        await page.get_by_role("button", name="Microphone").click()
        await state(page, "Hearing you")
        await expect(page.locator(".turn.user .words").first).to_contain_text("milliseconds")
        await expect(page.locator(".turn.assistant .words").first).to_contain_text("You said")
        await expect(page.get_by_role("button", name="Microphone")).to_have_attribute("aria-pressed", "true")


async def test_a_voice_interrupts_the_reply(tmp_path: Path) -> None:
    async with (
        serving(LongWinded()) as (_, address),
        chromium(recording(tmp_path, 3, 2.0)) as browser,
        page_of(browser, address) as page,
    ):
        await state(page, "Ready")
        await page.get_by_role("button", name="Microphone").click()
        await expect(page.locator(".turn.assistant del").first).to_contain_text("and59")


@pytest.mark.parametrize("way", ["typing", "the stop button", "Escape"])
async def test_speech_stops_at_once(browser: Browser, way: str) -> None:
    async with serving(LongWinded()) as (_, address), page_of(browser, address) as page:
        await state(page, "Ready")
        await expect(page.get_by_role("button", name="Stop")).to_be_disabled()
        await page.get_by_label("Read replies aloud").check()
        await say(page, "hello")
        await state(page, "Speaking")
        if way == "typing":
            await page.locator("#message").press_sequentially("w")
        elif way == "Escape":
            await page.keyboard.press("Escape")
        else:
            await page.get_by_role("button", name="Stop").click()
        await state(page, "Ready")
        await expect(page.locator(".note")).to_contain_text("Interrupted")
        await expect(page.locator(".turn.assistant del")).to_contain_text("and59")


async def test_two_messages_at_once_are_both_answered_in_order(browser: Browser) -> None:
    slow = GatedUnderstanding()
    async with serving(slow) as (_, address), page_of(browser, address) as page:
        await state(page, "Ready")
        await say(page, "one")
        await say(page, "two")
        await state(page, "Thinking")
        slow.gate.set()
        await expect(page.locator(".turn.assistant")).to_have_count(2)
        turns = await page.locator(".turn .words").all_inner_texts()
    assert turns == ["one", "You said one. That was turn 1.", "two", "You said two. That was turn 2."]


async def test_a_lost_connection_goes_on_with_the_same_conversation(browser: Browser) -> None:
    async with serving() as (_, address):
        cable = Cable(address)
        async with cable.laid() as end, page_of(browser, end) as page:
            await say(page, "before")
            await expect(page.locator(".turn.assistant .words")).to_contain_text("turn 1")
            cable.cut()
            await state(page, "Offline")
            await expect(page.get_by_role("alert")).not_to_be_empty()
            await say(page, "meanwhile")
            cable.repair()
            await expect(page.locator(".turn.assistant .words").last).to_have_text(
                "You said meanwhile. That was turn 2."
            )
            await expect(page.get_by_role("alert")).to_be_hidden()
            await page.reload()
            await expect(page.locator(".turn .words")).to_have_count(4)


async def test_a_turn_that_a_lost_connection_cut_is_answered_once(browser: Browser) -> None:
    slow = GatedUnderstanding()
    async with serving(slow) as (_, address):
        cable = Cable(address)
        async with cable.laid() as end, page_of(browser, end) as page:
            await state(page, "Ready")
            await say(page, "one")
            await asyncio.to_thread(slow.entered.wait)
            cable.cut()
            await state(page, "Offline")
            slow.gate.set()
            cable.repair()
            await state(page, "Ready")
            await expect(page.locator(".turn.assistant .words")).to_contain_text("You said one")
            await expect(page.get_by_role("alert")).to_be_hidden()
            assert await page.locator(".turn.user .words").all_inner_texts() == ["one"]


async def test_a_key_is_asked_for_and_appears_nowhere(browser: Browser) -> None:
    options = ServerOptions(port=0, api_key="sesame")
    async with serving(options=options) as (_, address), page_of(browser, address) as page:
        await expect(page.get_by_role("alert")).to_have_text("This server asks for a key.")
        key = page.get_by_label("Key of this server")
        await expect(key).to_be_focused()
        await key.fill("wrong")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("This key is wrong.")
        await key.fill("sesame")
        await page.keyboard.press("Enter")
        await state(page, "Ready")
        await expect(key).to_be_hidden()
        assert "sesame" not in page.url
        assert "sesame" not in await page.content()


async def test_a_full_house_is_named_and_waited_for(browser: Browser) -> None:
    options = ServerOptions(port=0, max_sessions=1)
    async with serving(options=options) as (_, address), page_of(browser, address) as first:
        await state(first, "Ready")
        async with page_of(browser, address) as page:
            await expect(page.get_by_role("alert")).to_contain_text("All 1 places")
            await state(page, "Offline")
            await first.close()
            await state(page, "Ready")


async def test_a_conversation_that_another_window_took_can_be_taken_back(browser: Browser) -> None:
    async with serving() as (_, address), page_of(browser, address) as page:
        await say(page, "first")
        await expect(page.locator(".turn.assistant .words")).to_contain_text("turn 1")
        kept = await page.evaluate("sessionStorage.getItem('heedful.conversation')")
        async with page_of(browser, address) as other:
            await state(other, "Ready")  # from then on, it keeps no conversation of its own
            await other.evaluate("kept => sessionStorage.setItem('heedful.conversation', kept)", kept)
            await other.reload()
            await expect(other.locator(".turn .words")).to_have_count(2)
            await expect(page.get_by_role("alert")).to_contain_text("another window")
            await page.get_by_role("button", name="Continue here").click()
            await state(page, "Ready")


async def test_a_microphone_that_is_denied_gets_advice(browser: Browser) -> None:
    async with serving() as (_, address), page_of(browser, address, may_hear=False) as page:
        await state(page, "Ready")
        await page.get_by_role("button", name="Microphone").click()
        await expect(page.get_by_role("alert")).to_contain_text("may not use the microphone")
        await state(page, "Ready")
        await say(page, "typed")
        await expect(page.locator(".turn.assistant .words")).to_contain_text("You said typed")


async def test_plain_http_from_another_host_gets_advice(browser: Browser) -> None:
    async with serving() as (_, address):
        port = address.rpartition(":")[2]
        async with page_of(browser, f"{OTHER_HOST}:{port}", may_hear=False) as page:
            await state(page, "Ready")
            await page.get_by_role("button", name="Microphone").click()
            await expect(page.get_by_role("alert")).to_contain_text("https pages and to localhost only")


def with_knowledge(app: App) -> None:
    assert app.assistant is not None
    passage = Passage("echo:1", "echo:1", "faq", "An echo", "It says what you say.", 0.0)
    app.assistant = replace(app.assistant, source={passage.id: passage}.get, suggestions=lambda: ["What is an echo?"])


async def test_suggestions_sources_and_stages_by_keyboard_alone(browser: Browser) -> None:
    async with serving() as (app, address):
        with_knowledge(app)
        async with page_of(browser, address) as page:
            await page.get_by_role("button", name="What is an echo?").press("Enter")
            await expect(page.get_by_role("button", name="What is an echo?")).to_be_hidden()
            source = page.get_by_role("button", name="echo:1")
            await source.press("Enter")
            await expect(page.get_by_role("complementary")).to_contain_text("It says what you say.")
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("complementary")).to_be_hidden()
            await expect(source).to_be_focused()
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await expect(page.locator("details")).to_contain_text("echo (0.875)")


async def test_a_screen_reader_hears_who_speaks_and_whole_sentences_once(browser: Browser) -> None:
    async with serving() as (_, address), page_of(browser, address) as page:
        heard = await page.evaluate_handle(
            "() => { const heard = []; new MutationObserver(() => heard.push(announcer.textContent))"
            ".observe(announcer, { childList: true, subtree: true }); return heard; }"
        )
        await say(page, "hello")
        await expect(page.locator("details")).to_be_visible()
        assert await heard.json_value() == ["Heedful: You said hello. That was turn 1."]
        tree = await page.locator("main").aria_snapshot()
    assert "listitem" in tree
    assert "You:" in tree
    assert "Heedful:" in tree


async def test_buttons_and_pictures_of_a_reply_are_shown_until_the_next(browser: Browser) -> None:
    async with serving(ChoosingUnderstanding()) as (_, address), page_of(browser, address) as page:
        await say(page, "hello")
        await expect(page.get_by_role("img", name="Picture of the reply")).to_be_visible()
        await page.get_by_role("button", name="Sad").click()
        await expect(page.locator(".turn.user .words").last).to_have_text("Sad")
        await expect(page.locator(".turn.assistant .words").last).to_have_text("You said /sad. That was turn 2.")
        await expect(page.get_by_role("button", name="Great")).to_have_count(1)


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make clients")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_axe_finds_nothing(browser: Browser, scheme: str, size: tuple[int, int]) -> None:
    async with serving() as (app, address):
        with_knowledge(app)
        async with page_of(browser, address, size, scheme, bypass_csp=True) as page:
            await say(page, "hello")
            await page.locator("summary").click()
            await page.get_by_role("button", name="echo:1").click()
            await page.add_script_tag(path=AXE)
            found = await page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
            width = await page.evaluate("document.documentElement.scrollWidth")
    assert found == []
    assert width <= size[0]
