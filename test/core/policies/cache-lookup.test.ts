import { createGateway, createMemoryStore, Headers } from "@turnpike/core";
import { type PolicyTest, policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document, findings, sent, url, world } from "./support.js";

const lookup = (attributes = "", inner = ""): string =>
  `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" ${attributes}>${inner}</cache-lookup>`;
const answers = { backend: ["1", "2", "3", "4", "5"].map((body) => ({ reply: { headers: { "X-A": "a" }, body }, times: 1 })) };

const caching = (attributes = "", inner = "", store = `<cache-store duration="30" />`): Promise<PolicyTest> =>
  world({ inbound: lookup(attributes, inner), outbound: store }, answers);

async function bodies(policy: PolicyTest, ...requests: Parameters<PolicyTest["send"]>[0][]): Promise<string[]> {
  const found = [];
  for (const request of requests) found.push((await policy.send(request)).text);
  return found;
}

describe("cache-lookup", () => {
  it("a hit has status, reason, headers and body of the stored response", async () => {
    const policy = await world(
      { inbound: lookup(), outbound: `<cache-store duration="30" cache-response="true" />` },
      { backend: [{ reply: { status: 203, reason: "Odd", headers: { "X-A": ["a", "b"] }, body: "x" }, times: 1 }] },
    );
    await policy.send({ url });
    const { status, reason, headers, text, backendCalls } = await policy.send({ url });
    expect([status, reason, headers.getAll("X-A"), text, backendCalls.length]).toEqual([203, "Odd", ["a", "b"], "x", 0]);
  });

  it("after a hit only what stands behind cache-store runs, and nothing else of inbound", async () => {
    const policy = await world(
      {
        inbound: `${lookup()}<set-variable name="inbound" value="1" />`,
        outbound: `<set-header name="X-Before"><value>@(context.Response.Headers.GetValueOrDefault("X-Before", "") + "b")</value></set-header><cache-store duration="30" /><set-header name="X-After"><value>@(context.Response.Headers.GetValueOrDefault("X-After", "") + "a")</value></set-header>`,
      },
      answers,
    );
    await policy.send({ url });
    const { headers, variables, trace } = await policy.send({ url });
    expect([headers.get("X-Before"), headers.get("X-After"), variables]).toEqual(["b", "a", {}]);
    expect(trace).toEqual(["cache-lookup", "set-header"]);
  });

  it.each([
    ["the path", "", [url, `${url}/2`], ["1", "2"]],
    ["the host", "", [url, url.replace("api.", "www.")], ["1", "2"]],
    ["not the scheme", "", [url, url.replace("https:", "http:")], ["1", "1"]],
    ["all parameters, in any order", "", [`${url}?a=1&b=2`, `${url}?b=2&a=1`, `${url}?a=1`], ["1", "1", "2"]],
    [
      "named parameters only",
      "<vary-by-query-parameter>a; b</vary-by-query-parameter>",
      [`${url}?a=1`, `${url}?a=1&c=2`, `${url}?A=1&b=2`],
      ["1", "1", "2"],
    ],
    ["repeated parameters", "", [`${url}?a=1&a=2`, `${url}?a=1%2C2`, `${url}?a=2&a=1`], ["1", "2", "3"]],
    ["not the subscription key", "", [`${url}?subscription-key=1`, `${url}?subscription-key=2`], ["1", "1"]],
  ])("the key holds %s", async (_what, inner, urls, expected) => {
    expect(await bodies(await caching("", inner), ...urls.map((url) => ({ url: url })))).toEqual(expected);
  });

  it("the key holds the headers named", async () => {
    const policy = await caching("", "<vary-by-header>Accept</vary-by-header>");
    const get = (Accept: string | string[], other = "x") => ({ url, headers: { Accept, Other: other } });
    expect(await bodies(policy, get("a"), get("b"), get("a", "y"), get(["a", "b"]), get("a,b"), get("a"))).toEqual([
      "1",
      "2",
      "1",
      "3",
      "4",
      "1",
    ]);
  });

  it("parts of the key cannot be shifted into one another", async () => {
    const policy = await caching("", "<vary-by-header>A</vary-by-header><vary-by-header>B</vary-by-header>");
    expect(
      await bodies(
        policy,
        { url, headers: { A: "x", B: "y" } },
        { url, headers: { A: "x|1:y" } },
        { url, headers: { A: "xy", B: "" } },
        { url, headers: { A: "", B: "xy" } },
      ),
    ).toEqual(["1", "2", "3", "4"]);
  });

  it("the key holds the developer and the groups, if told to", async () => {
    const gateway = (attributes: string) =>
      policyTest({
        ...answers,
        gateway: {
          apis: {
            a: {
              path: "",
              serviceUrl: "https://backend.example",
              subscriptionRequired: true,
              policy: document({ inbound: `<cache-lookup ${attributes} />`, outbound: `<cache-store duration="30" />` }),
              operations: { any: { method: "GET", urlTemplate: "/*" } },
            },
          },
          users: {
            ann: { email: "a@x.example", groups: ["developers", "gold"] },
            bob: { email: "b@x.example", groups: ["gold", "developers"] },
            cy: { email: "c@x.example", groups: ["developers"] },
          },
          subscriptions: Object.fromEntries(
            ["ann", "bob", "cy"].map((user) => [
              user,
              { scope: "all", user, primaryKey: `${user}-1`, secondaryKey: `${user}-2` },
            ]),
          ),
        } as NonNullable<Parameters<typeof policyTest>[0]["gateway"]>,
      });
    const calls = ["ann", "bob", "cy", "ann"].map((user) => ({ url, headers: { "Ocp-Apim-Subscription-Key": `${user}-1` } }));
    expect(await bodies(await gateway(`vary-by-developer="true" vary-by-developer-groups="false"`), ...calls)).toEqual([
      "1",
      "2",
      "3",
      "1",
    ]);
    expect(await bodies(await gateway(`vary-by-developer="false" vary-by-developer-groups="true"`), ...calls)).toEqual([
      "1",
      "1",
      "2",
      "1",
    ]);
    expect(await bodies(await gateway(`vary-by-developer="false" vary-by-developer-groups="false"`), ...calls)).toEqual([
      "1",
      "1",
      "1",
      "1",
    ]);
  });

  it.each([
    ["", ["1", "2"]],
    [`allow-private-response-caching="true"`, ["1", "1"]],
  ])("requests with Authorization take part only if that is allowed: %s", async (attributes, expected) => {
    const request = { url, headers: { Authorization: "Bearer x" } };
    expect(await bodies(await caching(attributes), request, request)).toEqual(expected);
  });

  const varied = (...answered: readonly [when: Record<string, string>, vary: string | string[], body: string, more?: object][]) =>
    world(
      { inbound: lookup(), outbound: `<cache-store duration="30" />` },
      {
        backend: answered.map(([headers, vary, body, more]) => ({
          when: { headers },
          reply: { headers: { Vary: vary, ...more }, body },
        })),
      },
    );
  const asking = (headers: Record<string, string | string[]>) => ({ url, headers });

  it("an answer is only given to requests with the same headers in what its Vary names", async () => {
    const policy = await varied([{ "Accept-Language": "fr" }, "accept-language", "bonjour"], [{}, "Accept-Language", "hello"]);
    const french = asking({ "Accept-Language": "fr", "X-Other": "1" });
    const all = [
      french,
      asking({ "Accept-Language": "en" }),
      asking({}),
      french,
      asking({ "Accept-Language": "en" }),
      asking({}),
    ];
    const calls: number[] = [];
    const texts: string[] = [];
    for (const one of all) {
      const { backendCalls, text } = await policy.send(one);
      calls.push(backendCalls.length);
      texts.push(text);
    }
    expect(texts).toEqual(["bonjour", "hello", "hello", "bonjour", "hello", "hello"]);
    expect(calls).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it("answers that vary by different headers are kept apart by all of them", async () => {
    const policy = await varied([{ A: "1" }, "A", "a1"], [{ B: "1" }, ["B", "A"], "b1"], [{}, "", "none"]);
    const expected: [Record<string, string>, string][] = [
      [{ A: "1" }, "a1"],
      [{ B: "1" }, "b1"],
      [{}, "none"],
      [{ A: "1" }, "a1"],
      [{ B: "1" }, "b1"],
      [{ B: "2" }, "none"],
      [{ A: "1", B: "1" }, "a1"],
      [{}, "none"],
    ];
    for (const [headers, text] of expected) expect((await policy.send(asking(headers))).text).toBe(text);
  });

  it("an answer with a content coding is not given to who does not take it, even without Vary", async () => {
    const policy = await varied([{ "Accept-Encoding": "gzip" }, "", "(gzip)", { "Content-Encoding": "gzip" }], [{}, "", "plain"]);
    const asked = ["gzip", "identity", "gzip", "identity"].map((coding) => asking({ "Accept-Encoding": coding }));
    expect(await bodies(policy, ...asked)).toEqual(["(gzip)", "plain", "(gzip)", "plain"]);
  });

  it("an entry lasts as long as it was stored for, whatever the others do", async () => {
    const policy = await world(
      { inbound: lookup(), outbound: `<cache-store duration="@(context.Request.Headers.ContainsKey("X-Short") ? 5 : 60)" />` },
      { backend: ["1", "2", "3"].map((body) => ({ reply: { headers: { Vary: "X-Short, X-A" }, body }, times: 1 })) },
    );
    expect(await bodies(policy, asking({ "X-A": "a" }), asking({ "X-Short": "1" }))).toEqual(["1", "2"]);
    await policy.clock.advance(30_000);
    expect(await bodies(policy, asking({ "X-A": "a" }), asking({ "X-Short": "1" }))).toEqual(["1", "3"]);
  });

  it("what policies change behind the lookup does not count", async () => {
    const remove = `<set-header name="Accept-Encoding" exists-action="delete" />`;
    const policy = await world(
      { inbound: `${lookup()}${remove}`, outbound: `<cache-store duration="30" />` },
      { backend: ["1", "2"].map((body) => ({ reply: { headers: { Vary: "Accept-Encoding" }, body }, times: 1 })) },
    );
    const asked = ["gzip", "br", "gzip", "br"].map((coding) => asking({ "Accept-Encoding": coding }));
    expect(await bodies(policy, ...asked)).toEqual(["1", "2", "1", "2"]);
  });

  it.each(["", "null", "[]", "{", '{"duration":1}', '{"varies":[1],"duration":1}', '{"status":"200","duration":9}'])(
    "an entry that holds %j is a miss",
    async (meta) => {
      const store = createMemoryStore();
      const entry = { value: Buffer.from("stale"), meta, storedAt: Date.now() };
      Object.assign(store.cache, { get: () => entry });
      const api = {
        path: "orders",
        serviceUrl: "https://backend.example",
        subscriptionRequired: false,
        policy: document({ inbound: lookup(), outbound: `<cache-store duration="30" />` }),
        operations: { get: { method: "GET", urlTemplate: "/" } },
      };
      const transport = async () => ({ status: 200, reason: "OK", headers: new Headers(), body: Buffer.from("fresh") });
      const gateway = await createGateway({ apis: { api } }, { store, transport });
      const { status, body } = await gateway.handle({ method: "GET", url, headers: {} });
      expect([status, Buffer.from(body as Uint8Array).toString()]).toEqual([200, "fresh"]);
    },
  );

  it("entries are those of one product, one workspace, and one subscription without a developer", async () => {
    const policyOf = (attributes: string) =>
      document({
        inbound: `<cache-lookup ${attributes} vary-by-developer-groups="false" />`,
        outbound: `<cache-store duration="30" />`,
      });
    const api = (path: string, attributes = `vary-by-developer="false"`) => ({
      path,
      serviceUrl: "https://backend.example",
      policy: policyOf(attributes),
      operations: { get: { method: "GET", urlTemplate: "/*" } },
    });
    const policy = await policyTest({
      backend: ["1", "2", "3", "4", "5", "6", "7"].map((body) => ({ reply: { body }, times: 1 })),
      gateway: {
        apis: { a: api("a"), d: api("d", `vary-by-developer="true"`) },
        workspaces: { w: { apis: { wa: api("w/a") }, subscriptions: { all: { scope: "all", primaryKey: "w" } } } },
        products: { gold: { apis: ["a"] }, tin: { apis: ["a"] } },
        subscriptions: {
          g1: { scope: "product/gold", primaryKey: "g1" },
          g2: { scope: "product/gold", primaryKey: "g2" },
          t: { scope: "product/tin", primaryKey: "t" },
          all: { scope: "all", primaryKey: "all" },
          one: { scope: "api/d", primaryKey: "one" },
        },
      },
    });
    const call = (path: string, key: string) => ({
      url: `https://api.example/${path}/x`,
      headers: { "Ocp-Apim-Subscription-Key": key },
    });
    const calls = ["g1", "t", "g2", "all", "t"].map((key) => call("a", key));
    expect(await bodies(policy, ...calls, call("w/a", "w"), call("d", "one"), call("d", "all"), call("d", "one"))).toEqual([
      "1",
      "2",
      "1",
      "3",
      "2",
      "4",
      "5",
      "6",
      "5",
    ]);
  });

  it("GET with a body takes no part", async () => {
    expect(await bodies(await caching(), { url, body: "x" }, { url, body: "x" }, { url }, { url })).toEqual(["1", "2", "3", "3"]);
  });

  it.each(["POST", "HEAD"])("%s takes no part", async (method) => {
    const { backendCalls } = await (async () => {
      const policy = await caching();
      await policy.send({ url, method });
      return policy.send({ url, method });
    })();
    expect(backendCalls).toHaveLength(1);
  });

  it("a miss asks the backend for the whole response", async () => {
    const { backendCalls } = await (await caching()).send({
      url,
      headers: { "If-None-Match": `"x"`, "Cache-Control": "no-cache", Range: "bytes=0-1", Accept: "a" },
    });
    expect(["If-None-Match", "Cache-Control", "Range", "Accept"].map((name) => sent(backendCalls[0], name))).toEqual([
      null,
      null,
      null,
      "a",
    ]);
  });

  it.each([
    ["", "no-store, no-cache", "no-store, no-cache"],
    [`downstream-caching-type="private"`, "private, max-age=30, must-revalidate", "private, max-age=20, must-revalidate"],
    [`downstream-caching-type="public" must-revalidate="false"`, "public, max-age=30", "public, max-age=20"],
  ])("tells callers what they may keep: %s", async (attributes, fresh, later) => {
    const policy = await caching(attributes);
    expect((await policy.send({ url })).headers.getAll("Cache-Control")).toEqual([fresh]);
    await policy.clock.advance(10_000);
    expect((await policy.send({ url })).headers.getAll("Cache-Control")).toEqual([later]);
  });
});

it.each([
  ["<cache-lookup />", ["warning TP2007", "warning TP2007"]],
  [lookup(`downstream-caching-type="shared"`), ["error TP2008"]],
  [lookup(`allow-private-response-caching="true"`), ["warning TP2110"]],
  [lookup(`allow-private-response-caching="@(true)"`), ["warning TP2110"]],
  [
    lookup(`allow-private-response-caching="true"`, "<vary-by-header>Accept; accept-language</vary-by-header>"),
    ["warning TP2110"],
  ],
  [lookup(`allow-private-response-caching="true"`, "<vary-by-query-parameter>a</vary-by-query-parameter>"), ["warning TP2110"]],
  [lookup(`allow-private-response-caching="true"`, "<vary-by-header>Accept;Authorization</vary-by-header>"), []],
  [lookup(`allow-private-response-caching="true"`, `<vary-by-header>@("X-" + "A")</vary-by-header>`), []],
  [lookup(`allow-private-response-caching="true"`).replace(`developer="false"`, `developer="true"`), []],
  [lookup(`allow-private-response-caching="false"`), []],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
