"""openai-agents as it stands: an agent with a function talks to the server whose URL is given. Prints JSON."""

import asyncio
import json
import sys

from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner

SECONDS = 30


async def main(url: str) -> None:
    """Ask for an order, and print what was called and answered."""
    asked: list[int] = []

    @function_tool
    def get_order(order_number: int) -> dict[str, str]:
        """Look up the state of an order."""
        asked.append(order_number)
        return {"order_state": "on its way"}

    agent = RealtimeAgent(name="shop", instructions="Help.", tools=[get_order])
    runner = RealtimeRunner(agent, config={"model_settings": {"output_modalities": ["text"]}})
    session = await runner.run(model_config={"url": url, "api_key": "any"})
    said = ""
    async with asyncio.timeout(SECONDS), session:
        await session.send_message("where is order 48213")
        async for event in session:
            if event.type == "error":
                raise RuntimeError(str(event.error))
            if event.type == "history_updated":
                said = " ".join(
                    part.text or ""
                    for item in event.history
                    if getattr(item, "role", "") == "assistant"
                    for part in item.content
                )
            if event.type == "agent_end" and "on its way" in said:
                break
    print(json.dumps({"asked": asked, "said": said}))


asyncio.run(main(sys.argv[1]))
