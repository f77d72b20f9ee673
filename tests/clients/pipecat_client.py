"""pipecat-ai as it stands: one sentence and one function. Prints JSON."""

import asyncio
import json
import sys

from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import LLMRunFrame, TextFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineTask
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameProcessor
from pipecat.services.openai.realtime.events import SessionProperties
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService

SECONDS = 30


async def main(url: str) -> None:
    asked: list[int] = []
    said: list[str] = []
    told = asyncio.Event()

    async def get_order(params):
        asked.append(params.arguments["order_number"])
        await params.result_callback({"order_state": "on its way"})

    class Listener(FrameProcessor):
        async def process_frame(self, frame, direction):
            await super().process_frame(frame, direction)
            if isinstance(frame, TextFrame):
                said.append(frame.text)
                if "on its way" in frame.text:
                    told.set()
            await self.push_frame(frame, direction)

    service = OpenAIRealtimeLLMService(
        api_key="any", base_url=url, session_properties=SessionProperties(output_modalities=["text"])
    )
    service.register_function("get_order", get_order)
    schema = FunctionSchema(
        "get_order", "Look up the state of an order.", {"order_number": {"type": "integer"}}, ["order_number"]
    )
    context = LLMContext([{"role": "user", "content": "where is order 48213"}], tools=ToolsSchema([schema]))
    pair = LLMContextAggregatorPair(context)
    task = PipelineTask(Pipeline([pair.user(), service, Listener(), pair.assistant()]))
    running = asyncio.create_task(PipelineRunner(handle_sigint=False).run(task))
    await task.queue_frames([LLMRunFrame()])
    try:
        async with asyncio.timeout(SECONDS):
            await told.wait()
    finally:
        await task.cancel()
        await asyncio.wait({running}, timeout=5)
        print(json.dumps({"asked": asked, "said": "".join(said)}))


asyncio.run(main(sys.argv[1]))
