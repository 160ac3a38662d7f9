import { createGateway, createMemoryStore, type Store } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { lookup, storeValue, whenStoring } from "./cache-values-support.js";
import { document, findings, url, world } from "./support.js";

describe("cache-remove-value", () => {
  it("entries end, are overwritten and removed", async () => {
    const policy = await world(
      whenStoring(storeValue("@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;))", "@(60)")) +
        `<choose><when condition="@(context.Request.Method == "DELETE")"><cache-remove-value key="k" /></when></choose>` +
        lookup(),
    );
    const seen = async (method = "GET", X = "") => (await policy.send({ url, method, headers: { X } })).variables["v"];
    expect([await seen("PUT", "a"), await seen("PUT", "b"), await seen()]).toEqual(["a", "b", "b"]);
    await policy.clock.advance(59_999);
    expect(await seen()).toBe("b");
    await policy.clock.advance(1);
    expect(await seen()).toBeUndefined();
    expect([await seen("PUT", "c"), await seen("DELETE"), await seen("DELETE"), await seen()]).toEqual([
      "c",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a cache that fails", () => {
  const broken = (how: "throws" | "rejects"): Store => {
    const fail = (): never | Promise<never> => {
      if (how === "throws") throw new Error("down");
      return Promise.reject(new Error("down"));
    };
    return { counters: createMemoryStore().counters, cache: { get: fail, set: fail, delete: fail } };
  };
  const answer = async (how: "throws" | "rejects", inbound: string): Promise<[number, string]> => {
    const gateway = await createGateway(
      {
        apis: {
          a: {
            path: "",
            subscriptionRequired: false,
            policy: document({
              inbound: `${inbound}<return-response><set-status code="204" reason="" /></return-response>`,
              onError: "<set-body>@(context.LastError.Reason)</set-body>",
            }),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
      { store: broken(how) },
    );
    const { status, body } = await gateway.handle({ method: "GET", url, headers: {} });
    return [status, Buffer.from((body as Uint8Array | null) ?? []).toString()];
  };

  it.each(["throws", "rejects"] as const)("never fails a request: it %s", async (how) => {
    expect(await answer(how, `${storeValue("x")}${lookup()}<cache-remove-value key="k" />`)).toEqual([204, ""]);
  });

  it.each(["throws", "rejects"] as const)("unless a removal must succeed: it %s", async (how) => {
    expect(await answer(how, `<cache-remove-value key="k" fail-on-cache-removal-error="true" />`)).toEqual([
      500,
      "CacheRemovalFailure",
    ]);
  });
});

it.each([
  [`<cache-remove-value key="k" />`, []],
  ["<cache-remove-value />", ["error TP2007"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
