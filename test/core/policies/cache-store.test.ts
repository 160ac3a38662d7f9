import { createGateway, Headers } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

const lookup = `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />`;

const privately = `allow-private-response-caching="true"`;

/** Is an answer with these headers given to the next caller? */
async function isKept(headers: Record<string, string | string[]>, attributes = "", before = ""): Promise<boolean> {
  const policy = await world(
    { inbound: lookup.replace("/>", `${attributes} />`), outbound: `${before}<cache-store duration="30" />` },
    { backend: [{ reply: { headers } }] },
  );
  await policy.send({ url });
  return (await policy.send({ url })).backendCalls.length === 0;
}

describe("cache-store", () => {
  it.each([
    [`<cache-store duration="30" />`, 404, false],
    [`<cache-store duration="30" />`, 200, true],
    [`<cache-store duration="30" cache-response="true" />`, 404, true],
    [`<cache-store duration="30" cache-response="false" />`, 200, false],
    [`<cache-store duration="30" cache-response="@(context.Response.StatusCode == 404)" />`, 404, true],
    [`<cache-store duration="0" />`, 200, false],
    [`<cache-store duration="@(-1)" />`, 200, false],
    ["", 200, false],
  ])("%s with %i stores: %s", async (store, status, isStored) => {
    const policy = await world({ inbound: lookup, outbound: store }, { backend: [{ reply: { status } }] });
    await policy.send({ url });
    expect((await policy.send({ url })).backendCalls).toHaveLength(isStored ? 0 : 1);
  });

  it.each([
    ["no-store", false],
    ["private, No-Store", false],
    ["max-age=60, PRIVATE", false],
    ['private="set-cookie"', false],
    ["x-no-store-y", true],
    ["x-private, public", true],
    ["", true],
  ])("an answer with Cache-Control: %s is stored: %s", async (control, isStored) => {
    expect(await isKept({ "Cache-Control": control })).toBe(isStored);
  });

  it.each<[string, Record<string, string | string[]>, string, boolean]>([
    ["a cookie", { "Set-Cookie": "session=1" }, "", false],
    ["a cookie, private", { "Set-Cookie": "session=1" }, privately, true],
    ["private", { "Cache-Control": "private, max-age=5" }, privately, true],
    ["no-store, private", { "Cache-Control": "private, no-store" }, privately, false],
    ["Vary: *", { Vary: "*" }, "", false],
    ["Vary: *, private", { Vary: ["Accept", "x, *"] }, privately, false],
    ["Vary of too much", { Vary: Array.from({ length: 40 }, (_, i) => `x-${i}`) }, "", false],
    ["Vary of nothing", { Vary: " , " }, "", true],
  ])("an answer with %s is for one caller only, unless the lookup says so: %j", async (_what, headers, attributes, isStored) => {
    expect(await isKept(headers, attributes)).toBe(isStored);
  });

  it("an answer whose cookie a policy takes out is stored", async () => {
    const remove = `<set-header name="Set-Cookie" exists-action="delete" />`;
    expect(await isKept({ "Set-Cookie": "session=1" }, "", remove)).toBe(true);
  });

  it("streams of unknown length are stored as they pass, and not if they are too large or break off", async () => {
    async function* stream(chunks: number) {
      for (let i = 0; i < chunks; i++) yield Buffer.alloc(1_000_000, 97);
    }
    let calls = 0;
    const gateway = await createGateway(
      {
        apis: {
          a: {
            path: "",
            serviceUrl: "https://backend.example",
            subscriptionRequired: false,
            policy: document({ inbound: lookup, outbound: `<cache-store duration="30" />` }),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
      {
        transport: async (request) => {
          calls++;
          return {
            status: 200,
            reason: "OK",
            headers: new Headers(),
            body: stream(Number(new URL(request.url).pathname.slice(1))),
          };
        },
      },
    );
    const read = async (path: string, most = Number.POSITIVE_INFINITY): Promise<number> => {
      const { body } = await gateway.handle({ method: "GET", url: `https://api.example/${path}`, headers: {} });
      if (body instanceof Uint8Array) return body.length;
      let length = 0;
      for await (const chunk of body!) if ((length += chunk.length) >= most) break;
      return length;
    };
    expect([await read("2"), await read("2"), calls]).toEqual([2_000_000, 2_000_000, 1]);
    expect([await read("5"), await read("5"), calls]).toEqual([5_000_000, 5_000_000, 3]);
    await read("3", 1_000_000);
    await read("3");
    expect(calls).toBe(5);
  });
});

it.each([
  [{ outbound: "<cache-store />" }, ["error TP2007"]],
  [{ inbound: `<cache-store duration="1" />` }, ["error TP2003"]],
])("is checked at load time: %j", (sections, expected) => {
  expect(findings(sections)).toEqual(expected);
});
