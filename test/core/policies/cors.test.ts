import { policyTest } from "@turnpike/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { document, findings, sent } from "./support.js";

const url = "https://api.example/shop/cart";
const cors = (
  attributes = "",
  origins = ["https://www.contoso.example", "http://localhost:8080/"],
  more = "<header>content-type</header>",
): string =>
  `<cors ${attributes}>
    <allowed-origins>${origins.map((origin) => `<origin>${origin}</origin>`).join("")}</allowed-origins>
    <allowed-methods preflight-result-max-age="300"><method>GET</method><method>PUT</method></allowed-methods>
    <allowed-headers>${more}</allowed-headers>
    <expose-headers><header>x-total</header></expose-headers>
  </cors>`;

const gateway = (
  inbound: string,
  rest: { outbound?: string; global?: string; operation?: string; product?: string; isOpen?: boolean } = {},
) =>
  policyTest({
    gateway: {
      ...(rest.global === undefined
        ? {}
        : { policy: document(rest.global).replaceAll("<base />", "").replace("<backend>", "<backend><forward-request />") }),
      apis: {
        shop: {
          path: "shop",
          serviceUrl: "https://shop.internal",
          subscriptionRequired: true,
          policy: document({ inbound, outbound: rest.outbound ?? "" }),
          operations: {
            get: { method: "GET", urlTemplate: "/cart" },
            put: {
              method: "PUT",
              urlTemplate: "/cart",
              ...(rest.operation === undefined ? {} : { policy: document(rest.operation) }),
            },
            probe: { method: "OPTIONS", urlTemplate: "/probe" },
          },
        },
      },
      ...(rest.product === undefined
        ? {}
        : { products: { p: { apis: ["shop"], subscriptionRequired: rest.isOpen !== true, policy: document(rest.product) } } }),
      subscriptions: {
        spa: { scope: "api/shop", primaryKey: "key", secondaryKey: "key2" },
        ...(rest.product === undefined ? {} : { buyer: { scope: "product/p", primaryKey: "bought" } }),
      },
    },
    backend: [
      {
        reply: {
          headers: { "Access-Control-Allow-Origin": "https://of.backend", "Access-Control-Max-Age": "1", Vary: "Accept" },
          body: "cart",
        },
      },
    ],
  });

