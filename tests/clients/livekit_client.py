"""livekit-agents as it stands, without its server: one sentence and one function. Prints JSON."""

import asyncio
import json
import sys

from livekit.agents import Agent, AgentSession, function_tool
from livekit.plugins.openai.realtime import RealtimeModel

SECONDS = 30


async def main(url: str) -> None:
    asked: list[int] = []
    said: list[str] = []

    @function_tool
    async def get_order(order_number: int) -> dict[str, str]:
        """Look up the state of an order."""
        asked.append(order_number)
        return {"order_state": "on its way"}

    model = RealtimeModel(base_url=url, api_key="any", model="heedful", modalities=["text"])
    told = asyncio.Event()
    async with asyncio.timeout(SECONDS), AgentSession(llm=model) as session:

        @session.on("conversation_item_added")
        def added(event):
            if event.item.type == "message" and event.item.role == "assistant":
                said.append(event.item.text_content)
                if "on its way" in said[-1]:
                    told.set()

        await session.start(Agent(instructions="Help.", tools=[get_order]))
        session.generate_reply(user_input="where is order 48213")
        await told.wait()
    print(json.dumps({"asked": asked, "said": " ".join(said)}))


asyncio.run(main(sys.argv[1]))
