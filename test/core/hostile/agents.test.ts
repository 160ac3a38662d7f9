import { expect, it } from "vitest";
import { agentCard } from "#core/agents/agent-card.js";
import { EventTexts } from "#core/policies/ai/judged-text.js";
import { growthOfTime } from "../../measure.js";

const MOST_GROWTH = 2.6;

it("a card of many versions of the protocol is read in linear time", async () => {
  const cardOf = (count: number) => {
    const supportedInterfaces = Array.from({ length: count }, (_, i) => ({
      url: "https://agent.internal",
      protocolBinding: "JSONRPC",
      protocolVersion: `1.${i}`,
    }));
    return () => agentCard({ supportedInterfaces }, { address: "https://gateway.example/a", keyNames: null });
  };
  expect(await growthOfTime(cardOf(10_000), cardOf(20_000), MOST_GROWTH)).toBeLessThanOrEqual(MOST_GROWTH);
});

it("a stream of many parts, each of which is repeated, is judged in linear time", async () => {
  const streamOf = (count: number) => () => {
    const texts = new EventTexts();
    for (let i = 0; i < count; i++) {
      texts.add(JSON.stringify({ type: "response.output_text.delta", item_id: `i${i}`, content_index: 0, delta: `text ${i}` }));
      texts.add(JSON.stringify({ type: "response.output_text.done", item_id: `i${i}`, content_index: 0, text: `text ${i}` }));
    }
  };
  expect(await growthOfTime(streamOf(4_000), streamOf(8_000), MOST_GROWTH)).toBeLessThanOrEqual(MOST_GROWTH);
});
