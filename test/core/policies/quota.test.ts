import { createGateway, type Gateway, type GatewayRequest, type GatewayResponse, Headers } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { product, statuses } from "./limits-support.js";
import { document, findings } from "./support.js";

const anna = { url: "https://api.example/one/", headers: { "Ocp-Apim-Subscription-Key": "anna-1" } };

describe("quota", () => {
  it("caps calls by subscription over fixed periods", async () => {
    const world = await product(`<quota calls="2" renewal-period="3600" />`);
    await world.clock.advance(3_000_000);
    expect(await statuses(world, "anna-1 GET one", "anna-2 GET two", "anna-1 GET one", "bert-1 GET one")).toEqual([
      200, 200, 403, 200,
    ]);
    const { reason, headers, text, error } = await world.send(anna);
    expect([reason, headers.get("Retry-After"), JSON.parse(text)]).toEqual([
      "Quota Exceeded",
      "600",
      { statusCode: 403, message: "Out of call volume quota. Quota will be replenished in 00:10:00." },
    ]);
    expect(error).toMatchObject({ source: "quota", reason: "QuotaExceeded", scope: "product" });
    await world.clock.advance(600_000);
    expect(await statuses(world, "anna-1 GET one")).toEqual([200]);
  });

  it("periods start with the subscription", async () => {
    const world = await product(`<quota calls="0" renewal-period="3600" />`);
    const { headers } = await world.send({ ...anna, headers: { "Ocp-Apim-Subscription-Key": "bert-1" } });
    expect(headers.get("Retry-After")).toBe("1800");
  });

  it("names days", async () => {
    const { error } = await (await product(`<quota calls="0" renewal-period="1209600" />`)).send(anna);
    expect(error!.message).toMatch(/in (?:\d+\.)\d\d:\d\d:\d\d\.$/);
  });

  it("of no period never renews and says nothing of it", async () => {
    const world = await product(`<quota calls="1" renewal-period="0" />`);
    expect(await statuses(world, "anna-1 GET one")).toEqual([200]);
    await world.clock.advance(1e12);
    const { status, headers, text } = await world.send(anna);
    expect([status, headers.get("Retry-After"), (JSON.parse(text) as { message: string }).message]).toEqual([
      403,
      null,
      "Out of call volume quota.",
    ]);
  });

  it("caps the bytes of both bodies, after the fact", async () => {
    const world = await product(`<quota bandwidth="1" renewal-period="3600" />`, [{ reply: { body: "x".repeat(600) } }]);
    const call = { ...anna, method: "POST", body: "y".repeat(423) };
    expect((await world.send(call)).status).toBe(200);
    expect((await world.send(call)).status).toBe(200);
    const { status, text } = await world.send(call);
    expect([status, (JSON.parse(text) as { message: string }).message]).toEqual([
      403,
      expect.stringMatching(/^Out of bandwidth quota\./),
    ]);
  });

  it.each([
    [`<quota calls="1" bandwidth="0" renewal-period="3600" />`, "Out of bandwidth quota. Quota will be replenished in 01:00:00."],
    [
      `<quota calls="0" bandwidth="0" renewal-period="3600" />`,
      "Out of call volume quota. Quota will be replenished in 01:00:00.",
    ],
    [
      `<quota calls="9" renewal-period="3600"><api id="one" bandwidth="0" /></quota>`,
      "Out of bandwidth quota. Quota will be replenished in 01:00:00.",
    ],
    [
      `<quota calls="9" renewal-period="3600"><api id="one" calls="9"><operation id="get" calls="0" /></api></quota>`,
      "Out of call volume quota. Quota will be replenished in 01:00:00.",
    ],
    [`<quota bandwidth="0" renewal-period="0" />`, "Out of bandwidth quota."],
  ])("%s", async (xml, message) => {
    const { status, text, error, backendCalls } = await (await product(xml)).send(anna);
    expect([status, JSON.parse(text), error!.message, error!.reason, backendCalls.length]).toEqual([
      403,
      { statusCode: 403, message },
      message,
      "QuotaExceeded",
      0,
    ]);
  });

  it("does nothing without a subscription", async () => {
    expect(await statuses(await product(`<quota calls="0" renewal-period="3600" />`), "- GET one")).toEqual([200]);
  });

  it("counts a call that fails later, and none that is refused", async () => {
    const world = await product(
      `<quota calls="2" renewal-period="3600" /><check-header name="X-Ok" failed-check-httpcode="418" failed-check-error-message="no" ignore-case="true" />`,
    );
    expect(await statuses(world, "anna-1 GET one", "anna-1 GET one", "anna-1 GET one")).toEqual([418, 418, 403]);
    await world.clock.advance(3_600_000);
    expect(await statuses(world, "anna-1 GET one", "anna-1 GET one", "anna-1 GET one")).toEqual([418, 418, 403]);
  });

  it("starts anew with each period, whatever was used of the last one", async () => {
    const world = await product(`<quota bandwidth="1" renewal-period="3600" />`, [{ reply: { body: "x".repeat(5000) } }]);
    expect(await statuses(world, "anna-1 GET one", "anna-1 GET one")).toEqual([200, 403]);
    await world.clock.advance(3_600_000);
    expect(await statuses(world, "anna-1 GET one", "anna-1 GET one")).toEqual([200, 403]);
  });

  describe("with bodies that are streams", () => {
    const xml = `<quota bandwidth="1" renewal-period="3600" />`;
    /** Sends to a gateway whose bodies are streams of 600 bytes each way; gives the status and how often a stream was let go. */
    async function streams(count: number, call: (gateway: Gateway, request: GatewayRequest) => Promise<GatewayResponse>) {
      let released = 0;
      const stream = (): AsyncIterable<Uint8Array> => {
        let left = 2;
        return {
          [Symbol.asyncIterator]: () => ({
            next: async () => (left-- > 0 ? { done: false, value: Buffer.alloc(300) } : { done: true, value: undefined }),
            return: async () => {
              released++;
              return { done: true, value: undefined };
            },
          }),
        };
      };
      const gateway = await createGateway(
        {
          apis: {
            one: {
              path: "one",
              serviceUrl: "https://one.internal",
              operations: { any: { method: "POST", urlTemplate: "/" }, head: { method: "HEAD", urlTemplate: "/" } },
            },
          },
          products: { p: { apis: ["one"], policy: document(xml) } },
          subscriptions: { anna: { scope: "product/p", primaryKey: "anna-1" } },
        },
        {
          transport: async ({ body }) => {
            if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
            return { status: 200, reason: "", headers: new Headers(), body: stream() };
          },
        },
      );
      const found: number[] = [];
      for (let i = 0; i < count; i++) {
        const request = {
          method: "POST",
          url: "https://api.example/one",
          headers: { "Ocp-Apim-Subscription-Key": "anna-1" },
          body: stream(),
        };
        found.push((await call(gateway, request)).status);
      }
      return { found, released };
    }

    it("counts them as they pass", async () => {
      const { found } = await streams(3, async (gateway, request) => {
        const response = await gateway.handle(request);
        if (response.body !== null && !(response.body instanceof Uint8Array)) for await (const _ of response.body);
        return response;
      });
      expect(found).toEqual([200, 403, 403]);
    });

    it("counts what went of one that is given up, before or after its beginning, and lets the source go", async () => {
      const { found, released } = await streams(5, async (gateway, request) => {
        const response = await gateway.handle(request);
        const iterator =
          response.body === null || response.body instanceof Uint8Array ? null : response.body[Symbol.asyncIterator]();
        await iterator?.return?.();
        return response;
      });
      // 600 bytes of each request.
      expect([found, released]).toEqual([[200, 200, 403, 403, 403], 2 + 3]);
    });

    it("counts a response to HEAD without its body", async () => {
      const { found } = await streams(3, (gateway, request) => gateway.handle({ ...request, method: "HEAD" }));
      expect(found).toEqual([200, 200, 403]);
    });
  });

  it("caps APIs and operations apart; refused calls do not count", async () => {
    const world = await product(
      `<quota calls="4" renewal-period="3600"><api name="First" calls="2"><operation id="post" calls="1" /></api></quota>`,
    );
    expect(
      await statuses(
        world,
        "anna-1 POST one",
        "anna-1 POST one",
        "anna-1 GET one",
        "anna-1 GET one",
        "anna-1 GET two",
        "anna-1 GET two",
        "anna-1 GET two",
      ),
    ).toEqual([200, 403, 200, 403, 200, 200, 403]);
  });

  it.each([
    [`<quota renewal-period="3600" />`, ["error TP2101"]],
    [`<quota calls="1" />`, ["error TP2007"]],
    [`<quota calls="1" renewal-period="3600"><api id="a" /></quota>`, ["error TP2101"]],
    [`<quota calls="1" renewal-period="3600"><api calls="1" /></quota>`, ["error TP2101"]],
    [`<quota calls="1" renewal-period="3600"><api id="a" calls="1" renewal-period="60" /></quota>`, ["warning TP2104"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml).filter((finding) => finding !== "error TP2004")).toEqual(expected);
  });
});
