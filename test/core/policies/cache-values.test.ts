import { createGateway, createMemoryStore, type Store } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

const lookup = (attributes = ""): string => `<cache-lookup-value key="k" variable-name="v" ${attributes} />`;
const storeValue = (value: string, duration = "60"): string =>
  `<cache-store-value key="k" value="${value}" duration="${duration}" />`;
const whenStoring = (xml: string): string =>
  `<choose><when condition="@(context.Request.Method == "PUT")">${xml}</when></choose>`;

describe("cache-store-value and cache-lookup-value", () => {
  // A cast of a boxed value holds only for its very type.
  it.each([
    ["text ☃", `(string)v == "text ☃"`],
    [`@("computed")`, `(string)v == "computed"`],
    [`@("\\ud800")`, `(string)v == "\\ud800"`],
    ["@(7)", "(int)v == 7"],
    ["@(7L)", "(long)v == 7L"],
    ["@((byte)7)", "(byte)v == 7"],
    ["@((short)-7)", "(short)v == -7"],
    ["@(18446744073709551615UL)", "(ulong)v == 18446744073709551615UL"],
    ["@('x')", "(char)v == 'x'"],
    ["@(0.1 + 0.2)", "(double)v == 0.1 + 0.2"],
    ["@(1.5f)", "(float)v == 1.5f"],
    ["@(1.50m)", `((decimal)v).ToString() == "1.50"`],
    ["@(true)", "(bool)v"],
    [`@(Guid.Parse("6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11"))`, `(Guid)v == Guid.Parse("6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11")`],
    ["@(new DateTime(2026, 1, 2, 3, 4, 5, 678))", "((DateTime)v).Ticks == new DateTime(2026, 1, 2, 3, 4, 5, 678).Ticks"],
    ["@(context.Timestamp)", `((DateTime)v).ToString("o") == context.Timestamp.ToString("o")`],
    ["@(TimeSpan.FromHours(30))", "(TimeSpan)v == TimeSpan.FromHours(30)"],
    [`@(Convert.FromBase64String("aGk="))`, `((byte[])v).Length == 2 && ((byte[])v)[1] == 105`],
    [`@(new Uri("https://a.example/b?c"))`, `((Uri)v).Host == "a.example"`],
    [`@(XElement.Parse("<a b='1'>c</a>"))`, `((XElement)v).Attribute("b").Value == "1"`],
    [
      `@(JObject.Parse("{'a':[1,2.50,null],'d':'2026-01-01T00:00:00Z'}"))`,
      `((JObject)v)["a"][1].Type == JTokenType.Float && ((JObject)v)["d"].Type == JTokenType.Date`,
    ],
    [`@(JArray.Parse("[1,'a']"))`, `((JArray)v).Count == 2`],
    ["@(new JValue(5))", "(int)((JValue)v) == 5"],
  ])("keep the type of %s", async (value, check) => {
    const policy = await world(
      `${whenStoring(storeValue(value))}${lookup()}<set-variable name="same" value="@{ var v = context.Variables["v"]; return ${check}; }" />`,
    );
    expect((await policy.send({ url, method: "PUT" })).error).toBeNull();
    const { variables, error } = await policy.send({ url });
    expect([error?.message, variables["same"]]).toEqual([undefined, true]);
  });

  it("a hit leaves default-value unevaluated, a miss takes it", async () => {
    const policy = await world(
      whenStoring(storeValue("stored")) +
        lookup(`default-value="@(context.Request.Method == "GET" ? "default" : int.Parse("x").ToString())"`),
    );
    expect((await policy.send({ url })).variables["v"]).toBe("default");
    expect((await policy.send({ url, method: "PUT" })).variables["v"]).toBe("stored");
  });

  it("a miss leaves the variable as it was, or unset", async () => {
    expect((await (await world(lookup())).send({ url })).variables).toEqual({});
    expect((await (await world(`<set-variable name="v" value="old" />${lookup()}`)).send({ url })).variables).toEqual({
      v: "old",
    });
  });

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

  it.each([
    ["null", "@((string)null)", "60"],
    ["no time", "x", "0"],
    ["less than no time", "x", "-5"],
    ["a value that no cache can hold", "@(new List&lt;string&gt;())", "60"],
  ])("does not store %s", async (_what, value, duration) => {
    const { variables, error } = await (await world(storeValue(value, duration) + lookup())).send({ url });
    expect([variables, error]).toEqual([{}, null]);
  });

  it("keys cannot be made to meet", async () => {
    const policy = await world(
      `<cache-store-value key="@(context.Request.Headers.GetValueOrDefault("A"))" value="x" duration="60" /><cache-lookup-value key="@(context.Request.Headers.GetValueOrDefault("B"))" variable-name="v" />`,
    );
    expect((await policy.send({ url, headers: { A: "a|1:b", B: "a" } })).variables).toEqual({});
    expect((await policy.send({ url, headers: { A: "a", B: "a" } })).variables).toEqual({ v: "x" });
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
  const status = async (how: "throws" | "rejects", inbound: string): Promise<number> => {
    const gateway = await createGateway(
      {
        apis: {
          a: {
            path: "",
            subscriptionRequired: false,
            policy: document(`${inbound}<return-response><set-status code="204" reason="" /></return-response>`),
            operations: { any: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
      { store: broken(how) },
    );
    return (await gateway.handle({ method: "GET", url, headers: {} })).status;
  };

  it.each(["throws", "rejects"] as const)("never fails a request: it %s", async (how) => {
    expect(await status(how, `${storeValue("x")}${lookup()}<cache-remove-value key="k" />`)).toBe(204);
  });

  it.each(["throws", "rejects"] as const)("unless a removal must succeed: it %s", async (how) => {
    expect(await status(how, `<cache-remove-value key="k" fail-on-cache-removal-error="true" />`)).toBe(500);
  });
});

it.each([
  ["<cache-lookup-value />", ["error TP2007", "error TP2007"]],
  [`<cache-lookup-value key="k" variable-name="@("v")" />`, ["error TP2009"]],
  [`<cache-store-value key="k" value="v" duration="long" />`, ["error TP2008"]],
  [lookup(`caching-type="internal"`), []],
  [lookup(`caching-type="disk"`), ["error TP2008"]],
])("values are checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
