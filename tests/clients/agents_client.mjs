// @openai/agents as it stands: one sentence and one function. Prints JSON.
import { RealtimeAgent, RealtimeSession, tool, OpenAIRealtimeWebSocket } from "@openai/agents/realtime";
import { z } from "zod";
const asked = [];
const getOrder = tool({
  name: "get_order",
  description: "Look up the state of an order.",
  parameters: z.object({ order_number: z.number() }),
  execute: async ({ order_number }) => { asked.push(order_number); return { order_state: "on its way" }; },
});
const agent = new RealtimeAgent({ name: "shop", instructions: "Help.", tools: [getOrder] });
const transport = new OpenAIRealtimeWebSocket({ url: process.argv[2], useInsecureApiKey: true });
const session = new RealtimeSession(agent, { transport, model: "heedful", config: { outputModalities: ["text"] } });
session.on("error", (e) => { console.error(JSON.stringify(e)); process.exit(1); });
session.on("history_updated", (history) => {
  const said = history.filter((i) => i.type === "message" && i.role === "assistant").flatMap((i) => i.content.map((c) => c.text ?? c.transcript)).join(" ");
  if (said.includes("on its way")) { console.log(JSON.stringify({ asked, said })); process.exit(0); }
});
await session.connect({ apiKey: "any", url: process.argv[2] });
session.sendMessage("where is order 48213");
setTimeout(() => { console.error("nothing came"); process.exit(1); }, 20000);
