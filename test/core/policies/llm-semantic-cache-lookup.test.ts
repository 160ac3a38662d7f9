import { describe, expect, it } from "vitest";
import { ask, completion, events, type ModelOptions, modelWorld } from "./ai-support.js";
import { findings, refusals } from "./support.js";

const lookup = (attributes = "", inner = ""): string =>
  `<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="side" embeddings-backend-auth="system-assigned" ${attributes}>${inner}</llm-semantic-cache-lookup>`;
const store = `<llm-semantic-cache-store duration="600" />`;

/** Meanings as directions in a plane: a number of degrees in the text, or none. */
const embeddings: NonNullable<ModelOptions["side"]> = (_url, body) => {
  const degrees = /(-?\d+)°/.exec(JSON.parse(body).input)?.[1];
  const angle = (Number(degrees) * Math.PI) / 180;
  return degrees === undefined
    ? { status: 429, body: "" }
    : { body: { data: [{ embedding: [3 * Math.cos(angle), 3 * Math.sin(angle)] }] } };
};

function cached(attributes = "", inner = "", options: ModelOptions = {}) {
  let count = 0;
  return modelWorld(
    { inbound: lookup(attributes, inner), outbound: store },
    { side: embeddings, model: () => completion(`answer ${++count}`), ...options },
  );
}

/** The numbers of the answers that the prompts get. */
async function answers(world: Awaited<ReturnType<typeof cached>>, ...prompts: readonly (string | [string, string])[]) {
  const found: (string | undefined)[] = [];
  for (const prompt of prompts) {
    const [body, user] = typeof prompt === "string" ? [prompt, ""] : prompt;
    const { text } = await world.send(body, user === "" ? {} : { "X-User": user });
    found.push(/answer (\d+)/.exec(text)?.[1]);
  }
  return found;
}

describe("llm-semantic-cache-lookup", () => {
  it("answers what is close enough in meaning, by the nearest prompt", async () => {
    const world = await cached();
    // The distance of 18° is 0.049, of 19° it is 0.054.
    expect(await answers(world, ask("0°"), ask("18°"), ask("19°"), ask("20°"), ask("180°"))).toEqual(["1", "1", "2", "2", "3"]);
    expect(world.forwarded()).toHaveLength(3);
  });

  it("a hit has status, headers and body of the stored answer and ends inbound", async () => {
    const { send, metrics } = await modelWorld(
      {
        inbound: `${lookup()}<emit-metric name="behind"><dimension name="API ID" /></emit-metric>`,
        outbound: store,
      },
      { side: embeddings, model: () => ({ ...completion("same"), headers: { "X-Model": "m" } }) },
    );
    const first = await send(ask("0°"));
    const second = await send(ask("1°"));
    expect([second.status, second.text, second.headers.get("X-Model")]).toEqual([200, first.text, "m"]);
    expect(metrics).toHaveLength(1);
  });

  it("asks the embeddings backend with the prompt and the managed identity", async () => {
    const world = await cached("", "", {
      credentials: { managedIdentity: async () => ({ token: "t", expiresAt: Number.POSITIVE_INFINITY }) },
    });
    await world.send(
      JSON.stringify({
        messages: [
          { role: "system", content: "Be kind." },
          { role: "user", content: "0°" },
        ],
      }),
    );
    const [call] = world.aside();
    expect([call!.request.method, call!.request.url, call!.request.headers.get("Authorization")]).toEqual([
      "POST",
      "https://side.internal/v1",
      "Bearer t",
    ]);
    expect(JSON.parse(call!.body)).toEqual({ input: "system: Be kind.\nuser: 0°" });
  });

  it("keeps apart what vary-by tells apart", async () => {
    const world = await cached("", `<vary-by>@(context.Request.Headers.GetValueOrDefault("X-User", ""))</vary-by>`);
    expect(await answers(world, [ask("0°"), "a"], [ask("0°"), "b"], [ask("0°"), "a"])).toEqual(["1", "2", "1"]);
  });

  it("keeps models apart", async () => {
    const world = await cached();
    expect(await answers(world, ask("0°", { model: "a" }), ask("0°", { model: "b" }), ask("0°", { model: "a" }))).toEqual([
      "1",
      "2",
      "1",
    ]);
  });

  it("ignores system messages if told to", async () => {
    const body = (system: string): string =>
      JSON.stringify({
        messages: [
          { role: "system", content: system },
          { role: "user", content: "0°" },
        ],
      });
    expect(await answers(await cached(`ignore-system-messages="true"`), body("90°"), body("180°"))).toEqual(["1", "1"]);
    expect(await answers(await cached(), body("90°"), body("180°"))).toEqual(["1", "2"]);
  });

  it.each([
    ["more messages than max-message-count", JSON.stringify({ messages: Array(3).fill({ role: "user", content: "0°" }) })],
    ["a streamed request", ask("0°", { stream: true })],
    ["an image", JSON.stringify({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] })],
    ["no chat at all", JSON.stringify({ query: "0°" })],
    ["no JSON", "0°"],
  ])("takes no part in %s", async (_what, body) => {
    const world = await cached(`max-message-count="2"`);
    expect(await answers(world, body, body)).toEqual(["1", "2"]);
    expect(world.aside()).toEqual([]);
  });

  it.each<[string, ModelOptions["side"]]>([
    ["fails", () => ({ status: 500, body: "" })],
    ["answers no JSON", () => ({ body: "<html>" })],
    ["answers null", () => ({ body: "null" })],
    ["answers no vector", () => ({ body: { data: [{ embedding: ["a"] }] } })],
    ["answers a vector without direction", () => ({ body: { data: [{ embedding: [0, 0] }] } })],
  ])("is a miss where the embeddings backend %s", async (_what, side) => {
    const world = await cached("", "", { side: side! });
    expect(await answers(world, ask("0°"), ask("0°"))).toEqual(["1", "2"]);
  });

  it("vectors of another length are never near", async () => {
    let length = 1;
    const world = await cached("", "", { side: () => ({ body: { data: [{ embedding: Array(++length).fill(1) }] } }) });
    expect(await answers(world, ask("a"), ask("a"))).toEqual(["1", "2"]);
  });

  it("a streamed answer to a request that did not ask for one is passed on and not kept", async () => {
    const world = await cached("", "", { model: () => events(["answer 1"]) });
    await answers(world, ask("0°"), ask("0°"));
    expect(world.forwarded()).toHaveLength(2);
  });
});

it.each([
  [lookup().replaceAll("llm-semantic", "azure-openai-semantic"), []],
  [lookup().replace(`embeddings-backend-auth="system-assigned"`, ""), ["warning TP2007"]],
  [lookup().replace(`"0.05"`, `"1.5"`), ["error TP2008"]],
  [lookup().replace("system-assigned", "key"), ["error TP2008"]],
  ["<llm-semantic-cache-lookup />", ["error TP2007", "error TP2007", "warning TP2007"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml).sort()).toEqual([...expected].sort());
});

it("names a backend that exists", async () => {
  expect(await refusals(lookup())).toEqual(["error TP3002"]);
});
