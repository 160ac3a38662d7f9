import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { document, findings, sent } from "./support.js";

const url = "https://api.example/shop/cart";
const cors = (
  attributes = "",
  origins = ["https://www.contoso.example", "http://localhost:8080/"],
  more = "<header>content-type</header>",
): string =>
  `<cors ${attributes}>
    <allowed-origins>${origins.map((one) => `<origin>${one}</origin>`).join("")}</allowed-origins>
    <allowed-methods preflight-result-max-age="300"><method>GET</method><method>PUT</method></allowed-methods>
    <allowed-headers>${more}</allowed-headers>
    <expose-headers><header>x-total</header></expose-headers>
  </cors>`;

const gateway = (inbound: string, rest: { outbound?: string; global?: string } = {}) =>
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
            put: { method: "PUT", urlTemplate: "/cart" },
            probe: { method: "OPTIONS", urlTemplate: "/probe" },
          },
        },
      },
      subscriptions: { spa: { scope: "api/shop", primaryKey: "key", secondaryKey: "key2" } },
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
