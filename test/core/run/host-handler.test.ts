import { describe, expect, it } from "vitest";
import { answerFailure } from "#core/adapter.js";
import { createGateway, type Exchange, type HandleOptions, Headers, MessageBody, PolicyError } from "#core/index.js";

interface Sections {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
}

const gatewayWith = ({ inbound = "", backend = "<forward-request />", outbound = "", onError = "" }: Sections) =>
  createGateway({
    apis: {
      api: {
        path: "api",
        subscriptionRequired: false,
        policy: `<policies><inbound>${inbound}</inbound><backend>${backend}</backend><outbound>${outbound}</outbound><on-error>${onError}</on-error></policies>`,
        operations: { get: { method: "GET", urlTemplate: "/*" } },
      },
    },
  });

/** May the host's handler take a request over? */
async function endsAtHost(sections: Sections, options: HandleOptions = {}, path = "/api/x"): Promise<boolean> {
  let ends: boolean | null = null;
  const gateway = await gatewayWith(sections);
  const answer = await gateway.handle(
    { method: "GET", url: `http://host${path}`, headers: {} },
    {
      ...options,
      next: async (_request, exchange) => {
        ends = exchange.endsAtHost;
        return { status: 200, reason: "OK", headers: new Headers(), body: new MessageBody() };
      },
    },
  );
  expect(answer.status).toBe(200);
  return ends!;
}

const setHeader = '<set-header name="X-A"><value>1</value></set-header>';
const limit = (attributes: string): string => `<rate-limit-by-key calls="5" renewal-period="60" counter-key="k" ${attributes} />`;

describe("the host's handler", () => {
  it.each<[string, Sections]>([
    ["nothing but the handler", {}],
    ["policies before it", { inbound: `${setHeader}${limit("")}` }],
    ["policies that wait before it", { inbound: '<wait for="all" />' }],
  ])("may take a request over with %s", async (_, sections) => {
    expect(await endsAtHost(sections)).toBe(true);
  });

  it.each<[string, Sections]>([
    ["policies behind it", { outbound: setHeader }],
    ["policies for errors", { onError: setHeader }],
    ["others beside it in backend", { backend: `<forward-request />${setHeader}` }],
    [
      "others around it in backend",
      { backend: '<retry condition="@(false)" count="1" interval="1"><forward-request /></retry>' },
    ],
    ["answers that are errors", { backend: '<forward-request fail-on-error-status-code="true" />' }],
    ["headers for the answer", { inbound: limit('remaining-calls-header-name="X-Left"') }],
    ["counting by the answer", { inbound: limit('increment-condition="@(context.Response.StatusCode == 200)"') }],
    [
      "a slot that is held until the answer",
      { backend: '<limit-concurrency key="k" max-count="1"><forward-request /></limit-concurrency>' },
    ],
  ])("may not with %s", async (_, sections) => {
    expect(await endsAtHost(sections)).toBe(false);
  });

  it("may not where a trace is asked for", async () => {
    expect(await endsAtHost({}, { trace: true })).toBe(false);
  });

  it("may take over what no API is there for", async () => {
    expect(await endsAtHost({ outbound: setHeader }, { unmatched: "pass" }, "/elsewhere")).toBe(true);
  });

  it("that has taken a request over can have its failure answered", async () => {
    const gateway = await gatewayWith({});
    let taken: Exchange | null = null;
    await gateway.handle(
      { method: "GET", url: "http://host/api/x", headers: {} },
      {
        next: (_request, exchange) => {
          taken = exchange;
          return null;
        },
      },
    );
    const error = new PolicyError({ source: "application", reason: "ApplicationError", message: "It broke.", status: 422 });
    const { status, body } = answerFailure(taken!, error);
    expect([status, JSON.parse(Buffer.from(body as Uint8Array).toString())]).toEqual([
      422,
      { statusCode: 422, message: "It broke." },
    ]);
    expect(taken!).toMatchObject({ lastError: { source: "application", reason: "ApplicationError" } });
  });
});

it("the host's handler is told nothing more of what a caller has named in Connection", async () => {
  const gateway = await gatewayWith({ inbound: setHeader });
  let seen: [string, string][] = [];
  await gateway.handle(
    {
      method: "GET",
      url: "http://host/api/x",
      headers: { Connection: "X-A, keep-alive, X-Hop, Upgrade", "X-Hop": "1", Upgrade: "websocket" },
    },
    {
      next: async ({ headers }) => {
        seen = [...headers] as [string, string][];
        return { status: 200, reason: "OK", headers: new Headers(), body: new MessageBody() };
      },
    },
  );
  expect(seen).toEqual([
    ["Connection", "keep-alive, Upgrade"],
    ["Upgrade", "websocket"],
    ["X-A", "1"],
  ]);
});
