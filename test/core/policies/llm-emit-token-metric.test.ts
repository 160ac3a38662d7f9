import { describe, expect, it } from "vitest";
import { ask, completion, events, type ModelOptions, modelWorld } from "./ai-support.js";
import { findings } from "./support.js";

const emit = (dimensions = `<dimension name="API ID" />`, attributes = ""): string =>
  `<llm-emit-token-metric ${attributes}>${dimensions}</llm-emit-token-metric>`;

async function values(options: ModelOptions, body: string): Promise<Record<string, number>> {
  const { send, metrics } = await modelWorld(emit(), options);
  await send(body);
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

const counted = (prompt: number, done: number) => ({
  "Total Tokens": prompt + done,
  "Prompt Tokens": prompt,
  "Completion Tokens": done,
});

describe("llm-emit-token-metric", () => {
  it.each<[string, ModelOptions["model"], string, object]>([
    ["what the model reports", () => completion("x", 7, 5), ask("?"), counted(7, 5)],
    [
      "the last event of a stream",
      () => events(["a"], { usage: { prompt_tokens: 9, completion_tokens: 3 } }),
      ask("?"),
      counted(9, 3),
    ],
    [
      "an estimate of a stream that does not say",
      () => events(["x".repeat(8), "x".repeat(4)]),
      ask("x".repeat(16)),
      counted(4, 3),
    ],
    ["nothing without usage", () => ({ body: { choices: [] } }), ask("?"), {}],
    ["nothing where the answer is no JSON", () => ({ body: "sorry" }), ask("?"), {}],
  ])("emits %s", async (_what, model, body, expected) => {
    expect(await values({ model: model! }, body)).toEqual(expected);
  });

  it("emits nothing for an answer that no backend gave", async () => {
    const { send, metrics } = await modelWorld(`${emit()}<return-response><set-body>{"usage":{}}</set-body></return-response>`);
    await send(ask("?"));
    expect(metrics).toEqual([]);
  });

  it("reads dimensions where it stands, the backend where the call went", async () => {
    const { send, metrics } = await modelWorld({
      inbound: `${emit(
        `<dimension name="Team" value="@(context.Request.Headers.GetValueOrDefault("X-Team"))" /><dimension name="Backend ID" /><dimension name="Location" /><dimension name="User ID" />`,
        `namespace="ai"`,
      )}<set-header name="X-Team" exists-action="override"><value>later</value></set-header><set-backend-service backend-id="gpt" />`,
    });
    expect((await send(ask("?"), { "X-Team": "search" })).status).toBe(200);
    expect(metrics).toHaveLength(3);
    for (const { namespace, dimensions } of metrics)
      expect([namespace, { ...dimensions }]).toEqual([
        "ai",
        { Team: "search", "Backend ID": "gpt", Location: "West Europe", "User ID": "" },
      ]);
  });

  it("a dimension that fails stops the call", async () => {
    const { send, metrics, calls } = await modelWorld(emit(`<dimension name="X" value="@(int.Parse("x").ToString())" />`));
    const { status, error } = await send(ask("?"));
    expect([status, error!.source, error!.reason]).toEqual([500, "llm-emit-token-metric", "ExpressionValueEvaluationFailure"]);
    expect([metrics, calls]).toEqual([[], []]);
  });
});

it.each([
  [emit().replaceAll("llm-emit", "azure-openai-emit"), []],
  [emit(""), ["error TP2011"]],
  [emit(`<dimension name="Mine" />`), ["error TP2007"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
