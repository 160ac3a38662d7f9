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
    expect(await bodies(await caching("", inner), ...urls.map((one) => ({ url: one })))).toEqual(expected);
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
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
