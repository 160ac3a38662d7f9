import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { compileDimensions, completed, type Dimensions, dimensionChild } from "../logging/metric-dimension.js";
import { toTakeApart } from "../messages.js";
import { readPrompt, workOfPrompt } from "./llm-prompt.js";
import { type ModelAnswer, onAnswer } from "./model-answer.js";
import { tokenCounter, tokenizerPackage } from "./token-counter.js";

/** The policy llm-emit-token-metric. */
export const llmEmitTokenMetric = definePolicy({
  name: "llm-emit-token-metric",
  aliases: ["azure-openai-emit-token-metric"],
  category: "ai",
  summary: "Emits metrics of the tokens that a language-model call used.",
  remarks: [
    "Emits the metrics Total Tokens, Prompt Tokens and Completion Tokens of a language-model call once its answer is known.",
  ],
  readings: [
    "dimensions are evaluated where the policy stands, except Backend ID",
    "nothing is emitted where the answer reports no usage and was not streamed",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    namespace: text({ default: "API Management", notes: "Namespace of the metrics." }),
  },
  children: { dimension: dimensionChild },
  packages: () => [tokenizerPackage],
  compile(element, compiler) {
    const dimensions = compileDimensions(element.children.dimension, compiler);
    const namespace = element.attributes.namespace.literal ?? "API Management";
    const counter = tokenCounter(compiler.package(tokenizerPackage));
    return async (exchange): Promise<Flow> => {
      const prompt = await toTakeApart(exchange, exchange.request.body, (bytes) => readPrompt(bytes, counter), workOfPrompt);
      const early = dimensions(exchange);
      onAnswer(exchange, prompt, counter, (answer) => emit(exchange, answer, namespace, early));
      return "continue";
    };
  },
});

function emit(exchange: Exchange, { usage }: ModelAnswer, namespace: string, dimensions: Dimensions): void {
  if (usage === null) return;
  const shared = { namespace, dimensions: completed(dimensions, exchange) };
  const { telemetry } = exchange.runtime;
  telemetry.metric({ ...shared, name: "Total Tokens", value: usage.total });
  telemetry.metric({ ...shared, name: "Prompt Tokens", value: usage.prompt });
  telemetry.metric({ ...shared, name: "Completion Tokens", value: usage.completion });
}
