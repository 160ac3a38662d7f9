import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { flag, oneOf, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { compileDimensions, completed, type Dimensions, dimensionChild } from "../logging/metric-dimension.js";
import { toTakeApart } from "../messages.js";
import { readPrompt, workOfPrompt } from "./llm-prompt.js";
import type { UsageDetails } from "./llm-usage.js";
import { type ModelAnswer, onAnswer } from "./model-answer.js";
import { tokenCounter, tokenizerPackage } from "./token-counter.js";

/** The policy llm-emit-token-metric. */
export const llmEmitTokenMetric = definePolicy({
  name: "llm-emit-token-metric",
  aliases: ["azure-openai-emit-token-metric"],
  category: "ai",
  summary: "Emits metrics of the tokens that a language-model call used.",
  remarks: [
    "Emits the metrics Total Tokens, Prompt Tokens and Completion Tokens of a language-model call once its answer is known, and those of parts that the answer holds: Prompt Cached Tokens, Prompt Audio Tokens, Completion Reasoning Tokens, Completion Audio Tokens, Completion Accepted Prediction Tokens, Completion Rejected Prediction Tokens. What a part counts is in the whole already.",
  ],
  readings: [
    "dimensions are evaluated where the policy stands, except Backend ID",
    "nothing is emitted where the answer reports no usage and was not streamed",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    namespace: text({ default: "API Management", notes: "Namespace of the metrics." }),
    name: text({ undocumented: "works", notes: "Name of the metric where value-type picks one." }),
    "value-type": oneOf(["all", "total-tokens", "prompt-tokens"], {
      undocumented: "works",
      notes: "Which counts are sent; all without it.",
    }),
    "ignore-prompt": flag({ undocumented: "no-effect", notes: "Taken by API Management." }),
  },
  children: { dimension: dimensionChild },
  packages: () => [tokenizerPackage],
  compile(element, compiler) {
    const dimensions = compileDimensions(element.children.dimension, compiler);
    const { namespace, name, "value-type": valueType } = element.attributes;
    const to = {
      namespace: namespace.literal ?? "API Management",
      name: name?.literal ?? null,
      picked: valueType?.literal ?? "all",
    } as const;
    const counter = tokenCounter(compiler.package(tokenizerPackage));
    return async (exchange): Promise<Flow> => {
      const { body, url } = exchange.request;
      const prompt = await toTakeApart(exchange, body, (bytes) => readPrompt(bytes, counter, url.path), workOfPrompt);
      const early = dimensions(exchange);
      onAnswer(exchange, prompt, counter, (answer) => emit(exchange, answer, to, early));
      return "continue";
    };
  },
});

type Picked = "all" | "total-tokens" | "prompt-tokens" | "completion-tokens";

/** Names of the metrics of parts, which are sent only where the answer holds them. */
const DETAILS: readonly (readonly [keyof UsageDetails, string])[] = [
  ["promptCached", "Prompt Cached Tokens"],
  ["promptAudio", "Prompt Audio Tokens"],
  ["completionReasoning", "Completion Reasoning Tokens"],
  ["completionAudio", "Completion Audio Tokens"],
  ["completionAcceptedPrediction", "Completion Accepted Prediction Tokens"],
  ["completionRejectedPrediction", "Completion Rejected Prediction Tokens"],
];

function emit(
  exchange: Exchange,
  { usage }: ModelAnswer,
  to: { readonly namespace: string; readonly name: string | null; readonly picked: Picked },
  dimensions: Dimensions,
): void {
  if (usage === null) return;
  const { namespace, name, picked } = to;
  const shared = { namespace, dimensions: completed(dimensions, exchange) };
  const { telemetry } = exchange.runtime;
  const send = (of: Picked, given: string, value: number): void => {
    if (picked === "all") telemetry.metric({ ...shared, name: given, value });
    else if (picked === of) telemetry.metric({ ...shared, name: name ?? given, value });
  };
  send("total-tokens", "Total Tokens", usage.total);
  send("prompt-tokens", "Prompt Tokens", usage.prompt);
  send("completion-tokens", "Completion Tokens", usage.completion);
  if (picked !== "all") return;
  for (const [detail, given] of DETAILS) {
    const value = usage.details[detail];
    if (value !== undefined) telemetry.metric({ ...shared, name: given, value });
  }
}