const preflight = (origin: string, headers: Record<string, string> = {}) => ({
  method: "OPTIONS",
  url,
  headers: { Origin: origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a,x-b", ...headers },
});
const get = (origin: string) => ({ url, headers: { Origin: origin, "Ocp-Apim-Subscription-Key": "key" } });
const good = "https://www.contoso.example";

describe("a preflight", () => {
  it("of a listed origin is answered without key or backend", async () => {
    const { status, headers, text, backendCalls } = await (await gateway(cors(`allow-credentials="true"`))).send(preflight(good));
    expect([status, text, backendCalls.length]).toEqual([200, "", 0]);
    expect(Object.fromEntries(headers)).toEqual({
      "Access-Control-Allow-Origin": good,
      Vary: "Origin",
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Allow-Methods": "GET,PUT",
      "Access-Control-Allow-Headers": "content-type",
      "Access-Control-Max-Age": "300",
    });
  });

  it("of any origin is answered with an asterisk, and never with credentials", async () => {
    const { headers } = await (await gateway(cors(`allow-credentials="@(true)"`, ["*"], "<header>*</header>"))).send(
      preflight("https://any.example"),
    );
    expect([
      sent({ headers }, "Access-Control-Allow-Origin"),
      sent({ headers }, "Access-Control-Allow-Credentials"),
      sent({ headers }, "Access-Control-Allow-Headers"),
    ]).toEqual(["*", null, "x-a,x-b"]);
  });

  it.each(["https://evil.example", "http://www.contoso.example", `${good}:8443`, "null", "https://www.contoso.example.evil"])(
    "of %s ends in an empty 200",
    async (origin) => {
      const { status, headers, text } = await (await gateway(cors())).send(preflight(origin));
      expect([status, text, headers.size]).toEqual([200, "", 0]);
    },
  );

  it("goes on to the next cors if it may", async () => {
    const policy = await gateway(
      cors(`terminate-unmatched-request="false"`, ["https://one.example"]) + cors("", ["https://two.example"]),
    );
    expect((await policy.send(preflight("https://two.example"))).headers.get("Access-Control-Allow-Origin")).toBe(
      "https://two.example",
    );
    expect((await policy.send(preflight("https://three.example"))).status).toBe(200);
  });

  it("that an operation takes is an ordinary request", async () => {
    const policy = await gateway(cors());
    const { status, backendCalls } = await policy.send({
      ...preflight(good, { "Ocp-Apim-Subscription-Key": "key" }),
      url: "https://api.example/shop/probe",
    });
    expect([status, backendCalls.length]).toEqual([200, 1]);
  });

  it("is not answered by a cors inside another policy", async () => {
    const policy = await gateway(`<choose><when condition="true">${cors()}</when></choose>`);
    expect((await policy.send(preflight(good))).status).toBe(404);
  });

  it("is answered by the cors of the operation that is asked for, and of no other", async () => {
    const policy = await gateway("", { operation: cors() });
    expect((await policy.send(preflight(good))).headers.get("Access-Control-Allow-Origin")).toBe(good);
    expect((await policy.send(preflight(good, { "Access-Control-Request-Method": "GET" }))).status).toBe(404);
  });

  it.each([
    ["with a product's key in the query", false, "?subscription-key=bought", {}, 200],
    ["with a product's key in the header", false, "", { "Ocp-Apim-Subscription-Key": "bought" }, 200],
    ["without a key", false, "", {}, 404],
    ["with a key of nobody's", false, "?subscription-key=guess", {}, 404],
    ["of an open product", true, "", {}, 200],
  ])("%s is answered by the product's cors if the product is known", async (_what, isOpen, query, headers, status) => {
    const policy = await gateway("", { product: cors(), isOpen });
    const outcome = await policy.send({ ...preflight(good, headers), url: url + query });
    expect([outcome.status, outcome.headers.get("Access-Control-Allow-Origin"), outcome.backendCalls.length]).toEqual([
      status,
      status === 200 ? good : null,
      0,
    ]);
  });

  it("that none of several answers ends in an empty 200 all the same", async () => {
    const goesOn = cors(`terminate-unmatched-request="false"`);
    const { status, text, headers } = await (await gateway(goesOn, { operation: goesOn })).send(
      preflight("https://evil.example"),
    );
    expect([status, text, headers.size]).toEqual([200, "", 0]);
  });

  it("without a method that is asked for is no preflight", async () => {
    expect((await (await gateway(cors())).send({ method: "OPTIONS", url, headers: { Origin: good } })).status).toBe(404);
  });

  it("repeats names only, and not without end", async () => {
    const all = cors("", ["*"], "<header>*</header>").replace("<method>GET</method>", "<method>*</method>");
    const asked = {
      "Access-Control-Request-Method": "PUT, <b>",
      "Access-Control-Request-Headers": ["x-a, \u0000bad, b c", ...Array.from({ length: 500 }, (_, i) => `x-${i}`)],
    };
    const { headers } = await (await gateway(all)).send({ ...preflight(good), headers: { Origin: good, ...asked } });
    expect(headers.get("Access-Control-Allow-Methods")).toBe("PUT");
    const repeated = headers.get("Access-Control-Allow-Headers")!.split(",");
    expect([repeated.length, repeated[0], repeated[1]]).toEqual([256, "x-a", "x-0"]);
  });

  it("gets methods that are computed", async () => {
    const computed = cors().replace("<method>GET</method>", `<method>@("P" + "ATCH")</method>`);
    expect((await (await gateway(computed)).send(preflight(good))).headers.get("Access-Control-Allow-Methods")).toBe("PATCH,PUT");
  });

  it("fails where an expression does", async () => {
    const { status, error } = await (await gateway(cors(`allow-credentials="@(int.Parse("x") == 1)"`))).send(preflight(good));
    expect([status, error?.source, error?.reason]).toEqual([500, "cors", "ExpressionValueEvaluationFailure"]);
  });

  it("is answered by a cors of an outer scope, for unknown APIs too", async () => {
    const policy = await gateway("", { global: cors() });
    expect((await policy.send(preflight(good))).status).toBe(200);
  });
});

describe("a cross-origin request", () => {
  it("of a listed origin gets the policy's headers in place of the backend's", async () => {
    const { status, text, headers } = await (await gateway(cors())).send(get(good));
    expect([status, text]).toEqual([200, "cart"]);
    expect([
      headers.getAll("Access-Control-Allow-Origin"),
      headers.get("Access-Control-Expose-Headers"),
      headers.has("Access-Control-Max-Age"),
      headers.getAll("Vary").join(),
    ]).toEqual([[good], "x-total", false, "Accept,Origin"]);
  });

  it("gets them on refusals and own responses as well", async () => {
    const policy = await gateway(
      `${cors()}<check-header name="X-None" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />`,
    );
    const { status, headers } = await policy.send(get(good));
    expect([status, headers.get("Access-Control-Allow-Origin")]).toEqual([403, good]);
  });

  it.each([
    ["GET", "", [200, "", 0]],
    ["PUT", "", [200, "cart", 1]],
    ["GET", `terminate-unmatched-request="false"`, [200, "cart", 1]],
  ])("%s of another origin, %s", async (method, attributes, expected) => {
    const { status, text, headers, backendCalls } = await (await gateway(cors(attributes))).send({
      ...get("https://evil.example"),
      method,
    });
    expect([status, text, backendCalls.length]).toEqual(expected);
    if (expected[2] === 0) expect(headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it("fails where an expression does, and keeps the policy's name for it", async () => {
    const { status, error, backendCalls } = await (await gateway(cors(`allow-credentials="@(int.Parse("x") == 1)"`))).send(
      get(good),
    );
    expect([status, error?.source, error?.reason, backendCalls.length]).toEqual([
      500,
      "cors",
      "ExpressionValueEvaluationFailure",
      0,
    ]);
  });

  it("is answered by the first cors that matches, whatever scope it stands in", async () => {
    const policy = await gateway(cors(`allow-credentials="true"`, [good, "https://two.example"]), {
      global: cors(`terminate-unmatched-request="false"`, [good]),
    });
    const one = await policy.send(get(good));
    expect([one.headers.getAll("Access-Control-Allow-Origin"), one.headers.has("Access-Control-Allow-Credentials")]).toEqual([
      [good],
      false,
    ]);
    const two = await policy.send(get("https://two.example"));
    expect([two.headers.get("Access-Control-Allow-Origin"), two.headers.get("Access-Control-Allow-Credentials")]).toEqual([
      "https://two.example",
      "true",
    ]);
  });

  it("without Origin is none of its business", async () => {
    const { headers } = await (await gateway(cors())).send({ url, headers: { "Ocp-Apim-Subscription-Key": "key" } });
    expect(headers.get("Access-Control-Allow-Origin")).toBe("https://of.backend");
  });
});

it.each([
  ["<cors />", ["error TP2011", "warning TP2011"]],
  [cors("", ["https://*.contoso.example"]), ["error TP2008"]],
  [cors("", ["https://contoso.example/path"]), ["error TP2008"]],
  [cors(`allow-credentials="true"`, ["*"]), ["warning TP2102"]],
])("cors is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});

describe("the decision", () => {
  interface Rule {
    readonly origins: readonly string[];
    readonly credentials: boolean;
    readonly terminates: boolean;
    readonly methods: readonly string[] | null;
    readonly headers: readonly string[];
  }
  interface Call {
    readonly method: string;
    readonly origin: string | null;
    readonly asks: string | null;
  }

  /** What a browser is to see, worked out from the Fetch standard and the policy's reference: status, body, ACAO, ACAC, ACAM, ACAH. */
  function expected(rule: Rule, { method, origin, asks }: Call): unknown[] {
    const same = (a: string): boolean =>
      origin !== null && URL.canParse(origin) && new URL(origin).pathname === "/" && new URL(a).origin === new URL(origin).origin;
    const allowed =
      origin === null
        ? null
        : rule.origins.some((origin) => origin !== "*" && same(origin))
          ? origin
          : rule.origins.includes("*")
            ? "*"
            : null;
    const credentials = allowed !== null && allowed !== "*" && rule.credentials ? "true" : null;
    const isPreflight = method === "OPTIONS" && origin !== null && asks !== null;
    if (method === "OPTIONS" && !isPreflight) return [404, null, null, null, null];
    if (isPreflight && allowed === null) return [200, null, null, null, null];
    if (isPreflight) {
      const verbs = rule.methods === null ? "GET,POST" : rule.methods.includes("*") ? asks : rule.methods.join(",");
      return [200, allowed, credentials, verbs, rule.headers.includes("*") ? "x-asked" : rule.headers.join(",")];
    }
    const isStopped = origin !== null && allowed === null && rule.terminates && method === "GET";
    return [isStopped ? 200 : 201, allowed, credentials, null, null];
  }

  it("is that of a second implementation", async () => {
    const origin = fc.constantFrom(
      "https://a.example",
      "https://A.example:443",
      "http://a.example",
      "https://a.example:8443",
      "http://b.example:80/",
      "https://[::1]:9",
      "https://a.example.evil",
    );
    const rules = fc.record<Rule>({
      origins: fc.oneof(
        fc.constant(["*"]),
        fc.uniqueArray(origin, { minLength: 1, maxLength: 3 }),
        fc.constant(["*", "https://a.example"]),
      ),
      credentials: fc.boolean(),
      terminates: fc.boolean(),
      methods: fc.option(fc.constantFrom(["GET"], ["GET", "PUT"], ["*"], ["PUT", "*"])),
      headers: fc.constantFrom(["*"], ["x-one"], ["x-one", "x-two"]),
    });
    const calls = fc.array(
      fc.record<Call>({
        method: fc.constantFrom("GET", "PUT", "OPTIONS", "OPTIONS"),
        origin: fc.option(
          fc
            .oneof(
              origin,
              fc.constantFrom(
                "null",
                "",
                "https://a.example/path",
                "a.example",
                "https://",
                "https://a.example, https://b.example",
              ),
            )
            .map((one) => one.replace(/\/$/, "")),
        ),
        asks: fc.option(fc.constantFrom("PUT", "DELETE"), { freq: 4 }),
      }),
      { minLength: 5, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(rules, calls, async (rule, all) => {
        const list = (name: string, values: readonly string[]): string =>
          values.map((value) => `<${name}>${value}</${name}>`).join("");
        const policy = await policyTest({
          gateway: {
            apis: {
              shop: {
                path: "shop",
                serviceUrl: "https://shop.internal",
                subscriptionRequired: false,
                policy: document(
                  `<cors allow-credentials="${rule.credentials}" terminate-unmatched-request="${rule.terminates}"><allowed-origins>${list("origin", rule.origins)}</allowed-origins>${rule.methods === null ? "" : `<allowed-methods>${list("method", rule.methods)}</allowed-methods>`}<allowed-headers>${list("header", rule.headers)}</allowed-headers></cors>`,
                ),
                operations: { get: { method: "GET", urlTemplate: "/cart" }, put: { method: "PUT", urlTemplate: "/cart" } },
              },
            },
          },
          backend: [{ reply: { status: 201 } }],
        });
        for (const call of all) {
          const headers: Record<string, string> = { "Access-Control-Request-Headers": "x-asked" };
          if (call.origin !== null) headers["Origin"] = call.origin;
          if (call.asks !== null) headers["Access-Control-Request-Method"] = call.asks;
          const answer = await policy.send({ method: call.method, url, headers });
          const names = ["Origin", "Credentials", "Methods", "Headers"].map((name) =>
            answer.headers.get(`Access-Control-Allow-${name}`),
          );
          expect([call, answer.status, ...names]).toEqual([call, ...expected(rule, call)]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
